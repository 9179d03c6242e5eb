import type { Accesses } from '../audit/access-trail.ts'
import type { AuditEvent, AuditLog } from '../audit/event.ts'
import type {
  CredentialKeeper,
  CredentialReader,
  CredentialState,
  VersionSelector,
} from '../backend/port.ts'
import type { VaultKeeper } from '../backend/vault-keeper.ts'
import type { Credential, Members } from '../credential/credential.ts'
import type { Environment, Exchange } from '../credential/exchange.ts'
import type { CredentialRef } from '../credential/name.ts'
import type { Instant, VersionId } from '../credential/version.ts'
import type { Finding } from '../doctor/finding.ts'
import type { RecoverOptions } from '../rotation/recover.ts'
import type { Source, WriteOptions, WriteResult } from '../rotation/write.ts'
import type { Call } from '../runtime/call.ts'

/** What a face may add to any verb. */
export interface Ask {
  /** The person's wish to stop; it counts until the commit. */
  readonly signal?: AbortSignal
  /** For the audit log. */
  readonly reason?: string
}

export type WriteAsk = WriteOptions &
  Ask & {
    /** A ticket of a half save, or the token that AWS supplied. */
    readonly versionId?: VersionId
    /** The same value may be known under another environment. */
    readonly allowReuse?: boolean
  }

/** A port's own verbs with `Ask` in place of `Call`. */
export type Guarded<Port> = {
  [K in keyof Port]: Port[K] extends (...args: [...infer A, Call]) => infer R
    ? (...args: [...A, ask?: Ask]) => R
    : never
}

/** Where the secrets are, and as whom the store sees us. */
export interface Identity {
  /** `file`, `memory`, `aws us-east-1`. */
  readonly place: string
  readonly accountId: string | null
  readonly arn: string | null
}

/** Lists credentials by environment and exchange. No environment: all that are permitted. */
export interface ListAsk {
  readonly env?: Environment
  readonly exchange?: Exchange
}

/**
 * All that a face has: no face imports a backend, a workflow or an adapter of the store.
 *
 * Every verb passes pinning, CI rules and the account guard, and is recorded in the audit log.
 */
export interface Secrets extends Guarded<CredentialKeeper & Pick<CredentialReader, 'describe'>> {
  /** @param ask `which` defaults to AWSCURRENT; `reveal`: the values will be shown to a person */
  read(
    ref: CredentialRef,
    ask?: Ask & { readonly which?: VersionSelector; readonly reveal?: boolean },
  ): Promise<Credential | null>
  /** @param ask `neverPrompt`: throw STORE_CREDENTIALS rather than ask for a passphrase */
  list(
    filter: ListAsk,
    ask?: Ask & { readonly neverPrompt?: true },
  ): AsyncIterable<readonly CredentialState[]>
  save(ref: CredentialRef, values: Members, ask?: WriteAsk): Promise<WriteResult>
  rotate(ref: CredentialRef, source: Source, ask?: WriteAsk): Promise<WriteResult>
  resume(ref: CredentialRef, ask?: RecoverOptions & Ask): Promise<WriteResult>
  discard(ref: CredentialRef, ask?: Pick<RecoverOptions, 'versionId'> & Ask): Promise<WriteResult>
  /** A note, or a step of an incident. */
  record(
    event: Pick<AuditEvent, 'action' | 'env' | 'credential' | 'reason' | 'incident'>,
  ): Promise<void>
  identify(env: Environment, ask?: Ask): Promise<Identity>
  /** What is to be mended of the store of an environment; the finding of the check `store` says whether it opens. */
  examine(env: Environment, ask?: Ask): Promise<readonly Finding[]>
  /**
   * What the store's own log says of a credential, whoever asked with whatever tool; null where it keeps none.
   *
   * @param since AWS keeps 90 days
   */
  accesses(ref: CredentialRef, since: Instant, ask?: Ask): Promise<Accesses | null>
  readonly audit: Pick<AuditLog, 'head' | 'records' | 'verify'>
  /** Recipients, trust and backups. @throws CONFIG (each method) on a backend without vaults */
  readonly vault: Guarded<VaultKeeper>
}
