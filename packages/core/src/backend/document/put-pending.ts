import type { Members } from '../../credential/credential.ts'
import { isWhole, memberEntries } from '../../credential/credential.ts'
import type { Metadata } from '../../credential/metadata.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import { checkMembers } from '../../credential/value.ts'
import type { Instant, Layout } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { CredentialState, Draft } from '../port.ts'
import { becomeCurrent } from './become-current.ts'
import { commandLine, refuseDeleted, refuseLayout, requireBase } from './refusals.ts'
import type { StoredCredential, StoredVersion } from './stored-credential.ts'
import { findVersion, replaceVersion } from './stored-credential.ts'

/** As many as a store of labels has room for; every backend keeps to it. */
const MAX_PENDING = 5

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
  refuseCrowd(ref, stored, draft)
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
      throw new SecretsError(
        'CONFLICT',
        `Version ${known.id} of ${formatRef(ref)} already holds another ${keyType}.`,
        { hint: `Start anew: ${commandLine('rotate', ref, '--discard')}, then save again.` },
      )
    }
  }
  if (given.every(([keyType]) => known.values[keyType] !== undefined)) return stored
  if (!stored.pending.includes(known.id)) {
    throw new SecretsError(
      'CONFLICT',
      `Version ${known.id} of ${formatRef(ref)} is not pending any more.`,
      { hint: `See what became of it: ${commandLine('history', ref)}` },
    )
  }
  requireBase(ref, stored, base)
  const values: Members = { ...known.values, ...draft.values }
  checkMembers(ref.exchange, values)
  const joined = { ...known, values, metadata: joinMetadata(known.metadata, draft.metadata) }
  return settle(ref, replaceVersion(stored, joined), joined)
}

/** The key is as old as its first half, and exposed as soon as one of them is. */
function joinMetadata(first: Metadata, later: Metadata): Metadata {
  return {
    createdAt: first.createdAt,
    fingerprints: { ...first.fingerprints, ...later.fingerprints },
    site: later.site ?? first.site,
    expiresAt: later.expiresAt ?? first.expiresAt,
    exposedAt: first.exposedAt ?? later.exposedAt,
    revokedAt: first.revokedAt ?? later.revokedAt,
    copyOf: first.copyOf,
  }
}

function settle(
  ref: CredentialRef,
  stored: StoredCredential,
  version: StoredVersion,
): StoredCredential {
  const live = stored.current === null && isWhole(ref.exchange, version.values)
  return live ? becomeCurrent(stored, version.id) : stored
}

function refuseCrowd(ref: CredentialRef, stored: StoredCredential, draft: Draft): void {
  const [ticket] = stored.pending
  if (ticket === undefined) return
  if (!isWhole(ref.exchange, draft.values)) {
    throw new SecretsError('CONFLICT', `Version ${ticket} of ${formatRef(ref)} is pending.`, {
      hint:
        `Join it with --complete ${ticket}, or drop it first: ` +
        commandLine('rotate', ref, '--discard'),
    })
  }
  if (stored.pending.length >= MAX_PENDING) {
    throw new SecretsError(
      'CONFLICT',
      `${formatRef(ref)} has ${MAX_PENDING} pending versions, and there is no room for more.`,
      {
        hint:
          `Finish or drop one: ${commandLine('rotate', ref, '--resume')}, ` +
          commandLine('rotate', ref, '--discard'),
      },
    )
  }
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
