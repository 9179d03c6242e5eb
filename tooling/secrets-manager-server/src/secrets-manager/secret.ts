/** What a version holds; exactly one of the two is not null. */
export interface SecretValue {
  readonly string: string | null
  readonly binary: Buffer | null
}

export interface Version {
  readonly id: string
  readonly value: SecretValue
  /** Milliseconds since the epoch, like every date here. */
  readonly createdAt: number
  /** The keys it was encrypted with, oldest first. */
  readonly kmsKeyIds: readonly string[]
}

/** One state of a secret. A change makes a new object, so that the past can be shown to a reader that lags. */
export interface Secret {
  readonly arn: string
  readonly name: string
  readonly description: string | null
  /** As the caller wrote it; null: the account's own key. */
  readonly kmsKeyId: string | null
  readonly type: string | null
  readonly tags: ReadonlyMap<string, string>
  /** By id, oldest first. */
  readonly versions: ReadonlyMap<string, Version>
  /** The id of the version that carries a label. */
  readonly labels: ReadonlyMap<string, string>
  readonly createdAt: number
  readonly changedAt: number
  readonly deletion: Deletion | null
}

interface Deletion {
  /** When it was asked for. */
  readonly since: number
  /** When the secret is gone for good. */
  readonly until: number
  /** Without recovery: it cannot be restored. */
  readonly forced: boolean
}

/** The labels of a version, sorted. */
export function labelsOf(secret: Secret, versionId: string): readonly string[] {
  return [...secret.labels]
    .filter(([, id]) => id === versionId)
    .map(([label]) => label)
    .sort()
}

export function sameValue(one: SecretValue, other: SecretValue): boolean {
  if (one.string !== null || other.string !== null) return one.string === other.string
  return one.binary !== null && other.binary !== null && one.binary.equals(other.binary)
}
