import { randomUUID } from 'node:crypto'

import type { EventLog, ServiceEvent } from '../service/event-log.ts'
import type { ServiceError } from '../service/service-error.ts'
import type { Answer, Operation, Service, ServiceRequest } from '../service/service.ts'

export type Outcome = { readonly answer: Answer } | { readonly error: ServiceError }

/** Reports a handled request to the event log, as the service says or as it is. */
export function recordEvents(
  log: EventLog,
  service: Service,
  operation: Operation,
  request: ServiceRequest,
  outcome: Outcome,
): void {
  const common = {
    requestId: request.requestId,
    time: request.now,
    source: `${service.name}.amazonaws.com`,
    readOnly: operation.readOnly,
    caller: request.caller,
    region: request.region,
    sourceIp: request.sourceIp,
    userAgent: request.userAgent,
    responseElements: null,
    resources: [],
  }
  const append = (
    event: Omit<ServiceEvent, keyof typeof common | 'eventId'> & Partial<ServiceEvent>,
  ): void => log.append({ eventId: randomUUID(), ...common, ...event })
  const requestParameters = operation.parameters?.(request.input) ?? null

  if ('error' in outcome) {
    const { code, message } = outcome.error
    const denied = code === 'AccessDeniedException'
    append({
      name: request.operation,
      // Of a request that was denied, CloudTrail tells the error alone.
      requestParameters: denied ? null : requestParameters,
      errorCode: eventErrorCode(code),
      errorMessage: message,
    })
    return
  }
  const { answer } = outcome
  if (answer.events !== undefined) {
    for (const event of answer.events) {
      append({
        ...event,
        errorCode: event.errorCode === null ? null : eventErrorCode(event.errorCode),
      })
    }
    return
  }
  append({
    name: request.operation,
    requestParameters,
    responseElements: answer.responseElements ?? null,
    resources: answer.resources ?? [],
    errorCode: null,
    errorMessage: null,
  })
}

/** CloudTrail's spelling. */
function eventErrorCode(code: string): string {
  return code === 'AccessDeniedException' ? 'AccessDenied' : code
}
