import type { Action, AuditLog } from '../audit/event.ts'
import type { Backend, CredentialState } from '../backend/port.ts'
import type { VaultKeeper } from '../backend/vault-keeper.ts'
import type { Credential } from '../credential/credential.ts'
import { isWhole } from '../credential/credential.ts'
import type { Environment } from '../credential/exchange.ts'
import type { Fingerprint } from '../credential/fingerprint.ts'
import { fingerprint } from '../credential/fingerprint.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef } from '../credential/name.ts'
import { checkMembers } from '../credential/value.ts'
import type { VersionId } from '../credential/version.ts'
import { mintVersionId } from '../credential/version.ts'
import type { Finding } from '../doctor/finding.ts'
import type { ErrorCode } from '../errors/secrets-error.ts'
import { SecretsError, errorCode } from '../errors/secrets-error.ts'
import { discard, resume } from '../rotation/recover.ts'
import type { Tickets } from '../rotation/tickets.ts'
import type { Source, WriteOptions, WriteResult } from '../rotation/write.ts'
import { write } from '../rotation/write.ts'
import type { Call } from '../runtime/call.ts'
import { newCall } from '../runtime/call.ts'
import type { Deps } from '../runtime/deps.ts'
import { breakGlassWarning, isBreakGlass } from '../settings/break-glass.ts'
import { permit, permittedEnvironments } from '../settings/pinning.ts'
import type { Settings } from '../settings/settings.ts'
import { guardedVault } from './guarded-vault.ts'
import { onceResolved } from './once-resolved.ts'
import { recorder } from './recorder.ts'
import { refuseReuse } from './reuse.ts'
import type { Ask, Identity, Secrets, WriteAsk } from './secrets.ts'

/** A backend and who we are to it. */
export interface OpenedBackend {
  readonly backend: Backend
  identify(env: Environment, call: Call): Promise<Identity>
  /** What is to be mended of this store, down to its permissions; reads no value. */
  examine(env: Environment, call: Call): Promise<readonly Finding[]>
  /** Absent where there are no vaults. */
  readonly keeper?: VaultKeeper
}

/** Codes by which a rule said no, as opposed to something that broke. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'ENVIRONMENT_MISMATCH',
  'PROD_FORBIDDEN_IN_CI',
  'ACCOUNT_MISMATCH',
  'REUSED_CREDENTIAL',
  'REVEAL_REFUSED',
  'REVOKED',
  'DECLINED',
])

interface Operation {
  readonly action: Action
  readonly ref: CredentialRef
  readonly ask: Ask
  readonly versionId?: VersionId
}

/** What is known of an operation once it is over. */
interface Ended {
  readonly versionId: VersionId | null
  readonly fingerprint: Fingerprint | null
}

/**
 * All verbs of a face, each behind pinning, CI rules and the account guard, each recorded. This alone hands out the
 * backend, which is opened by the first verb.
 *
 * A process that is pinned elsewhere does not reach into the audit log of the environment it was refused: such a
 * refusal is an error to the caller, not a record there.
 */
export function guardedSecrets(
  open: () => Promise<OpenedBackend>,
  settings: Settings,
  audit: AuditLog,
  tickets: Tickets,
  deps: Pick<Deps, 'actor' | 'clock' | 'randomness' | 'warn'>,
): Secrets {
  const opened = onceResolved(open)
  const { recordQuietly, recordRead, recordWrite } = recorder(audit, deps)
  const callers = new Map<Environment, string>()

  async function openFor(env: Environment, call: Call): Promise<Backend> {
    const { backend, identify } = await opened()
    const wanted = settings.environments[env]?.accountId
    if (settings.backend === 'aws' && wanted !== undefined && !callers.has(env)) {
      const identity = await identify(env, call)
      if (identity.accountId !== wanted) throw wrongAccount(env, wanted)
      callers.set(env, identity.arn ?? '')
    }
    return backend
  }

  const describes = (operation: Operation) => ({
    action: operation.action,
    env: operation.ref.env,
    credential: formatRef(operation.ref),
    caller: callers.get(operation.ref.env) ?? null,
    reason: operation.ask.reason ?? null,
  })

  const failure = (error: unknown) => {
    const code = errorCode(error)
    const outcome = code !== null && REFUSALS.has(code) ? ('refused' as const) : ('failed' as const)
    return { outcome, code }
  }

  /** Metadata: no value passes, no record is kept. */
  async function looking<T>(
    operation: Operation,
    work: (backend: Backend, call: Call) => Promise<T>,
  ): Promise<T> {
    permit(settings, operation.action, operation.ref.env)
    const call = newCall(deps.clock, operation.ask.signal)
    return work(await openFor(operation.ref.env, call), call)
  }

  /** A value leaves only once its record stands. */
  async function reading(
    operation: Operation,
    work: (backend: Backend, call: Call) => Promise<Credential | null>,
  ): Promise<Credential | null> {
    const { env } = operation.ref
    permit(settings, operation.action, env)
    const breakGlass = isBreakGlass(settings, env)
    if (breakGlass) deps.warn(breakGlassWarning(env))
    let credential: Credential | null
    try {
      const call = newCall(deps.clock, operation.ask.signal)
      credential = await work(await openFor(env, call), call)
    } catch (error) {
      await recordQuietly({ ...describes(operation), ...failure(error) })
      throw error
    }
    if (credential === null) {
      await recordQuietly({ ...describes(operation), outcome: 'failed', code: 'NOT_FOUND' })
      return null
    }
    const event = {
      ...describes(operation),
      versionId: credential.versionId,
      fingerprint: fingerprint(credential.members.api_key),
    }
    // In an emergency the log is told, but has no say.
    if (breakGlass) await recordWrite({ ...event, outcome: 'break-glass' })
    else await recordRead({ ...event, outcome: 'done' })
    return credential
  }

  /** Leaves two records: `started` and its outcome. */
  async function changing<T>(
    operation: Operation,
    work: (backend: Backend, call: Call) => Promise<T>,
    ended: (result: T) => Ended,
  ): Promise<T> {
    permit(settings, operation.action, operation.ref.env)
    const call = newCall(deps.clock, operation.ask.signal)
    const versionId = operation.versionId ?? null
    await recordWrite({ ...describes(operation), versionId, outcome: 'started' })
    try {
      const result = await work(await openFor(operation.ref.env, call), call)
      await recordWrite({ ...describes(operation), ...ended(result), outcome: 'done' })
      return result
    } catch (error) {
      await recordWrite({ ...describes(operation), versionId, ...failure(error) })
      throw error
    }
  }

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
        if (source.from === 'values' && ask.allowReuse !== true) {
          const permitted = permittedEnvironments(settings)
          await refuseReuse(backend, ref, source.values, permitted, call)
        }
        return write(backend, ref, versionId, source, options, deps.clock, call)
      },
      endedWrite,
    )
    if (result.pending !== null && result.pending.missing.length > 0) {
      await tickets.keep(ref, result.pending.versionId)
    } else {
      await tickets.drop(ref)
    }
    return result
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
      const neverPrompt = envs.length > 1
      const call: Call = {
        ...newCall(deps.clock, ask.signal),
        ...(neverPrompt ? { neverPrompt } : {}),
      }
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
          if (!neverPrompt || errorCode(error) !== 'STORE_CREDENTIALS') throw error
          deps.warn(`${env} is left out: ${(error as Error).message} Name it with --env ${env}.`)
        }
      }
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
      await recordWrite({ ...event, outcome: 'done' })
    },

    identify: async (env, ask = {}) => {
      permit(settings, 'describe', env)
      return (await opened()).identify(env, newCall(deps.clock, ask.signal))
    },

    examine: async (env, ask = {}) => {
      permit(settings, 'describe', env)
      return (await opened()).examine(env, newCall(deps.clock, ask.signal))
    },

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

    vault: guardedVault(async () => (await opened()).keeper, settings, recordWrite, deps.clock),
  }
}

function wrongAccount(env: Environment, wanted: string): SecretsError {
  return new SecretsError(
    'ACCOUNT_MISMATCH',
    `The AWS credentials in use do not belong to account ${wanted}, where ${env} lives.`,
    { hint: 'Choose the right profile (AWS_PROFILE), or mend account_id in config.json.' },
  )
}
