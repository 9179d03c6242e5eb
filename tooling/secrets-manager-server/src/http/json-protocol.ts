import { ServiceError } from '../service/service-error.ts'
import type { Answer, Input } from '../service/service.ts'
import type { HttpAnswer } from './http-answer.ts'

export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.1'

/** @throws ServiceError SerializationException where the body is no JSON object */
export function parseJson(body: Buffer): Input {
  if (body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (isObject(value)) return value
  } catch {
    // Said below.
  }
  throw new ServiceError('SerializationException', 'The body is not a JSON object.', {
    atTheDoor: true,
  })
}

export function jsonAnswer({ output }: Answer): HttpAnswer {
  const body = output === null ? '' : JSON.stringify(output)
  return { status: 200, contentType: JSON_CONTENT_TYPE, body }
}

export function jsonError(error: ServiceError): HttpAnswer {
  const key = error.atTheDoor ? 'message' : 'Message'
  return {
    status: error.status,
    contentType: JSON_CONTENT_TYPE,
    body: JSON.stringify({ __type: error.code, [key]: error.message }),
  }
}

function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
