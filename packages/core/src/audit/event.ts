import type { Environment } from '../credential/exchange.ts'
import type { Fingerprint } from '../credential/fingerprint.ts'
import type { Instant, VersionId } from '../credential/version.ts'
import type { ErrorCode } from '../errors/secrets-error.ts'
import type { Actor } from '../runtime/deps.ts'
import type { AuditKeyId } from './keys.ts'

/** What can be done, as pinning judges it and the audit log records it. */
export type Action =
  | 'list'
  | 'describe'
  | 'read'
  | 'reveal'
  | 'save'
  | 'rotate'
  | 'resume'
  | 'discard'
  | 'annotate'
  | 'freeze'
  | 'migrate'
  | 'delete'
  | 'restore'
  | 'note'
  | 'incident'
  /** Recipients, trust, backups: what concerns the vault as a whole. */
  | 'vault'
  /** The log's own: a line torn by a crash was cut off, or (TAMPERED) the log was not as it was left. */
  | 'repair'

/** One thing that happened: when, who, what, to which credential, how it ended; never a value. */
export interface AuditEvent {
  readonly at: Instant
  readonly actor: Actor
  /** The AWS identity, where known. */
  readonly caller: string | null
  readonly action: Action
  readonly env: Environment
  /** As `formatRef` names it. */
  readonly credential: string | null
  readonly versionId: VersionId | null
  readonly fingerprint: Fingerprint | null
  readonly outcome: 'started' | 'done' | 'refused' | 'failed' | 'break-glass'
  readonly code: ErrorCode | null
  readonly reason: string | null
  readonly incident: { readonly id: string; readonly step: string } | null
}

/** A place in the chain: the number of the last record, from 1, and its HMAC in hex. */
export interface AuditHead {
  readonly sequence: number
  readonly mac: string
}

/** A record as it stands in the chain: `mac` is over the event and the mac before, by the key that it names. */
export type AuditRecord = AuditEvent & AuditHead & { readonly key: AuditKeyId }

export interface AuditSink {
  /** Resolves once the event is durable. @throws AUDIT_UNAVAILABLE */
  append(event: AuditEvent): Promise<void>
}

export interface AuditVerdict {
  /** How many records were checked. */
  readonly records: number
  /**
   * How many of them are under the home's key. It is a plain file: whoever can write the home can make such records,
   * also without opening the vault.
   */
  readonly homeKeyRecords: number
  /** What is wrong with the first bad record, in words; null: the chain holds. */
  readonly broken: string | null
}

export interface AuditLog extends AuditSink {
  /** Where the chain stands, durably; null before the first record. Cheap, and needs no key. */
  head(env: Environment): Promise<AuditHead | null>
  /** Oldest first, in constant memory. @throws TAMPERED naming the line that is no record */
  records(env: Environment): AsyncIterable<AuditRecord>
  /**
   * Reports a broken chain, and throws only when it cannot tell.
   *
   * @param exported heads kept elsewhere, each of which the chain must contain
   * @throws STORE_CREDENTIALS naming the records whose key is not at hand, when all else holds; what `fileError` makes
   *   of a log that cannot be read
   */
  verify(env: Environment, exported: readonly AuditHead[]): Promise<AuditVerdict>
}
