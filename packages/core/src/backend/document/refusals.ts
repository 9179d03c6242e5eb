import type { CredentialRef } from '../../credential/name.ts'
import type { CredentialState } from '../port.ts'
import { changedMeanwhile, deleted, notFound } from '../refusals.ts'
import type { StoredCredential } from './stored-credential.ts'

/**
 * The credential, where it is there and not deleted.
 *
 * @throws NOT_FOUND, CONFLICT while it is deleted
 */
export function requireLive(ref: CredentialRef, stored: StoredCredential | null): StoredCredential {
  if (stored === null) throw notFound(ref)
  refuseDeleted(ref, stored)
  return stored
}

/** @throws CONFLICT that says until when it can be restored */
export function refuseDeleted(ref: CredentialRef, stored: StoredCredential | null): void {
  if (stored !== null && stored.deletedUntil !== null) throw deleted(ref, stored.deletedUntil)
}

/** @throws CONFLICT when another version is current than the one that the caller saw */
export function requireBase(
  ref: CredentialRef,
  stored: StoredCredential | null,
  base: CredentialState | null,
): void {
  const seen = base?.current ?? null
  const now = stored?.current ?? null
  if (seen !== now) throw changedMeanwhile(ref, seen, now)
}
