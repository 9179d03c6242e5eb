import type { Clock } from './service/clock.ts'
import type { EventLog } from './service/event-log.ts'
import type { Service } from './service/service.ts'

export interface ServiceParts {
  readonly clock: Clock
  readonly events: EventLog
}

/** Every service that the server carries. */
export function services(_parts: ServiceParts): readonly Service[] {
  return []
}
