import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { commandLine } from '../refusals.ts'
import type { Look, Seen } from './look.ts'
import { currentOf, isDeleted, isOurs, isPassedOver, lookAt, previousOf } from './look.ts'
import type { Tools } from './tools.ts'
import { MAX_ROUNDS, pause } from './tools.ts'

/**
 * Moves every mate's AWSCURRENT to where the anchor's is, for readers that are not ours, and looks again until nothing
 * changes any more: a slower writer may have moved a mate back.
 *
 * A mate that another tool wrote is left alone, unless it was there when the write began.
 *
 * @param look the last look before `target` became current, or any look that shows it
 * @param target what the anchor has as current
 * @param seenFirst what the mates had as current when the write began, which may be moved whoever wrote it
 * @returns the look in which everything was in step
 * @throws PARTIAL where it does not come to rest
 */
export async function settle(
  tools: Tools,
  look: Look,
  target: VersionId,
  seenFirst: ReadonlySet<VersionId>,
  call: Call,
): Promise<Look> {
  const { ref, layout } = look
  const shownFirst = currentOf(look.anchor)
  const base = shownFirst === target ? previousOf(look.anchor) : shownFirst
  const ownMoves = new Set<VersionId>()
  let seen = look
  let aim = target
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const mayMove = (mate: Seen, at: VersionId): boolean =>
      isOurs(mate, at) || seenFirst.has(at) || ownMoves.has(at)
    const behind = seen.mates.filter((mate) => {
      const at = currentOf(mate)
      return at !== aim && (at === null || mayMove(mate, at))
    })
    const shown = currentOf(seen.anchor) === aim
    refuseDeletedMates(seen)
    if (behind.length === 0 && shown) return seen
    for (const mate of behind) {
      await tools.store.moveLabel(mate.name, 'AWSCURRENT', currentOf(mate), aim, call)
    }
    ownMoves.add(aim)
    if (round > 0) await pause(tools, round - 1, `settling ${formatRef(ref)}`, call)
    const next = await lookAt(tools.store, ref, layout, call)
    if (isStale(next, base, target)) continue
    seen = next
    refuseDeletedMates(seen)
    if (isTurning(look, seen)) throw migrating(look)
    const current = currentOf(seen.anchor)
    // Deleted, or written by another tool: there is nothing to bring in step with.
    if (current === null || !isOurs(seen.anchor, current)) return seen
    aim = current
  }
  throw notSettled(look)
}

/** A view from before the commit. */
function isStale(look: Look, base: VersionId | null, target: VersionId): boolean {
  const current = currentOf(look.anchor)
  return current === base && current !== target && previousOf(look.anchor) !== target
}

/** A migration copied the base while this version was committed over it, and turns readers to the copy. */
function isTurning(before: Look, after: Look): boolean {
  const base = currentOf(before.anchor)
  return base !== null && !isPassedOver(before.anchor, base) && isPassedOver(after.anchor, base)
}

function migrating({ ref }: Look): SecretsError {
  return new SecretsError(
    'PARTIAL',
    `${formatRef(ref)} is being migrated to the other layout, which has the version before.`,
    { hint: `See which one is current when that has ended: ${commandLine('history', ref)}` },
  )
}

/** Somebody deleted what was there of the credential before the anchor came. */
function refuseDeletedMates(look: Look): void {
  const { anchor, mates, ref } = look
  if (anchor.secret === null || isDeleted(anchor) || !mates.some(isDeleted)) return
  throw new SecretsError('PARTIAL', `A member of ${formatRef(ref)} was deleted meanwhile.`, {
    hint: `Bring it back: ${commandLine('restore', ref)}`,
  })
}

function notSettled({ ref }: Look): SecretsError {
  return new SecretsError(
    'PARTIAL',
    `${formatRef(ref)} is committed, but AWSCURRENT of a member is not in step for other tools.`,
    {
      hint: `Readers of ours are served right. Finish with: ${commandLine('rotate', ref, '--resume')}`,
    },
  )
}
