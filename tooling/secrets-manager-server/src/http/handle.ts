import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Faults } from '../knobs/faults.ts'
import type { Fault, Knobs } from '../knobs/knobs.ts'
import type { Authorizer } from '../service/authorizer.ts'
import type { Clock } from '../service/clock.ts'
import type { EventLog } from '../service/event-log.ts'
import { ServiceError } from '../service/service-error.ts'
import type {
  Answer,
  Conditions,
  Input,
  Operation,
  Service,
  ServiceRequest,
} from '../service/service.ts'
import type { Authenticated, Authenticator } from '../sigv4/authenticate.ts'
import type { HttpAnswer } from './http-answer.ts'
import type { HttpRequest } from './http-request.ts'
import type { RequestLog } from './request-log.ts'
import { recordEvents, type Outcome } from './record-events.ts'
import { route, unknown, type Route } from './route.ts'

export interface HandlerParts {
  readonly services: readonly Service[]
  readonly authenticator: Authenticator
  readonly authorizer: Authorizer
  readonly clock: Clock
  readonly knobs: Knobs
  readonly faults: Faults
  readonly events: EventLog
  readonly requests: RequestLog
  /** Ends what hangs when the server closes. */
  readonly closing: AbortSignal
}

/** @returns null: no answer, the connection is to be broken */
export interface Handled {
  readonly requestId: string
  readonly answer: HttpAnswer | null
}

/** One request of an AWS client, from its signature to its answer. */
export async function handle(parts: HandlerParts, request: HttpRequest): Promise<Handled> {
  const requestId = randomUUID()
  const where = route(parts.services, request)
  if (where === null) return { requestId, answer: unknown() }
  const end = parts.requests.begin({ operation: where.operation, secretId: secretIdOf(where) })
  const { answer, error, caller } = await attempt(parts, request, where, requestId)
  end({ accessKeyId: caller, status: answer?.status ?? null, error })
  return { requestId, answer }
}

interface Attempt {
  readonly answer: HttpAnswer | null
  readonly error: string | null
  readonly caller: string | null
}

async function attempt(
  parts: HandlerParts,
  request: HttpRequest,
  where: Route,
  requestId: string,
): Promise<Attempt> {
  let caller: string | null = null
  try {
    const input = where.input()
    const who = parts.authenticator.authenticate(request, where.service.name)
    caller = who.caller.accessKeyId
    const operation = where.find()
    const fault = await meetFault(parts, where.operation)
    if (fault === 'reset' || fault === 'hang') return { answer: null, error: null, caller }
    const answer = await perform(parts, request, where, { operation, input, who, requestId })
    if (fault === 'lost-reply') return { answer: null, error: null, caller }
    if (fault === 'late-error') throw internalError()
    return { answer: where.answer(answer, requestId), error: null, caller }
  } catch (thrown) {
    const error = asServiceError(thrown)
    return { answer: where.error(error, requestId), error: error.code, caller }
  }
}

/** @returns the faults that the caller has to act on; throttling and errors are thrown */
async function meetFault(parts: HandlerParts, operation: string): Promise<Fault | null> {
  const fault = parts.faults.draw(operation)
  const { latencyMs, hangMs } = parts.knobs.get()
  if (latencyMs > 0) await pause(latencyMs, parts.closing)
  if (fault === 'hang') await pause(hangMs, parts.closing)
  if (fault === 'throttle') throw new ServiceError('ThrottlingException', 'Rate exceeded')
  if (fault === 'error') throw internalError()
  return fault
}

interface Call {
  readonly operation: Operation
  readonly input: Input
  readonly who: Authenticated
  readonly requestId: string
}

async function perform(
  parts: HandlerParts,
  request: HttpRequest,
  where: Route,
  { operation, input, who, requestId }: Call,
): Promise<Answer> {
  const serviceRequest: ServiceRequest = {
    operation: where.operation,
    input,
    caller: who.caller,
    region: who.region,
    now: parts.clock.now(),
    requestId,
    sourceIp: request.sourceIp,
    userAgent: request.header('user-agent') ?? '-',
    authorize: (action, resource, conditions = {}) =>
      authorize(parts.authorizer, who, action, resource, {
        'aws:SourceIp': request.sourceIp,
        'aws:UserAgent': request.header('user-agent'),
        ...conditions,
      }),
  }
  const record = (outcome: Outcome): void =>
    recordEvents(parts.events, where.service, operation, serviceRequest, outcome)
  try {
    const answer = await operation.handle(serviceRequest)
    record({ answer })
    return answer
  } catch (thrown) {
    const error = asServiceError(thrown)
    record({ error })
    throw error
  }
}

function authorize(
  authorizer: Authorizer,
  { caller, region }: Authenticated,
  action: string,
  resource: string,
  conditions: Conditions,
): void {
  const given = Object.entries(conditions).filter(
    (entry): entry is [string, string | readonly string[]] => entry[1] !== undefined,
  )
  const decision = authorizer.authorize({
    caller,
    action,
    resource,
    region,
    conditions: Object.fromEntries(given),
  })
  if (!decision.allowed) throw new ServiceError('AccessDeniedException', decision.message)
}

function asServiceError(thrown: unknown): ServiceError {
  return thrown instanceof ServiceError ? thrown : internalError(thrown)
}

function internalError(cause?: unknown): ServiceError {
  const error = new ServiceError('InternalServiceError', 'An error occurred on the server side.', {
    status: 500,
  })
  error.cause = cause
  return error
}

function secretIdOf(where: Route): string | null {
  try {
    const { SecretId, Name } = where.input()
    const id = SecretId ?? Name
    return typeof id === 'string' ? id : null
  } catch {
    return null
  }
}

async function pause(ms: number, closing: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: closing }).catch(() => undefined)
}
