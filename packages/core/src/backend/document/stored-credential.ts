import type { Members } from '../../credential/credential.ts'
import { memberEntries } from '../../credential/credential.ts'
import type { Exchange } from '../../credential/exchange.ts'
import type { Metadata } from '../../credential/metadata.ts'
import type { Instant, Layout, VersionId } from '../../credential/version.ts'

/** One version as the document keeps it. */
export interface StoredVersion {
  readonly id: VersionId
  /** null: seeded, so nobody knows. */
  readonly writtenAt: Instant | null
  readonly frozen: boolean
  readonly metadata: Metadata
  /** Empty for a version that is neither current, previous nor pending: history keeps no values. */
  readonly values: Members
}

/**
 * One credential as the document keeps it, under the name of its anchor.
 *
 * The base of every pending version is the current one: whatever becomes current drops the others.
 */
export interface StoredCredential {
  readonly layout: Layout
  readonly current: VersionId | null
  readonly previous: VersionId | null
  /** Newest first, as `versions`. */
  readonly pending: readonly VersionId[]
  readonly deletedUntil: Instant | null
  readonly versions: readonly StoredVersion[]
}

export function findVersion(
  stored: StoredCredential | null,
  id: VersionId | null,
): StoredVersion | null {
  return stored?.versions.find((version) => version.id === id) ?? null
}

/** The same credential with one of its versions replaced. */
export function replaceVersion(stored: StoredCredential, changed: StoredVersion): StoredCredential {
  const versions = stored.versions.map((version) => (version.id === changed.id ? changed : version))
  return { ...stored, versions }
}

/**
 * The credential as JSON, with its values in clear: only a `DocumentStore` may be handed this.
 *
 * It shares nothing with the credential or with a draft, so that the store may keep or freeze it.
 */
export function formatStored(exchange: Exchange, stored: StoredCredential): unknown {
  return {
    layout: stored.layout,
    current: stored.current,
    previous: stored.previous,
    pending: [...stored.pending],
    deletedUntil: stored.deletedUntil,
    versions: stored.versions.map(({ id, writtenAt, frozen, metadata, values }) => ({
      id,
      writtenAt,
      frozen,
      metadata: { ...metadata, fingerprints: { ...metadata.fingerprints } },
      values: Object.fromEntries(
        memberEntries(exchange, values).map(([keyType, value]) => [keyType, value.reveal()]),
      ),
    })),
  }
}
