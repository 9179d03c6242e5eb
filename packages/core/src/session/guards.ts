import type { Action } from '../audit/event.ts'
import type { Backend } from '../backend/port.ts'
import type { Credential } from '../credential/credential.ts'
import type { Environment } from '../credential/exchange.ts'
import type { Fingerprint } from '../credential/fingerprint.ts'
import { fingerprint } from '../credential/fingerprint.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef } from '../credential/name.ts'
import type { VersionId } from '../credential/version.ts'
import type { ErrorCode } from '../errors/secrets-error.ts'
import { SecretsError, errorCode } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'
import { newCall } from '../runtime/call.ts'
import type { Deps } from '../runtime/deps.ts'
import { breakGlassWarning, isBreakGlass } from '../settings/break-glass.ts'
import { permit } from '../settings/pinning.ts'
import type { Settings } from '../settings/settings.ts'
import type { OpenedBackend } from './opened-backend.ts'
import type { Recorder } from './recorder.ts'
import type { Ask, Identity } from './secrets.ts'

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

/** A verb about to be carried out. */
interface Operation {
  readonly action: Action
  readonly ref: CredentialRef
  readonly ask: Ask
  readonly versionId?: VersionId
}

/** What is known of an operation once it is over. */
export interface Ended {
  readonly versionId: VersionId | null
  readonly fingerprint: Fingerprint | null
}

/** The three ways to a backend: each behind pinning, CI rules and the account guard, and each recorded as it must be. */
export interface Guards {
  /** The backend, once the account guard has let the caller in. */
  openFor(env: Environment, call: Call): Promise<Backend>
  /** Who we are to the store; the audit log has it from then on. */
  identify(env: Environment, call: Call): Promise<Identity>
  /** Metadata: no value passes, no record is kept. */
  looking<T>(operation: Operation, work: (backend: Backend, call: Call) => Promise<T>): Promise<T>
  /** A value leaves only once its record stands. */
  reading(
    operation: Operation,
    work: (backend: Backend, call: Call) => Promise<Credential | null>,
  ): Promise<Credential | null>
  /** Leaves two records: `started` and its outcome. */
  changing<T>(
    operation: Operation,
    work: (backend: Backend, call: Call) => Promise<T>,
    ended: (result: T) => Ended,
  ): Promise<T>
}

/**
 * A process that is pinned elsewhere does not reach into the audit log of the environment it was refused: such a
 * refusal is an error to the caller, not a record there.
 */
export function guards(
  opened: () => Promise<OpenedBackend>,
  settings: Settings,
  { recordQuietly, recordRead, recordWrite }: Recorder,
  deps: Pick<Deps, 'clock' | 'warn'>,
): Guards {
  const identities = new Map<Environment, Identity>()

  async function identify(env: Environment, call: Call): Promise<Identity> {
    const identity = await (await opened()).identify(env, call)
    identities.set(env, identity)
    return identity
  }

  async function openFor(env: Environment, call: Call): Promise<Backend> {
    const { backend } = await opened()
    const wanted = settings.environments[env]?.accountId
    if (settings.backend !== 'aws' || wanted === undefined) return backend
    const { accountId } = identities.get(env) ?? (await identify(env, call))
    if (accountId !== wanted) throw wrongAccount(env, wanted)
    return backend
  }

  const describes = (operation: Operation) => ({
    action: operation.action,
    env: operation.ref.env,
    credential: formatRef(operation.ref),
    caller: identities.get(operation.ref.env)?.arn ?? null,
    reason: operation.ask.reason ?? null,
  })

  const failure = (error: unknown) => {
    const code = errorCode(error)
    const outcome = code !== null && REFUSALS.has(code) ? ('refused' as const) : ('failed' as const)
    return { outcome, code }
  }

  async function looking<T>(
    operation: Operation,
    work: (backend: Backend, call: Call) => Promise<T>,
  ): Promise<T> {
    permit(settings, operation.action, operation.ref.env)
    const call = newCall(deps.clock, operation.ask.signal)
    return work(await openFor(operation.ref.env, call), call)
  }

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

  async function changing<T>(
    operation: Operation,
    work: (backend: Backend, call: Call) => Promise<T>,
    ended: (result: T) => Ended,
  ): Promise<T> {
    permit(settings, operation.action, operation.ref.env)
    const call = newCall(deps.clock, operation.ask.signal)
    const versionId = operation.versionId ?? null
    // Opening comes first, so that the record of the start has the caller; it is refused only once that stands.
    const opening = openFor(operation.ref.env, call)
    await opening.catch(() => undefined)
    await recordWrite({ ...describes(operation), versionId, outcome: 'started' })
    try {
      const result = await work(await opening, call)
      await recordWrite({ ...describes(operation), ...ended(result), outcome: 'done' })
      return result
    } catch (error) {
      await recordWrite({ ...describes(operation), versionId, ...failure(error) })
      throw error
    }
  }

  return { openFor, identify, looking, reading, changing }
}

function wrongAccount(env: Environment, wanted: string): SecretsError {
  return new SecretsError(
    'ACCOUNT_MISMATCH',
    `The AWS credentials in use do not belong to account ${wanted}, where ${env} lives.`,
    { hint: 'Choose the right profile (AWS_PROFILE), or mend account_id in config.json.' },
  )
}
