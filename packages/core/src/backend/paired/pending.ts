import type { VersionId } from '../../credential/version.ts'
import { deepFreeze } from '../document/deep-freeze.ts'
import type { Pending } from '../port.ts'
import { knownMetadata } from './known-metadata.ts'
import type { Look } from './look.ts'
import {
  currentOf,
  isOurs,
  isPartlyDeleted,
  isPassedOver,
  isWholeVersion,
  liveVersion,
  marksOf,
  missingOf,
  previousOf,
} from './look.ts'

/** Versions on their way, newest first: those whose base is still current, halves on nothing, and what still settles. */
export function pendingVersions(look: Look): readonly Pending[] {
  const ids = new Set([...markedIds(look), ...halvesOnNothing(look), ...unsettled(look)])
  return [...ids]
    .map((id) => ({ id, writtenAt: knownMetadata(look, id)?.writtenAt ?? 0 }))
    .sort((a, b) => b.writtenAt - a.writtenAt)
    .map(({ id }) => pendingVersion(look, id))
}

/** How far a version has come. One that was live and is not any more is `live` too: `commit` tells the two apart. */
export function pendingVersion(look: Look, id: VersionId): Pending {
  const live = liveVersion(look)
  const written = id !== live && id !== previousOf(look.anchor)
  return deepFreeze({
    versionId: id,
    base: written ? live : wholePrevious(look),
    copyOf: knownMetadata(look, id)?.metadata.copyOf ?? null,
    missing: missingOf(look, id),
    phase: written ? (isDecided(look, id) ? 'decided' : 'written') : 'live',
  })
}

/** The version that a rollback could go back to, or that other tools left; a half was never current to anybody. */
export function wholePrevious(look: Look): VersionId | null {
  const previous = previousOf(look.anchor)
  if (previous === null || isPassedOver(look.anchor, previous)) return null
  return isOurs(look.anchor, previous) && !isWholeVersion(look, previous) ? null : previous
}

/** Its mark is on its base: it goes forward only. */
export function isDecided(look: Look, id: VersionId): boolean {
  return marksOf(look).some(
    (mark) => mark.id === id && mark.is === 'decided' && mark.at === mark.base,
  )
}

/** Halves of a credential that has no whole version: plain first versions, without a mark. */
export function halvesOnNothing(look: Look): readonly VersionId[] {
  if (liveVersion(look) !== null || isPartlyDeleted(look)) return []
  // What was live once and lost a mate is no half on its way.
  if (wholePrevious(look) !== null) return []
  const marked = markedIds(look)
  const current = currentOf(look.anchor)
  const holders = current === null ? look.mates : [look.anchor]
  const halves = holders.flatMap((seen) =>
    (seen.secret?.versions ?? []).flatMap(({ id }) => {
      const half = isOurs(seen, id) && !isPassedOver(seen, id) && !marked.includes(id)
      return half && (current === null || id === current) ? [id] : []
    }),
  )
  return [...new Set(halves)]
}

function markedIds(look: Look): readonly VersionId[] {
  const current = currentOf(look.anchor)
  return marksOf(look)
    .filter(({ base, id, is }) => base === current && id !== current && is !== 'taken')
    .map(({ id }) => id)
}

/** The current version, while a mate that we wrote has another one as current. */
function unsettled(look: Look): readonly VersionId[] {
  const live = liveVersion(look)
  if (live === null || !isOurs(look.anchor, live)) return []
  const behind = look.mates.some((mate) => {
    const current = currentOf(mate)
    return current !== live && (current === null || isOurs(mate, current))
  })
  return behind ? [live] : []
}

/** Whether a look says of a version how far it got: a mate alone does not. */
export function isShown(look: Look, id: VersionId): boolean {
  if (currentOf(look.anchor) === id || isOurs(look.anchor, id)) return true
  return marksOf(look).some((mark) => mark.id === id) || halvesOnNothing(look).includes(id)
}
