import type { Label } from '../../src/backend/paired/secret-store.ts'
import type { Instant, VersionId } from '../../src/credential/version.ts'

/** A version of a simulated secret, with its value in clear: nothing here is a real key. */
export interface StoredVersion {
  readonly id: VersionId
  readonly value: string
  readonly createdAt: Instant
  /** It carried no label and AWS removed it. Kept, so that invariants can tell what it held. */
  readonly gone: boolean
}

/**
 * One secret at one moment. Immutable and interned: equal states are the same object, so that explorations compare and
 * count states by `serial`.
 */
export interface SecretState {
  readonly serial: number
  readonly exists: boolean
  /** In the order in which they were written. */
  readonly versions: readonly StoredVersion[]
  readonly labels: ReadonlyMap<Label, VersionId>
  readonly tags: Readonly<Record<string, string>>
  readonly deletedUntil: Instant | null
}

type Parts = Omit<SecretState, 'serial'>

/** Where a state is made: it gives equal parts the same object. */
export interface Interner {
  intern(parts: Parts): SecretState
}

export const ABSENT: Parts = {
  exists: false,
  versions: [],
  labels: new Map(),
  tags: {},
  deletedUntil: null,
}

let serials = 0

export function newInterner(): Interner {
  const known = new Map<string, SecretState>()
  return {
    intern(parts) {
      const labels = new Map([...parts.labels].sort(([a], [b]) => (a < b ? -1 : 1)))
      const key = JSON.stringify([
        parts.exists,
        parts.versions,
        [...labels],
        Object.entries(parts.tags).sort(([a], [b]) => (a < b ? -1 : 1)),
        parts.deletedUntil,
      ])
      const found = known.get(key)
      if (found !== undefined) return found
      const state = Object.freeze({ ...parts, labels, serial: ++serials })
      known.set(key, state)
      return state
    },
  }
}

export function versionWith(secret: SecretState, label: Label): StoredVersion | null {
  const id = secret.labels.get(label)
  return id === undefined ? null : versionOf(secret, id)
}

/** @returns null for one that is gone */
export function versionOf(secret: SecretState, id: VersionId): StoredVersion | null {
  return secret.versions.find((version) => version.id === id && !version.gone) ?? null
}

export function labelsOf(secret: SecretState, id: VersionId): readonly Label[] {
  return [...secret.labels].flatMap(([label, at]) => (at === id ? [label] : []))
}

/** Versions that carry no label, which AWS may remove at any moment. */
export function unlabelled(secret: SecretState): readonly VersionId[] {
  const kept = new Set(secret.labels.values())
  return secret.versions.flatMap(({ id, gone }) => (gone || kept.has(id) ? [] : [id]))
}

export function withoutVersions(secret: SecretState, ids: readonly VersionId[]): Parts {
  const versions = secret.versions.map((version) =>
    ids.includes(version.id) ? { ...version, gone: true } : version,
  )
  return { ...secret, versions }
}
