import type { Credential } from '../../credential/credential.ts'
import { isWhole, memberEntries, missingMembers, withOrigin } from '../../credential/credential.ts'
import type { CredentialRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import type { MemberVersions, VersionSelector } from '../port.ts'
import { incomplete, revoked } from '../refusals.ts'
import type { StoredCredential, StoredVersion } from './stored-credential.ts'
import { findVersion } from './stored-credential.ts'

/**
 * One version with its values.
 *
 * @returns null where the credential is deleted or the version has no values any more
 * @throws INCOMPLETE for a half, REVOKED for a frozen one
 */
export function readVersion(
  ref: CredentialRef,
  stored: StoredCredential | null,
  which: VersionSelector,
): Credential | null {
  if (stored === null || stored.deletedUntil !== null) return null
  const version = select(stored, which)
  if (version === null || memberEntries(ref.exchange, version.values).length === 0) return null
  if (version.frozen && which.evenFrozen !== true) throw revoked(ref, version.id)
  const members = withOrigin(ref.exchange, version.values, version.id)
  if (!isWhole(ref.exchange, members)) {
    throw incomplete(ref, version.id, missingMembers(ref.exchange, members))
  }
  return Object.freeze({
    ref: Object.freeze({ ...ref }),
    versionId: version.id,
    createdAt: version.writtenAt,
    layout: stored.layout,
    paired: true,
    members,
  })
}

function select(stored: StoredCredential, which: VersionSelector): StoredVersion | null {
  if ('versionId' in which) return findVersion(stored, which.versionId)
  if ('members' in which) return findVersion(stored, sharedId(which.members))
  if (which.stage === 'AWSPREVIOUS') return findVersion(stored, stored.previous)
  // A half that waits on nothing is what makes the credential incomplete rather than absent.
  return findVersion(stored, stored.current ?? stored.pending[0] ?? null)
}

/** In a document the members of a version never have ids of their own. */
function sharedId(members: MemberVersions): VersionId | null {
  const [id, ...others] = new Set(Object.values(members))
  return id !== undefined && others.length === 0 ? id : null
}
