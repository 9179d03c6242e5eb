import { missingMembers } from '../../credential/credential.ts'
import type { CredentialRef } from '../../credential/name.ts'
import type { Stage, VersionId } from '../../credential/version.ts'
import type { CredentialState, Pending, Version } from '../port.ts'
import { deepFreeze } from './deep-freeze.ts'
import type { StoredCredential, StoredVersion } from './stored-credential.ts'
import { findVersion } from './stored-credential.ts'

/** The picture of a stored credential without its values. */
export function credentialState(
  ref: CredentialRef,
  stored: StoredCredential | null,
): CredentialState {
  const pending = stored === null ? [] : stored.pending.map((id) => pendingOf(ref, stored, id))
  return deepFreeze({
    ref: { ...ref },
    layout: stored?.layout ?? 'pair',
    ...condition(ref, stored, pending),
    current: stored?.current ?? null,
    previous: stored?.previous ?? null,
    versions: (stored?.versions ?? []).map((version) => describeVersion(stored, version)),
    pending,
    deletedUntil: stored?.deletedUntil ?? null,
    asWritten: null,
    arns: {},
  })
}

/** How far a version has come. One that was live and is not any more is `live` too: `commit` tells the two apart. */
export function pendingOf(
  ref: CredentialRef,
  stored: StoredCredential,
  versionId: VersionId,
): Pending {
  const written = stored.pending.includes(versionId)
  const version = findVersion(stored, versionId)
  return deepFreeze({
    versionId,
    base: written ? stored.current : stored.previous,
    copyOf: version?.metadata.copyOf ?? null,
    missing: missingMembers(ref.exchange, version?.values ?? {}),
    phase: written ? ('written' as const) : ('live' as const),
  })
}

function condition(
  ref: CredentialRef,
  stored: StoredCredential | null,
  pending: readonly Pending[],
): Pick<CredentialState, 'condition' | 'missing'> {
  if (stored !== null && stored.current !== null) return { condition: 'whole', missing: [] }
  const [half] = pending
  if (half !== undefined) return { condition: 'incomplete', missing: half.missing }
  return { condition: 'absent', missing: missingMembers(ref.exchange, {}) }
}

function describeVersion(stored: StoredCredential | null, version: StoredVersion): Version {
  const { id, frozen, metadata } = version
  const stages: Stage[] = []
  if (id === stored?.current) stages.push('AWSCURRENT')
  if (id === stored?.previous) stages.push('AWSPREVIOUS')
  if (stored?.pending.includes(id)) stages.push('AWSPENDING')
  return { id, stages, ours: true, frozen, metadata }
}
