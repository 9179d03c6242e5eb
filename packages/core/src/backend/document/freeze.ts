import { memberFingerprints } from '../../credential/credential.ts'
import type { Exchange, KeyType } from '../../credential/exchange.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { notFound } from '../refusals.ts'
import { requireLive } from './refusals.ts'
import type { StoredCredential, StoredVersion } from './stored-credential.ts'
import { findVersion } from './stored-credential.ts'

/** Freezes the current version, and the previous and pending ones that hold its key or one of its secrets. */
export function freeze(ref: CredentialRef, stored: StoredCredential | null): StoredCredential {
  const live = requireLive(ref, stored)
  const current = findVersion(live, live.current)
  if (current === null) throw notFound(ref)
  const found = live.versions.filter(
    (version) => !version.frozen && sharesValue(ref.exchange, current, version),
  )
  if (found.length === 0) return live
  const versions = live.versions.map((version) =>
    found.includes(version) ? { ...version, frozen: true } : version,
  )
  return { ...live, versions }
}

/** A member without a fingerprint (a short one, a passphrase) may be the same in keys that have nothing in common. */
function sharesValue(exchange: Exchange, one: StoredVersion, other: StoredVersion): boolean {
  if (one.values.api_key?.reveal() === other.values.api_key?.reveal()) return true
  const prints = memberFingerprints(exchange, one.values)
  const others = memberFingerprints(exchange, other.values)
  return (Object.keys(prints) as KeyType[]).some((keyType) => prints[keyType] === others[keyType])
}
