import { isWhole, missingMembers } from '../../credential/credential.ts'
import type { CredentialRef } from '../../credential/name.ts'
import type { Pending } from '../port.ts'
import { incomplete, overtaken, revoked, superseded } from '../refusals.ts'
import { becomeCurrent } from './become-current.ts'
import { refuseDeleted } from './refusals.ts'
import type { StoredCredential } from './stored-credential.ts'
import { findVersion } from './stored-credential.ts'

/** Makes a pending version current. That it is still pending says that its base is still current. */
export function commit(
  ref: CredentialRef,
  stored: StoredCredential | null,
  pending: Pending,
): StoredCredential {
  refuseDeleted(ref, stored)
  const version = findVersion(stored, pending.versionId)
  if (stored === null || version === null) throw overtaken(ref, pending.versionId)
  if (stored.current === version.id) return stored
  if (!stored.pending.includes(version.id)) throw superseded(ref, pending.versionId)
  if (!isWhole(ref.exchange, version.values)) {
    throw incomplete(ref, version.id, missingMembers(ref.exchange, version.values))
  }
  const original = findVersion(stored, version.metadata.copyOf)
  if (version.frozen) throw revoked(ref, version.id)
  if (original?.frozen === true) throw revoked(ref, original.id)
  return becomeCurrent(stored, version.id)
}
