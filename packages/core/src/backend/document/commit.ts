import { isWhole } from '../../credential/credential.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Pending } from '../port.ts'
import { becomeCurrent } from './become-current.ts'
import { commandLine, incomplete, refuseDeleted, revoked } from './refusals.ts'
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
  if (stored === null || version === null) throw overtaken(ref, pending)
  if (stored.current === version.id) return stored
  if (!stored.pending.includes(version.id)) throw superseded(ref, pending)
  if (!isWhole(ref.exchange, version.values)) throw incomplete(ref, version)
  const original = findVersion(stored, version.metadata.copyOf)
  if (version.frozen) throw revoked(ref, version)
  if (original?.frozen === true) throw revoked(ref, original)
  return becomeCurrent(stored, version.id)
}

function overtaken(ref: CredentialRef, pending: Pending): SecretsError {
  return new SecretsError(
    'CONFLICT',
    `Version ${pending.versionId} of ${formatRef(ref)} is not pending: ` +
      'it was discarded, or another version became current first.',
    { hint: `See which one is current: ${commandLine('history', ref)}` },
  )
}

function superseded(ref: CredentialRef, pending: Pending): SecretsError {
  return new SecretsError(
    'SUPERSEDED',
    `Version ${pending.versionId} of ${formatRef(ref)} went live, and a later one has replaced it.`,
    { hint: `See which one is current: ${commandLine('history', ref)}` },
  )
}
