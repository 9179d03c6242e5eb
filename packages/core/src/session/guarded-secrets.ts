import type { Action, AuditLog } from '../audit/event.ts'
import type { Backend, CredentialState } from '../backend/port.ts'
import type { Members } from '../credential/credential.ts'
import { isWhole } from '../credential/credential.ts'
import type { Environment } from '../credential/exchange.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef } from '../credential/name.ts'
import { checkMembers } from '../credential/value.ts'
import type { VersionId } from '../credential/version.ts'
import { mintVersionId } from '../credential/version.ts'
import { printable } from '../errors/printable.ts'
import { SecretsError, errorCode } from '../errors/secrets-error.ts'
import { discard, resume } from '../rotation/recover.ts'
import type { Tickets } from '../rotation/tickets.ts'
import type { Source, WriteOptions, WriteResult } from '../rotation/write.ts'
import { write } from '../rotation/write.ts'
import type { Call } from '../runtime/call.ts'
import { newCall } from '../runtime/call.ts'
import type { Deps } from '../runtime/deps.ts'
import { permit, permittedEnvironments } from '../settings/pinning.ts'
import type { Settings } from '../settings/settings.ts'
import { guardedVault } from './guarded-vault.ts'
import type { Ended } from './guards.ts'
import { guards } from './guards.ts'
import { onceResolved } from './once-resolved.ts'
import type { OpenedBackend } from './opened-backend.ts'
import { recorder } from './recorder.ts'
import { refuseReuse } from './reuse.ts'
import type { Ask, Secrets, WriteAsk } from './secrets.ts'

/** Two requests a second and a page of fifty events each are slow, and worth waiting for. */
const TRAIL_TIMEOUT_MS = 300_000

/**
 * All verbs of a face, each guarded and recorded. Nothing else hands out the backend, which is opened by the first verb.
 */
export function guardedSecrets(
  open: () => Promise<OpenedBackend>,
  settings: Settings,
  audit: AuditLog,
  tickets: Tickets,
  deps: Pick<Deps, 'actor' | 'clock' | 'randomness' | 'warn'>,
): Secrets {
  const opened = onceResolved(open)
  const records = recorder(audit, deps)
  const { changing, identify, looking, openFor, reading } = guards(opened, settings, records, deps)

  const endedAs = (state: CredentialState, id: VersionId | null): Ended => ({
    versionId: id,
    fingerprint:
      state.versions.find((version) => version.id === id)?.metadata.fingerprints.api_key ?? null,
  })
  const endedCurrent = (state: CredentialState): Ended => endedAs(state, state.current)
  const endedWrite = ({ pending, state }: WriteResult): Ended =>
    endedAs(state, pending?.versionId ?? state.current)

  async function writing(
    action: 'save' | 'rotate',
    ref: CredentialRef,
    source: Source,
    ask: WriteAsk,
    options: WriteOptions,
  ): Promise<WriteResult> {
    permit(settings, action, ref.env)
    const partial = source.from === 'values' && !isWhole(ref.exchange, source.values)
    if (ask.versionId !== undefined && ask.managed !== true) {
      await requirePending(action, ref, ask.versionId, ask)
    }
    const versionId = ask.versionId ?? (await ticketOrNew(ref, partial, ask))
    const result = await changing(
      { action, ref, ask, versionId },
      async (backend, call) => {
        if (ask.allowReuse !== true) await refuseReuseOf(backend, ref, source, call)
        return write(backend, ref, versionId, source, options, deps.clock, call)
      },
      endedWrite,
    )
    if (result.pending !== null && result.pending.missing.length > 0) {
      // The half is stored: whoever hears of an error alone would never learn its ticket.
      await tickets.keep(ref, result.pending.versionId).catch((error: unknown) => {
        deps.warn(`The ticket of the half of ${formatRef(ref)} is not kept: ${messageOf(error)}`)
      })
    } else {
      await tickets.drop(ref)
    }
    return result
  }

  /** A copy and the previous version were judged when they were saved. */
  async function refuseReuseOf(
    backend: Backend,
    ref: CredentialRef,
    source: Source,
    call: Call,
  ): Promise<void> {
    const values = await unknownValues(backend, ref, source, call)
    if (values === null) return
    await refuseReuse(backend, ref, values, permittedEnvironments(settings), call)
  }

  /** Before anything is recorded: what was typed as a ticket may be a value in the wrong place. */
  async function requirePending(
    action: Action,
    ref: CredentialRef,
    ticket: VersionId,
    ask: Ask,
  ): Promise<void> {
    const state = await looking({ action, ref, ask }, (backend, call) =>
      backend.describe(ref, call),
    )
    if (state?.pending.some((pending) => pending.versionId === ticket) === true) return
    throw new SecretsError(
      'CONFLICT',
      `No half save of ${formatRef(ref)} with this ticket is pending.`,
      {
        hint: 'It was completed or discarded, or the credential was rotated meanwhile; save both halves anew.',
      },
    )
  }

  /** A later half joins an earlier one only by its ticket, and only while that is still pending. */
  async function ticketOrNew(ref: CredentialRef, partial: boolean, ask: Ask): Promise<VersionId> {
    const fresh = mintVersionId(deps.randomness)
    const ticket = partial ? await tickets.find(ref) : null
    if (ticket === null) return fresh
    const state = await looking({ action: 'describe', ref, ask }, (backend, call) =>
      backend.describe(ref, call),
    )
    const pends = state?.pending.some((pending) => pending.versionId === ticket) ?? false
    return pends ? ticket : fresh
  }

  return {
    describe: (ref, ask = {}) =>
      looking({ action: 'describe', ref, ask }, (backend, call) => backend.describe(ref, call)),

    async *list(filter, ask = {}) {
      const envs = filter.env === undefined ? permittedEnvironments(settings) : [filter.env]
      for (const env of envs) permit(settings, 'list', env)
      // Over several environments nobody is asked for the passphrase of one that was not named.
      const several = envs.length > 1
      const neverPrompt = several || ask.neverPrompt === true
      const call: Call = {
        ...newCall(deps.clock, ask.signal),
        ...(neverPrompt ? { neverPrompt } : {}),
      }
      const denied = new Map<Environment, Error>()
      for (const env of envs) {
        try {
          const backend = await openFor(env, call)
          yield* backend.list(
            {
              namespace: settings.namespace,
              envs: [env],
              ...(filter.exchange === undefined ? {} : { exchange: filter.exchange }),
            },
            call,
          )
        } catch (error) {
          const code = errorCode(error)
          if (several && code === 'DENIED') denied.set(env, error as Error)
          else if (several && code === 'STORE_CREDENTIALS') {
            deps.warn(`${env} is left out: ${(error as Error).message} Name it with --env ${env}.`)
          } else throw error
        }
      }
      const [first] = denied.values()
      if (first === undefined) return
      if (denied.size === envs.length) throw first
      const names = [...denied.keys()].join(', ')
      deps.warn(`Left out, for nothing is there or it is forbidden to look: ${names}.`)
    },

    read: (ref, ask = {}) =>
      reading({ action: ask.reveal === true ? 'reveal' : 'read', ref, ask }, (backend, call) =>
        backend.read(ref, ask.which ?? { stage: 'AWSCURRENT' }, call),
      ),

    save: async (ref, values, ask = {}) => {
      checkMembers(ref.exchange, values)
      return writing('save', ref, { from: 'values', values }, ask, ask)
    },

    rotate: async (ref, source, ask = {}) => {
      if (source.from === 'values') checkMembers(ref.exchange, source.values)
      return writing('rotate', ref, source, ask, { ...ask, mustExist: true })
    },

    resume: (ref, ask = {}) =>
      changing(
        { action: 'resume', ref, ask },
        (backend, call) => resume(backend, ref, ask, call),
        endedWrite,
      ),

    discard: async (ref, ask = {}) => {
      const result = await changing(
        { action: 'discard', ref, ask },
        (backend, call) => discard(backend, ref, ask, call),
        endedWrite,
      )
      await tickets.drop(ref)
      return result
    },

    annotate: (ref, versionId, annotation, ask = {}) =>
      changing(
        { action: 'annotate', ref, ask, versionId },
        (backend, call) => backend.annotate(ref, versionId, annotation, call),
        () => ({ versionId, fingerprint: null }),
      ),

    freeze: (ref, ask = {}) =>
      changing(
        { action: 'freeze', ref, ask },
        (backend, call) => backend.freeze(ref, call),
        endedCurrent,
      ),

    migrate: (ref, base, layout, ask = {}) =>
      changing(
        { action: 'migrate', ref, ask },
        (backend, call) => backend.migrate(ref, base, layout, call),
        endedCurrent,
      ),

    delete: (ref, base, recoveryDays, ask = {}) =>
      changing(
        { action: 'delete', ref, ask },
        (backend, call) => backend.delete(ref, base, recoveryDays, call),
        endedCurrent,
      ),

    restore: (ref, ask = {}) =>
      changing(
        { action: 'restore', ref, ask },
        (backend, call) => backend.restore(ref, call),
        endedCurrent,
      ),

    record: async (event) => {
      permit(settings, event.action, event.env)
      await records.recordWrite({ ...event, outcome: 'done' })
    },

    identify: async (env, ask = {}) => {
      permit(settings, 'describe', env)
      return identify(env, newCall(deps.clock, ask.signal))
    },

    examine: async (env, ask = {}) => {
      permit(settings, 'describe', env)
      return (await opened()).examine(env, newCall(deps.clock, ask.signal))
    },

    accesses: (ref, since, ask = {}) =>
      looking({ action: 'describe', ref, ask }, async (_backend, call) => {
        const { trail } = await opened()
        if (trail === undefined) return null
        return trail.accesses(ref, since, {
          ...call,
          deadline: deps.clock.now() + TRAIL_TIMEOUT_MS,
        })
      }),

    audit: {
      head: async (env) => {
        permit(settings, 'describe', env)
        return audit.head(env)
      },
      records: async function* (env) {
        permit(settings, 'describe', env)
        yield* audit.records(env)
      },
      verify: async (env, exported) => {
        permit(settings, 'describe', env)
        return audit.verify(env, exported)
      },
    },

    vault: guardedVault(
      async () => (await opened()).keeper,
      settings,
      records.recordWrite,
      deps.clock,
    ),
  }
}

/** Of a foreign error it may hold what deceives a terminal: a path. */
function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error))
}

/** Values that no save of ours has judged; null: there are none. */
async function unknownValues(
  backend: Pick<Backend, 'read'>,
  ref: CredentialRef,
  source: Source,
  call: Call,
): Promise<Members | null> {
  if (source.from === 'values') return source.values
  if (source.from !== 'foreign' || source.seen.asWritten === null) return null
  const credential = await backend.read(ref, { members: source.seen.asWritten }, call)
  return credential?.members ?? null
}
