import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { commandLine, currentAlready } from '../refusals.ts'
import type { Candidate } from './decide.ts'
import { discardHalfOnNothing } from './half-on-nothing.ts'
import { markLabel } from './labels.ts'
import type { Look } from './look.ts'
import {
  currentOf,
  holder,
  isOurs,
  isSkipped,
  liveVersion,
  lookAgain,
  marksOf,
  previousOf,
  withoutLabels,
} from './look.ts'
import { halvesOnNothing, isDecided } from './pending.ts'
import { removeMark, removeOwn } from './remove.ts'
import { removeMarks } from './strip.ts'
import type { Tools } from './tools.ts'
import { MAX_ROUNDS, pause } from './tools.ts'
import { lookUntilShown } from './unseen.ts'

/**
 * Takes a pending version back. Returns only when it can never become current: its marks are taken away by
 * compare-and-swap, the mates' first, and the anchor's is the one that a commit would have to move.
 *
 * @throws CONFLICT where it is current already, or decided and bound to become so
 */
export async function discardVersion(
  tools: Tools,
  before: Look,
  id: VersionId,
  call: Call,
): Promise<Look> {
  const look = await lookUntilShown(tools, before, id, call)
  if (liveVersion(look) === id) throw currentAlready(look.ref, id)
  if (previousOf(look.anchor) === id) return removeMarks(tools, look, id, call)
  if (halvesOnNothing(look).includes(id)) return discardHalfOnNothing(tools, look, id, call)
  const base = currentOf(look.anchor)
  if (base === null) return look
  if (base === id) {
    // Current and not live: it was discarded before, or its mates were seen as they were before it.
    if (isSkipped(look, id) || !isOurs(look.anchor, id)) return look
    throw currentAlready(look.ref, id)
  }

  let taken = false
  for (const mark of marksOf(look)) {
    const onMate = mark.seen.member !== look.anchor.member
    if (mark.id !== id || !onMate || mark.base !== base || mark.is !== 'pending') continue
    if (await removeMark(tools, mark, call)) taken = true
  }
  const known = [look.anchor, ...look.mates].some((seen) => isOurs(seen, id))
  const first = await takeAnchorMark(tools, look, { id, base }, known && !taken, call)
  // Whoever took the marks away otherwise may have committed the version: nothing more is taken from it.
  if (!taken && !first.taken) return first.look
  const left = await removeOwn(tools, withoutMark(first.look, id, base), id, call)
  if (first.taken) return left
  // A last half may have brought its mark to the anchor before the mates lost their labels.
  const again = await takeAnchorMark(tools, look, { id, base }, false, call)
  return again.taken ? removeOwn(tools, withoutMark(again.look, id, base), id, call) : left
}

interface Taken {
  /** This removal, and no other one, took the mark from the anchor. */
  readonly taken: boolean
  readonly look: Look
}

/**
 * Once this returns, nobody can decide on the version: its mark is not there, or never will be.
 *
 * @param onAnchor the anchor is known to have, or to have had, the mark; a view that does not show the version is an old one
 */
async function takeAnchorMark(
  tools: Tools,
  look: Look,
  { id, base }: Candidate,
  onAnchor: boolean,
  call: Call,
): Promise<Taken> {
  const mark = markLabel(id, base)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const reply = await tools.store.moveLabel(look.anchor.name, mark, id, null, call)
    if (reply === 'moved') return { taken: true, look }
    const now = await lookAgain(tools, look, call)
    if (currentOf(now.anchor) === id) throw currentAlready(look.ref, id)
    if (previousOf(now.anchor) === id) return { taken: false, look: now }
    if (isDecided(now, id) && currentOf(now.anchor) === base) throw committing(now, id)
    // A refusal is the truth, so a view that still shows the mark, or not yet the version, is an old one.
    const old = holder(now.anchor, mark) === id || (onAnchor && !isOurs(now.anchor, id))
    if (!old && reply === 'refused') return { taken: false, look: now }
    await pause(tools, round, `discarding a version of ${formatRef(look.ref)}`, call)
  }
  throw new SecretsError(
    'UNAVAILABLE',
    `Whether version ${id} of ${formatRef(look.ref)} was discarded could not be told.`,
    { hint: `Look at it again: ${commandLine('history', look.ref)}` },
  )
}

function withoutMark(look: Look, id: VersionId, base: VersionId): Look {
  return withoutLabels(look, (_, label) => label === markLabel(id, base))
}

function committing({ ref }: Look, id: VersionId): SecretsError {
  return new SecretsError('CONFLICT', `Version ${id} of ${formatRef(ref)} is being committed.`, {
    hint: `It goes forward only: ${commandLine('rotate', ref, '--resume')}`,
  })
}
