import { ServiceError } from '../service/service-error.ts'
import type { Answer, Input, Operation, Protocol, Service } from '../service/service.ts'
import { plainText, type HttpAnswer } from './http-answer.ts'
import type { HttpRequest } from './http-request.ts'
import { JSON_CONTENT_TYPE, jsonAnswer, jsonError, parseJson } from './json-protocol.ts'
import { FORM_CONTENT_TYPE, parseForm, queryAnswer, queryError } from './query-protocol.ts'

/** Which operation of which service a request is for, and how its outcome is written. */
export interface Route {
  readonly service: Service
  /** As the request names it; it may not exist. */
  readonly operation: string
  /** @throws ServiceError SerializationException */
  input(): Input
  /** @throws ServiceError UnknownOperationException */
  find(): Operation
  answer(answer: Answer, requestId: string): HttpAnswer
  error(error: ServiceError, requestId: string): HttpAnswer
}

/** @returns null where the request speaks to no service here: `unknown()` is then the answer */
export function route(services: readonly Service[], request: HttpRequest): Route | null {
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type === JSON_CONTENT_TYPE) return jsonRoute(services, request)
  if (type === FORM_CONTENT_TYPE) return queryRoute(services, request)
  return null
}

export function unknown(): HttpAnswer {
  return plainText(404, '<UnknownOperationException/>')
}

function jsonRoute(services: readonly Service[], request: HttpRequest): Route | null {
  const target = request.header('x-amz-target') ?? ''
  const dot = target.lastIndexOf('.')
  const [prefix, operation] = [target.slice(0, Math.max(dot, 0)), target.slice(dot + 1)]
  const service = services.find(
    ({ protocol }) => protocol.kind === 'json' && protocol.targetPrefixes.includes(prefix),
  )
  if (service === undefined) return null
  return {
    service,
    operation,
    input: () => parseJson(request.body),
    find: () => found(service, operation),
    answer: jsonAnswer,
    error: jsonError,
  }
}

function queryRoute(services: readonly Service[], request: HttpRequest): Route | null {
  const { action, version, input } = parseForm(request.body)
  const speaks = (protocol: Protocol): boolean =>
    protocol.kind === 'query' && protocol.apiVersion === version
  const service = services.find(({ protocol }) => speaks(protocol))
  if (service?.protocol.kind !== 'query') return null
  const { xmlNamespace } = service.protocol
  return {
    service,
    operation: action,
    input: () => input,
    find: () => found(service, action),
    answer: (answer, requestId) => queryAnswer(answer, action, xmlNamespace, requestId),
    error: (error, requestId) => queryError(error, xmlNamespace, requestId),
  }
}

function found(service: Service, name: string): Operation {
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined
  if (operation !== undefined) return operation
  if (service.protocol.kind === 'json') {
    throw new ServiceError('UnknownOperationException', `There is no operation '${name}'.`, {
      atTheDoor: true,
    })
  }
  throw new ServiceError(
    'InvalidAction',
    `Could not find operation ${name} for version ${service.protocol.apiVersion}`,
  )
}
