import type { VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import { currentAlready } from '../refusals.ts'
import { movedLabel } from './labels.ts'
import type { Look, Seen } from './look.ts'
import { isOurs, isPassedOver, lookAt, matesFirst } from './look.ts'
import type { Tools } from './tools.ts'

/**
 * A half of a credential that never was is current already, and cannot be taken away: readers are told to pass over it.
 * A last half, and the anchor of a first save, look for that after they were written, so that one of the two sees the
 * other.
 *
 * @throws CONFLICT where a last half completed it meanwhile
 */
export async function discardHalfOnNothing(
  tools: Tools,
  look: Look,
  id: VersionId,
  call: Call,
): Promise<Look> {
  await passOver(tools, look, id, call)
  const now = await lookAt(tools.store, look.ref, look.layout, call)
  const ours = new Set(holders(look, id).map(({ member }) => member))
  const held = holders(now, id)
  const gaveUp = held.some((seen) => !ours.has(seen.member) && isPassedOver(seen, id))
  if (held.length === now.mates.length + 1 && !gaveUp) {
    for (const seen of held) {
      await tools.store.moveLabel(seen.name, movedLabel(id), id, null, call)
    }
    throw currentAlready(look.ref, id)
  }
  await passOver(tools, now, id, call)
  return lookAt(tools.store, look.ref, look.layout, call)
}

/** Somebody discarded the members that came before the last one. */
export function wasDiscarded(look: Look, id: VersionId): boolean {
  return [look.anchor, ...look.mates].some((seen) => isPassedOver(seen, id))
}

/** Tells readers, and whoever would complete the version, to pass over it. */
export async function passOver(
  { store }: Pick<Tools, 'store'>,
  look: Look,
  id: VersionId,
  call: Call,
): Promise<void> {
  for (const seen of holders(look, id)) {
    if (!isPassedOver(seen, id)) await store.moveLabel(seen.name, movedLabel(id), null, id, call)
  }
}

function holders(look: Look, id: VersionId): readonly Seen[] {
  return matesFirst(look).filter((seen) => isOurs(seen, id))
}
