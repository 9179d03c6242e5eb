import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Pending } from '../port.ts'
import { commandLine, refuseDeleted } from './refusals.ts'
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
    throw new SecretsError('CONFLICT', `Version ${id} of ${formatRef(ref)} is current already.`, {
      hint: `Go back to the one before with: ${commandLine('rotate', ref, '--rollback')}`,
    })
  }
  if (stored === null || !stored.pending.includes(id)) return stored
  const versions = stored.versions.filter((version) => version.id !== id)
  if (versions.length === 0) return null
  return { ...stored, pending: stored.pending.filter((other) => other !== id), versions }
}
