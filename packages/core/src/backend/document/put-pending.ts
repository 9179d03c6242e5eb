import type { Members } from '../../credential/credential.ts'
import { isWhole, memberEntries } from '../../credential/credential.ts'
import { joinMetadata } from '../../credential/metadata.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { checkMembers } from '../../credential/value.ts'
import type { Instant, Layout } from '../../credential/version.ts'
import type { CredentialState, Draft } from '../port.ts'
import { joinsNothing, otherValue, refuseCrowd, refuseLayout } from '../refusals.ts'
import { becomeCurrent } from './become-current.ts'
import { refuseDeleted, requireBase } from './refusals.ts'
import type { StoredCredential, StoredVersion } from './stored-credential.ts'
import { findVersion, replaceVersion } from './stored-credential.ts'

/**
 * Adds a version, or further members of a pending one. Where nothing is current, a whole one goes live at once.
 *
 * The same id with the same values again changes nothing, whatever became of it: the first reply may have been lost.
 */
export function putPending(
  ref: CredentialRef,
  stored: StoredCredential | null,
  base: CredentialState | null,
  draft: Draft,
  now: Instant,
): StoredCredential {
  refuseDeleted(ref, stored)
  checkMembers(ref.exchange, draft.values)
  const known = findVersion(stored, draft.versionId)
  if (stored !== null && known !== null) return join(ref, stored, base, known, draft)
  requireBase(ref, stored, base)
  return begin(ref, stored ?? emptyCredential(ref, draft.layout ?? 'pair'), draft, now)
}

function begin(
  ref: CredentialRef,
  stored: StoredCredential,
  draft: Draft,
  now: Instant,
): StoredCredential {
  refuseCrowd(ref, stored.pending, !isWhole(ref.exchange, draft.values))
  const { versionId: id, values, metadata } = draft
  const version: StoredVersion = { id, writtenAt: now, frozen: false, metadata, values }
  const pending = [id, ...stored.pending]
  return settle(ref, { ...stored, pending, versions: [version, ...stored.versions] }, version)
}

function join(
  ref: CredentialRef,
  stored: StoredCredential,
  base: CredentialState | null,
  known: StoredVersion,
  draft: Draft,
): StoredCredential {
  const given = memberEntries(ref.exchange, draft.values)
  for (const [keyType, value] of given) {
    const held = known.values[keyType]
    if (held !== undefined && held.reveal() !== value.reveal()) {
      throw otherValue(ref, known.id, keyType)
    }
  }
  if (given.every(([keyType]) => known.values[keyType] !== undefined)) return stored
  if (!stored.pending.includes(known.id)) throw joinsNothing(ref, known.id)
  requireBase(ref, stored, base)
  const values: Members = { ...known.values, ...draft.values }
  checkMembers(ref.exchange, values)
  const joined = { ...known, values, metadata: joinMetadata(known.metadata, draft.metadata) }
  return settle(ref, replaceVersion(stored, joined), joined)
}

function settle(
  ref: CredentialRef,
  stored: StoredCredential,
  version: StoredVersion,
): StoredCredential {
  const live = stored.current === null && isWhole(ref.exchange, version.values)
  return live ? becomeCurrent(stored, version.id) : stored
}

function emptyCredential(ref: CredentialRef, layout: Layout): StoredCredential {
  refuseLayout(ref, layout)
  return {
    layout,
    current: null,
    previous: null,
    pending: [],
    deletedUntil: null,
    versions: [],
  }
}
