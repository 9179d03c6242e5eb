import type { Call } from '../../runtime/call.ts'
import { overtaken, superseded } from '../refusals.ts'
import type { Candidate } from './decide.ts'
import type { Look } from './look.ts'
import { currentOf, lookAgain, marksOf, previousOf } from './look.ts'
import { isDecided } from './pending.ts'
import { removeMark } from './remove.ts'
import { strip } from './strip.ts'
import type { Tools } from './tools.ts'

/**
 * Takes the marks that halves left on mates, so that the anchor's alone decides.
 *
 * @throws CONFLICT where a discard was first, SUPERSEDED
 */
export async function takeOver(
  tools: Tools,
  look: Look,
  { id, base }: Candidate,
  call: Call,
): Promise<void> {
  const marks = marksOf(look).filter(
    (mark) => mark.id === id && mark.base === base && mark.seen !== look.anchor,
  )
  for (const mark of marks) {
    if (await removeMark(tools, mark, call)) continue
    const now = await lookAgain(tools, look, call)
    if (currentOf(now.anchor) === id || isDecided(now, id)) continue
    if (previousOf(now.anchor) === id) throw superseded(look.ref, id)
    await strip(tools, now, id, call)
    throw overtaken(look.ref, id)
  }
}
