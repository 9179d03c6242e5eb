import type { VersionId } from '../../credential/version.ts'
import type { StoredCredential } from './stored-credential.ts'

/** How many versions that are neither current, previous nor pending are remembered, without their values. */
const KEPT_HISTORY = 20

/** Makes a pending version current, the current one previous, and forgets what was pending beside it. */
export function becomeCurrent(stored: StoredCredential, id: VersionId): StoredCredential {
  const overtaken = stored.pending.filter((other) => other !== id)
  return retire({
    ...stored,
    current: id,
    previous: stored.current,
    pending: [],
    versions: stored.versions.filter((version) => !overtaken.includes(version.id)),
  })
}

/** History keeps what a version was, not its values; the oldest fall off, but never one that an incident froze. */
function retire(stored: StoredCredential): StoredCredential {
  const versions = stored.versions.map((version) =>
    version.id === stored.current || version.id === stored.previous
      ? version
      : { ...version, values: {} },
  )
  // Newest first, so current and previous are never among those that fall off.
  const kept = versions.filter((version, index) => version.frozen || index < KEPT_HISTORY + 2)
  return { ...stored, versions: kept }
}
