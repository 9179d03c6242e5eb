import type { SecretName } from '../../credential/name.ts'
import type { Redacted } from '../../credential/redacted.ts'
import type { Instant, Stage, VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'

/** What is attached to a version of a secret, to one version at a time: AWS's stages, and those of `labels.ts`. */
export type Label = Stage | `mm-${string}` | `mmp.${string}` | `mmr-${string}` | `mmx-${string}`

/** One version of a secret, without its value. */
export interface SecretVersion {
  readonly id: VersionId
  readonly labels: readonly Label[]
  /** When the version was written; null where the store did not say. */
  readonly createdAt: Instant | null
}

export interface SecretDescription {
  readonly name: SecretName
  /** The complete ARN; null where the store has none. */
  readonly arn: string | null
  /** Those that carry a label; a version without one may vanish. */
  readonly versions: readonly SecretVersion[]
  readonly tags: Readonly<Record<string, string>>
  /** Until when a deleted secret can be restored; null: it is not deleted. */
  readonly deletedUntil: Instant | null
}

/** Which version of a secret. */
export type VersionChoice = { readonly label: Label } | { readonly versionId: VersionId }

/**
 * The port that `pairedBackend` stands on: a store of single secrets with labelled versions.
 *
 * Reads are eventually consistent: a version just written may read as absent, labels as they were a moment ago.
 * `moveLabel` alone always acts on what is. The adapter alone retries: what is safe to repeat, until `call.deadline`,
 * then UNAVAILABLE; it may batch the gets of one turn. Denied, throttled, broken throws `SecretsError`.
 */
export interface SecretStore {
  /** @returns null where the secret, or such a version, is not there, and for a deleted secret */
  get(
    name: SecretName,
    which: VersionChoice,
    call: Call,
  ): Promise<(SecretVersion & { readonly value: Redacted }) | null>
  /** A deleted secret too. */
  describe(name: SecretName, call: Call): Promise<SecretDescription | null>
  /** Pages of all secrets whose names begin with the prefix, deleted ones included; may lag by minutes. */
  list(prefix: string, call: Call): AsyncIterable<readonly SecretDescription[]>
  /** When its versions were written; null where that may not be asked. */
  dates(name: SecretName, call: Call): Promise<ReadonlyMap<VersionId, Instant> | null>
  /**
   * Makes a secret without a version; one that is there stays as it is.
   *
   * @returns whether it is new, and carries these tags; false also where an earlier attempt of this call made it
   * @throws CONFLICT where it is deleted
   */
  create(name: SecretName, tags: Readonly<Record<string, string>>, call: Call): Promise<boolean>
  /**
   * Writes a version. Idempotent for one id and value; answers with the labels that the version has now. The first
   * version of a secret becomes AWSCURRENT by itself.
   *
   * @throws CONFLICT for another value under the same id, and where the secret is deleted; NOT_FOUND
   */
  put(
    name: SecretName,
    version: {
      readonly id: VersionId
      readonly value: Redacted
      readonly labels: readonly Label[]
    },
    call: Call,
  ): Promise<SecretVersion>
  /**
   * Compare-and-swap on where a label is, sent once. AWSPREVIOUS follows AWSCURRENT by itself.
   *
   * @param from null: attached nowhere
   * @param to null: to be attached nowhere
   * @returns refused: the label is not at `from`, or there is no version `to`; unknown: the reply was lost, so that
   *   the caller looks and assumes nothing
   */
  moveLabel(
    name: SecretName,
    label: Label,
    from: VersionId | null,
    to: VersionId | null,
    call: Call,
  ): Promise<'moved' | 'refused' | 'unknown'>
  /** Sets tags, and removes those that are null. */
  tag(name: SecretName, tags: Readonly<Record<string, string | null>>, call: Call): Promise<void>
  /** @param recoveryDays 7 to 30; a secret that is deleted already keeps its date. @returns until when it can be restored */
  delete(name: SecretName, recoveryDays: number, call: Call): Promise<Instant>
  /** One that is not deleted stays as it is. */
  restore(name: SecretName, call: Call): Promise<void>
}
