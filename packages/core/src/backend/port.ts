import type { Credential, Members } from '../credential/credential.ts'
import type { Environment, Exchange, KeyType } from '../credential/exchange.ts'
import type { Annotation, Metadata } from '../credential/metadata.ts'
import type { CredentialRef, Namespace } from '../credential/name.ts'
import type { Instant, Layout, Stage, VersionId } from '../credential/version.ts'
import type { Call } from '../runtime/call.ts'

/**
 * The port that every workflow stands on: a store of whole credentials.
 *
 * Times are epoch milliseconds; absent is `null`; what cannot be done throws `SecretsError`; each method ends
 * with a `Call`. Reader, writer and keeper together are the port; a function asks for the part that it uses.
 */
export interface Backend extends CredentialReader, CredentialWriter, CredentialKeeper {}

/**
 * Which version of a credential. `members`: each by an id of its own, as other tools left them; only adoption asks so.
 * `evenFrozen`: only `verify` asks so, to learn whether a key is dead.
 */
export type VersionSelector = (
  | { readonly stage: 'AWSCURRENT' | 'AWSPREVIOUS' }
  | { readonly versionId: VersionId }
  | { readonly members: MemberVersions }
) & { readonly evenFrozen?: true }

/** A version id for each member. */
export type MemberVersions = Readonly<Partial<Record<KeyType, VersionId>>>

/** One version of a credential, without values. */
export interface Version {
  readonly id: VersionId
  readonly stages: readonly Stage[]
  /** false: written by other tools. */
  readonly ours: boolean
  /** An incident froze it: readers, rollback and resume refuse it for good. */
  readonly frozen: boolean
  readonly metadata: Metadata
}

/** A version on its way to becoming current. */
export interface Pending {
  readonly versionId: VersionId
  /** What was current when the write began; null: the credential had no version. */
  readonly base: VersionId | null
  /** The version that a rollback or an adoption repeats. */
  readonly copyOf: VersionId | null
  readonly missing: readonly KeyType[]
  /** written: can be discarded; decided: goes forward only; live: is current, the store still settles. */
  readonly phase: 'written' | 'decided' | 'live'
}

/**
 * The one picture of a credential without its values. `list` and `describe` give it, a writer hands it back as the
 * base of its compare-and-swap, writes return the new one; status, history, diff and tree are functions of it.
 */
export interface CredentialState {
  readonly ref: CredentialRef
  readonly layout: Layout
  /** absent: names without a version. */
  readonly condition: 'whole' | 'incomplete' | 'unpaired' | 'foreign' | 'ambiguous' | 'absent'
  readonly missing: readonly KeyType[]
  readonly current: VersionId | null
  readonly previous: VersionId | null
  /** Newest first. */
  readonly versions: readonly Version[]
  /** Those whose base is still current. */
  readonly pending: readonly Pending[]
  /** Until when a deleted credential can be restored; null: it is not deleted. */
  readonly deletedUntil: Instant | null
  /** What each member has as current where other tools wrote it (unpaired, foreign); null elsewhere. */
  readonly asWritten: MemberVersions | null
  /** The complete ARN of each stored secret, for readers that are not ours; empty where the store has none. */
  readonly arns: Readonly<Partial<Record<KeyType | 'json', string>>>
}

export interface ListFilter {
  readonly namespace: Namespace
  readonly envs: readonly Environment[]
  readonly exchange?: Exchange
}

export interface CredentialReader {
  /**
   * Members that were saved together, or null.
   *
   * @throws INCOMPLETE, FOREIGN_WRITE, REVOKED (frozen), CORRUPT and the store's errors
   */
  read(ref: CredentialRef, which: VersionSelector, call: Call): Promise<Credential | null>
  describe(ref: CredentialRef, call: Call): Promise<CredentialState | null>
  /** Pages, each credential once; metadata only. Nothing is requested before the next page is asked for. */
  list(filter: ListFilter, call: Call): AsyncIterable<readonly CredentialState[]>
}

/** A version to be written. */
export interface Draft {
  readonly versionId: VersionId
  readonly values: Members
  readonly metadata: Metadata
  /** For a new credential. @default the layout that the credential has, else pair */
  readonly layout?: Layout
  /** For AWS's managed rotation alone: the anchor's version also takes AWSPENDING. */
  readonly managed?: true
}

export interface CredentialWriter {
  /**
   * Writes a version without making it live, except where `base` has no current: there the last member makes it live.
   * Values for a pending `versionId` join it (the ticket of a half save).
   *
   * @throws CONFLICT when `base` no longer holds, AMBIGUOUS_LAYOUT
   */
  putPending(
    ref: CredentialRef,
    base: CredentialState | null,
    draft: Draft,
    call: Call,
  ): Promise<Pending>
  /**
   * Makes a version current if its base still is, then settles the store; idempotent in every phase, so resume too.
   *
   * @throws CONFLICT, SUPERSEDED, INCOMPLETE, REVOKED, PARTIAL
   */
  commit(ref: CredentialRef, pending: Pending, call: Call): Promise<CredentialState>
  /** Returns only when the version can never become current. @throws CONFLICT once decided */
  discard(ref: CredentialRef, pending: Pending, call: Call): Promise<CredentialState>
}

export interface CredentialKeeper {
  annotate(
    ref: CredentialRef,
    versionId: VersionId,
    annotation: Annotation,
    call: Call,
  ): Promise<void>
  /** Freezes current, and whatever pending holds its value. */
  freeze(ref: CredentialRef, call: Call): Promise<CredentialState>
  migrate(
    ref: CredentialRef,
    base: CredentialState,
    layout: Layout,
    call: Call,
  ): Promise<CredentialState>
  /** @param recoveryDays 7 to 30 */
  delete(
    ref: CredentialRef,
    base: CredentialState,
    recoveryDays: number,
    call: Call,
  ): Promise<CredentialState>
  restore(ref: CredentialRef, call: Call): Promise<CredentialState>
}
