import type { KeyType } from './exchange.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { Instant, VersionId } from './version.ts'

/** What is known of a version beside its values. Kept in clear on AWS, so never a value. */
export interface Metadata {
  /** When the key was made, the start of its age (a rollback copies it); null: unknown, written by other tools. */
  readonly createdAt: Instant | null
  readonly fingerprints: { readonly [K in KeyType]?: Fingerprint }
  /** Which exchange host the key belongs to: `mainnet`, `testnet`, `demo`, or a regional one such as `eu`. */
  readonly site: string | null
  /** The exchange's own expiry. */
  readonly expiresAt: Instant | null
  /** When a value was known to pass through argv, git or a leak. */
  readonly exposedAt: Instant | null
  /** When the key was known to be dead at the exchange. */
  readonly revokedAt: Instant | null
  /** The version that a rollback or an adoption repeats; not committed once that one is frozen. */
  readonly copyOf: VersionId | null
}

/** The part of the metadata that may change after the version was written. */
export type Annotation = Partial<Pick<Metadata, 'site' | 'expiresAt' | 'exposedAt' | 'revokedAt'>>

/** Metadata of a version about which nothing but its creation is known. */
export function newMetadata(createdAt: Instant | null): Metadata {
  return {
    createdAt,
    fingerprints: {},
    site: null,
    expiresAt: null,
    exposedAt: null,
    revokedAt: null,
    copyOf: null,
  }
}

/** Of a version whose members came one after the other: as old as its first half, exposed as soon as one of them is. */
export function joinMetadata(first: Metadata, later: Metadata): Metadata {
  return {
    createdAt: first.createdAt,
    fingerprints: { ...first.fingerprints, ...later.fingerprints },
    site: later.site ?? first.site,
    expiresAt: later.expiresAt ?? first.expiresAt,
    exposedAt: first.exposedAt ?? later.exposedAt,
    revokedAt: first.revokedAt ?? later.revokedAt,
    copyOf: first.copyOf,
  }
}
