import type { Exchange, KeyType } from './exchange.ts'
import { KEY_TYPES } from './exchange.ts'
import type { Fingerprint } from './fingerprint.ts'
import { fingerprint } from './fingerprint.ts'
import type { CredentialRef } from './name.ts'
import { Redacted } from './redacted.ts'
import type { Instant, Layout, VersionId } from './version.ts'

/** All members of a credential; a KuCoin one has a passphrase too. */
export interface WholeMembers {
  readonly api_key: Redacted
  readonly api_secret: Redacted
  readonly api_passphrase?: Redacted
}

/** Some of the members: a half save. */
export type Members = Partial<WholeMembers>

/**
 * Members that were saved together: whole, deeply frozen, each carrying `versionId`.
 *
 * It has no metadata: a read is one round of GetSecretValue, which knows no tags; `CredentialState` has it.
 */
export interface Credential {
  readonly ref: CredentialRef
  readonly versionId: VersionId
  /** When this version was written; null: unknown. */
  readonly createdAt: Instant | null
  readonly layout: Layout
  /** false: written by other tools, which do not save members together. */
  readonly paired: boolean
  readonly members: WholeMembers
}

/** The members that are there, in the exchange's order. */
export function memberEntries(
  exchange: Exchange,
  members: Members,
): readonly (readonly [KeyType, Redacted])[] {
  return KEY_TYPES[exchange].flatMap((keyType) => {
    const value = members[keyType]
    return value === undefined ? [] : [[keyType, value] as const]
  })
}

/** The key types of this exchange that are not among the members. */
export function missingMembers(exchange: Exchange, members: Members): readonly KeyType[] {
  return KEY_TYPES[exchange].filter((keyType) => members[keyType] === undefined)
}

/** Whether every member of this exchange's credential is there. */
export function isWhole(exchange: Exchange, members: Members): members is WholeMembers {
  return missingMembers(exchange, members).length === 0
}

/** The same values, each knowing what it is and to which version it belongs. */
export function withOrigin(exchange: Exchange, members: Members, versionId: VersionId): Members {
  return Object.freeze(
    Object.fromEntries(
      memberEntries(exchange, members).map(([keyType, value]) => [
        keyType,
        new Redacted(value.reveal(), { keyType, versionId }),
      ]),
    ),
  )
}

/** Fingerprints of the members that may have one. */
export function memberFingerprints(
  exchange: Exchange,
  members: Members,
): { readonly [K in KeyType]?: Fingerprint } {
  const found: { [K in KeyType]?: Fingerprint } = {}
  for (const [keyType, value] of memberEntries(exchange, members)) {
    if (keyType === 'api_passphrase') continue
    const print = fingerprint(value)
    if (print !== null) found[keyType] = print
  }
  return found
}
