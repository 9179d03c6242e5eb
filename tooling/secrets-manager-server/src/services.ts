import { cloudTrailService } from './cloudtrail/cloudtrail-service.ts'
import type { KnobSettings } from './knobs/knobs.ts'
import type { Random } from './knobs/random.ts'
import { secretsManagerService } from './secrets-manager/service.ts'
import type { Store } from './secrets-manager/store.ts'
import type { EventLog } from './service/event-log.ts'
import type { Service } from './service/service.ts'
import { stsService } from './sts/sts-service.ts'

export interface ServiceParts {
  readonly store: Store
  readonly settings: () => KnobSettings
  readonly random: Random
  readonly events: EventLog
}

/** Every service that the server carries. */
export function services(parts: ServiceParts): readonly Service[] {
  const { events, settings } = parts
  return [
    secretsManagerService(parts),
    stsService(),
    cloudTrailService({ events, deliveryDelayMs: () => settings().eventDelayMs }),
  ]
}
