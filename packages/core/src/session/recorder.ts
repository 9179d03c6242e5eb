import type { Action, AuditEvent, AuditSink } from '../audit/event.ts'
import type { Environment } from '../credential/exchange.ts'
import { printable } from '../errors/printable.ts'
import { SecretsError, errorCode } from '../errors/secrets-error.ts'
import type { Deps } from '../runtime/deps.ts'

/** What differs from event to event; the recorder knows when and who. */
type Happening = Pick<AuditEvent, 'action' | 'env' | 'outcome'> &
  Partial<
    Pick<
      AuditEvent,
      'caller' | 'credential' | 'versionId' | 'fingerprint' | 'code' | 'reason' | 'incident'
    >
  >

/** What becomes of an event that no sink takes. */
export interface Recorder {
  /** No record, no secret: fails closed for prod, is one warning line elsewhere. @throws AUDIT_UNAVAILABLE */
  recordRead(happening: Happening): Promise<void>
  /**
   * Never stops for the log: what the sinks do not take goes to stderr. Who begins and refuses the passphrase that the
   * log asks for stops all of it, and is not asked once more.
   *
   * @throws USAGE, INTERRUPTED
   */
  recordWrite(happening: Happening): Promise<void>
  /** For what gives no secret away: a sink that fails is one warning line. */
  recordQuietly(happening: Happening): Promise<void>
}

/** The rules of the audit log, applied in one place. */
export function recorder(sink: AuditSink, deps: Pick<Deps, 'actor' | 'clock' | 'warn'>): Recorder {
  const complete = (happening: Happening): AuditEvent => ({
    at: deps.clock.now(),
    actor: deps.actor,
    caller: null,
    credential: null,
    versionId: null,
    fingerprint: null,
    code: null,
    reason: null,
    incident: null,
    ...happening,
  })

  const warnUnrecorded = (env: Environment, action: Action, error: unknown): void => {
    deps.warn(`The audit log of ${env} did not take this ${action}: ${messageOf(error)}`)
  }

  return {
    async recordRead(happening) {
      try {
        await sink.append(complete(happening))
      } catch (error) {
        if (happening.env === 'prod') throw failClosed(error)
        warnUnrecorded(happening.env, happening.action, error)
      }
    },

    async recordWrite(happening) {
      const event = complete(happening)
      try {
        await sink.append(event)
      } catch (error) {
        const refusal = happening.outcome === 'started' ? refusalOf(error) : null
        if (refusal !== null) throw refusal
        warnUnrecorded(event.env, event.action, error)
        deps.warn(`audit: ${JSON.stringify(event)}`)
      }
    },

    async recordQuietly(happening) {
      try {
        await sink.append(complete(happening))
      } catch (error) {
        warnUnrecorded(happening.env, happening.action, error)
      }
    },
  }
}

/** What a person did at a prompt, for which the log is but the messenger; null: it is the log's own. */
function refusalOf(error: unknown): SecretsError | null {
  const code = errorCode(error)
  if (error instanceof SecretsError && (code === 'USAGE' || code === 'INTERRUPTED')) return error
  return error instanceof Error && error.cause !== undefined ? refusalOf(error.cause) : null
}

function failClosed(error: unknown): SecretsError {
  return new SecretsError(
    'AUDIT_UNAVAILABLE',
    `prod is read only where the read can be recorded: ${messageOf(error)}`,
    {
      hint: hintOf(error),
      cause: error,
    },
  )
}

/** What a sink says of the way out, and the general one unless it did. */
function hintOf(error: unknown): string {
  const own = error instanceof SecretsError ? error.hint : null
  if (own === null)
    return 'Mend the audit log, or send records elsewhere with MM_AUDIT_SINKS=stderr.'
  const elsewhere = 'Or send records elsewhere with MM_AUDIT_SINKS=stderr.'
  return own.includes('MM_AUDIT_SINKS') ? own : `${own} ${elsewhere}`
}

/** Of a foreign error it may hold what deceives a terminal: a path, a name. */
function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error))
}
