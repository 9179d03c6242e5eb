import type { CredentialRef } from '../../credential/name.ts'
import type { Pending } from '../port.ts'
import { currentAlready } from '../refusals.ts'
import { refuseDeleted } from './refusals.ts'
import type { StoredCredential } from './stored-credential.ts'

/** Removes a pending version; null where nothing else was there. */
export function discard(
  ref: CredentialRef,
  stored: StoredCredential | null,
  pending: Pending,
): StoredCredential | null {
  refuseDeleted(ref, stored)
  const id = pending.versionId
  if (stored?.current === id) {
    throw currentAlready(ref, id)
  }
  if (stored === null || !stored.pending.includes(id)) return stored
  const versions = stored.versions.filter((version) => version.id !== id)
  if (versions.length === 0) return null
  return { ...stored, pending: stored.pending.filter((other) => other !== id), versions }
}
