import { ServiceError } from '../service/service-error.ts'

/** 'AKIA…/20261125/us-east-1/secretsmanager/aws4_request' */
export interface CredentialScope {
  readonly accessKeyId: string
  /** 'YYYYMMDD' */
  readonly date: string
  readonly region: string
  readonly service: string
}

export interface Authorization {
  readonly scope: CredentialScope
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/**
 * Parses `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
 *
 * @throws ServiceError MissingAuthenticationTokenException, IncompleteSignatureException
 */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header.trim() === '') {
    throw door('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
  const [, algorithm = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(header.trim()) ?? []
  if (algorithm !== 'AWS4-HMAC-SHA256') {
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`)
  }
  const parameters = new Map(
    rest.split(',').map((part) => {
      const [name = '', ...value] = part.trim().split('=')
      return [name, value.join('=')]
    }),
  )
  const read = (name: string): string => {
    const value = parameters.get(name)
    if (value === undefined || value === '') {
      throw incomplete(`Authorization header requires '${name}' parameter.`)
    }
    return value
  }
  return {
    scope: parseScope(read('Credential')),
    signedHeaders: read('SignedHeaders').split(';'),
    signature: read('Signature'),
  }
}

function parseScope(credential: string): CredentialScope {
  const parts = credential.split('/')
  // The access key id may itself hold slashes.
  const [date, region, service, end] = parts.slice(-4)
  const accessKeyId = parts.slice(0, -4).join('/')
  if (
    accessKeyId === '' ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    end !== 'aws4_request'
  ) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    )
  }
  return { accessKeyId, date, region, service }
}

function incomplete(message: string): ServiceError {
  return door('IncompleteSignatureException', message)
}

function door(code: string, message: string): ServiceError {
  return new ServiceError(code, message, { atTheDoor: true })
}
