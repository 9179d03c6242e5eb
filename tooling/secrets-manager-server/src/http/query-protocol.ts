import type { ServiceError } from '../service/service-error.ts'
import type { Answer } from '../service/service.ts'
import type { HttpAnswer } from './http-answer.ts'

export const FORM_CONTENT_TYPE = 'application/x-www-form-urlencoded'

export interface QueryCall {
  readonly action: string
  readonly version: string
  readonly input: Readonly<Record<string, string>>
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonParameters.html */
export function parseForm(body: Buffer): QueryCall {
  const {
    Action = '',
    Version = '',
    ...input
  } = Object.fromEntries(new URLSearchParams(body.toString('utf8'))) as Record<string, string>
  return { action: Action, version: Version, input }
}

export function queryAnswer(
  { output }: Answer,
  operation: string,
  namespace: string,
  requestId: string,
): HttpAnswer {
  const result = element(`${operation}Result`, output ?? {})
  return xml(
    200,
    `<${operation}Response xmlns="${namespace}">${result}` +
      `${element('ResponseMetadata', { RequestId: requestId })}</${operation}Response>`,
  )
}

export function queryError(error: ServiceError, namespace: string, requestId: string): HttpAnswer {
  const details = element('Error', {
    Type: error.status < 500 ? 'Sender' : 'Receiver',
    Code: QUERY_CODES[error.code] ?? error.code,
    Message: error.message,
  })
  // What the JSON protocol answers with 400, a query API answers with 403.
  const status = error.code in QUERY_CODES ? 403 : error.status
  return xml(
    status,
    `<ErrorResponse xmlns="${namespace}">${details}${element('RequestId', requestId)}</ErrorResponse>`,
  )
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const QUERY_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
}

function xml(status: number, body: string): HttpAnswer {
  return { status, contentType: 'text/xml', body: `${body}\n` }
}

function element(name: string, value: unknown): string {
  return `<${name}>${content(value)}</${name}>`
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((each: unknown) => element('member', each)).join('')
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => element(name, each))
      .join('')
  }
  return escape(String(value))
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
