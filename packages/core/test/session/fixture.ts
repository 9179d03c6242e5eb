import { randomBytes } from 'node:crypto'
import type { AccessTrail } from '../../src/audit/access-trail.ts'
import type { AuditEvent, AuditLog } from '../../src/audit/event.ts'
import { memoryBackend } from '../../src/backend/memory.ts'
import type { Backend } from '../../src/backend/port.ts'
import type { VersionId } from '../../src/credential/version.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import type { Tickets } from '../../src/rotation/tickets.ts'
import type { Deps, Env } from '../../src/runtime/deps.ts'
import { guardedSecrets } from '../../src/session/guarded-secrets.ts'
import type { Identity, Secrets } from '../../src/session/secrets.ts'
import { parseSettings } from '../../src/settings/parse-settings.ts'
import type { MovableClock } from '../contract/movable-clock.ts'
import { movableClock } from '../contract/movable-clock.ts'

/** What outlives one process: the store, the tickets and the log. */
export interface Desk {
  readonly backend: Backend
  readonly clock: MovableClock
  readonly events: AuditEvent[]
  readonly warnings: string[]
  readonly tickets: Tickets
  opened: number
  /** How often the store was asked who we are. */
  identified: number
  /** The store's own log; null: it keeps none. */
  trail: AccessTrail | null
  auditWorks: boolean
}

export function newDesk(): Desk {
  const clock = movableClock()
  return {
    backend: memoryBackend({ clock, randomness: randomBytes }),
    clock,
    events: [],
    warnings: [],
    tickets: ticketsInMemory(),
    opened: 0,
    identified: 0,
    trail: null,
    auditWorks: true,
  }
}

/** The face of one process at the desk. `file` is named, so that prod in memory is not taken for break-glass. */
export function secretsAt(
  desk: Desk,
  env: Env = {},
  config: unknown = {},
  identity: Partial<Identity> = {},
): Secrets {
  const variables = { HOME: '/home/trader', SECRETS_BACKEND: 'file', ...env }
  const settings = parseSettings(variables, config, 'linux')
  const deps: Pick<Deps, 'actor' | 'clock' | 'randomness' | 'warn'> = {
    clock: desk.clock,
    randomness: randomBytes,
    actor: { face: 'cli', user: 'trader', host: 'desk' },
    warn: (line) => desk.warnings.push(line),
  }
  return guardedSecrets(
    () => {
      desk.opened += 1
      return Promise.resolve({
        backend: desk.backend,
        identify: () => {
          desk.identified += 1
          return Promise.resolve({ place: 'memory', accountId: null, arn: null, ...identity })
        },
        examine: () => Promise.resolve([]),
        ...(desk.trail === null ? {} : { trail: desk.trail }),
      })
    },
    settings,
    auditAt(desk),
    desk.tickets,
    deps,
  )
}

function auditAt(desk: Desk): AuditLog {
  return {
    append: (event) => {
      if (!desk.auditWorks) {
        return Promise.reject(new SecretsError('AUDIT_UNAVAILABLE', 'The disk is full.'))
      }
      desk.events.push(event)
      return Promise.resolve()
    },
    head: () => Promise.resolve({ sequence: desk.events.length, mac: 'ab' }),
    records: async function* (env) {
      for (const [index, event] of desk.events.entries()) {
        if (event.env === env) yield { ...event, sequence: index + 1, mac: 'ab', key: 'home' }
      }
    },
    verify: () => Promise.resolve({ records: desk.events.length, homeKeyRecords: 0, broken: null }),
  }
}

function ticketsInMemory(): Tickets {
  const kept = new Map<unknown, VersionId>()
  return {
    find: (ref) => Promise.resolve(kept.get(JSON.stringify(ref)) ?? null),
    keep: async (ref, ticket) => void kept.set(JSON.stringify(ref), ticket),
    drop: async (ref) => void kept.delete(JSON.stringify(ref)),
  }
}
