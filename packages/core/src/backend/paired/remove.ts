import type { Instant, VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import { knownMetadata } from './known-metadata.ts'
import { frozenLabel, movedLabel, ownLabel } from './labels.ts'
import type { FoundMark, Look } from './look.ts'
import {
  currentOf,
  holder,
  isOurs,
  marksOf,
  matesFirst,
  previousOf,
  withoutLabels,
} from './look.ts'
import { metadataTag, parseMetadata, taggedVersion } from './metadata-tag.ts'
import type { Label } from './secret-store.ts'
import type { Tools } from './tools.ts'

/** What was written so long ago is in every view. */
const STALE_MS = 3_600_000

/** @returns whether this removal, and no other one, took the mark away */
export async function removeMark({ store }: Tools, mark: FoundMark, call: Call): Promise<boolean> {
  return (await store.moveLabel(mark.seen.name, mark.label, mark.at, null, call)) === 'moved'
}

/**
 * Takes our labels off a version that is dead, so that the store may forget it: mates first, the anchor last. Whoever
 * calls knows that it is neither current nor previous, and that nobody can commit it any more.
 *
 * @returns the look without what was taken away
 */
export async function removeOwn(
  { store }: Tools,
  look: Look,
  id: VersionId,
  call: Call,
): Promise<Look> {
  const labels: readonly Label[] = [ownLabel(id), frozenLabel(id), movedLabel(id), 'AWSPENDING']
  for (const seen of matesFirst(look)) {
    // While a mate has it as current, its label says that it is ours and belongs to no other tool's key.
    if (currentOf(seen) === id) continue
    for (const label of labels) {
      if (holder(seen, label) === id) await store.moveLabel(seen.name, label, id, null, call)
    }
    await removeTags({ store }, seen.name, seen.secret?.tags ?? {}, [id], call)
  }
  return withoutLabels(
    look,
    (seen, label) => labels.includes(label) && holder(seen, label) === id && currentOf(seen) !== id,
  )
}

/**
 * Takes away what crashes and overtaken writers left: marks whose base is not current any more, and versions of ours that
 * nothing points to. What the look does not show is left for a later one.
 *
 * Only what the anchor's own view shows to be dead goes: a version that a mate has and that view does not show may be
 * newer than it.
 */
export async function cleanUp(tools: Tools, look: Look, call: Call): Promise<Look> {
  const current = currentOf(look.anchor)
  if (current === null) return look
  const kept = new Set([current, previousOf(look.anchor)])
  const marks = marksOf(look)
  const gone = new Set<VersionId>()
  const removed = new Set<Label>()
  for (const mark of marks) {
    // On what is not current any more nothing is committed; the mark of what was is for its writer to take away.
    if (mark.base === current || kept.has(mark.id)) continue
    if (!kept.has(mark.base) && mayBeNewer(look, mark, tools.clock.now())) continue
    const ours = await removeMark(tools, mark, call)
    removed.add(mark.label)
    if (ours && !kept.has(mark.id)) gone.add(mark.id)
  }
  for (const id of unmarked(look, marks)) if (!kept.has(id)) gone.add(id)
  let cleaned = withoutLabels(look, (_, label) => removed.has(label))
  for (const id of gone) cleaned = await removeOwn(tools, cleaned, id, call)
  cleaned = await removeLeftovers(tools, cleaned, kept, call)
  await removeStaleTags(tools, cleaned, call)
  return cleaned
}

/** A mark on a mate, on a base that the anchor's view does not show, may be newer than that view. */
function mayBeNewer(look: Look, mark: FoundMark, now: Instant): boolean {
  if (mark.seen.member === look.anchor.member) return false
  const writtenAt = knownMetadata(look, mark.id)?.writtenAt ?? 0
  return writtenAt > now - STALE_MS && !isOurs(look.anchor, mark.base)
}

/** What says of a version that it is frozen or passed over goes once that version is gone. */
async function removeLeftovers(
  { store }: Tools,
  look: Look,
  kept: ReadonlySet<VersionId | null>,
  call: Call,
): Promise<Look> {
  const gone = new Set<Label>()
  for (const seen of matesFirst(look)) {
    const own = new Set([currentOf(seen), previousOf(seen)])
    for (const { id, labels } of seen.secret?.versions ?? []) {
      if (kept.has(id) || own.has(id) || labels.includes(ownLabel(id))) continue
      for (const label of [frozenLabel(id), movedLabel(id)]) {
        if (!labels.includes(label)) continue
        await store.moveLabel(seen.name, label, id, null, call)
        gone.add(label)
      }
    }
  }
  return withoutLabels(look, (_, label) => gone.has(label))
}

/** Versions of ours on the anchor that have no mark, and that no mate has as current. */
function unmarked(look: Look, marks: readonly FoundMark[]): readonly VersionId[] {
  const marked = new Set(marks.map(({ id }) => id))
  const onMates = new Set(look.mates.map(currentOf))
  return (look.anchor.secret?.versions ?? []).flatMap(({ id, labels }) =>
    labels.includes(ownLabel(id)) && !marked.has(id) && !onMates.has(id) ? [id] : [],
  )
}

async function removeStaleTags({ store, clock }: Tools, look: Look, call: Call): Promise<void> {
  const before = clock.now() - STALE_MS
  const alive = new Set(
    matesFirst(look).flatMap(({ secret }) => secret?.versions.map(({ id }) => id) ?? []),
  )
  for (const { name, secret } of matesFirst(look)) {
    const stale = Object.entries(secret?.tags ?? {}).flatMap(([key, text]) => {
      const id = taggedVersion(key)
      const writtenAt = parseMetadata(text)?.writtenAt ?? 0
      return id !== null && !alive.has(id) && writtenAt < before ? [id] : []
    })
    await removeTags({ store }, name, secret?.tags ?? {}, stale, call)
  }
}

async function removeTags(
  { store }: Pick<Tools, 'store'>,
  name: Look['anchor']['name'],
  tags: Readonly<Record<string, string>>,
  ids: readonly VersionId[],
  call: Call,
): Promise<void> {
  const keys = ids.map(metadataTag).filter((key) => tags[key] !== undefined)
  if (keys.length === 0) return
  await store.tag(name, Object.fromEntries(keys.map((key) => [key, null])), call)
}
