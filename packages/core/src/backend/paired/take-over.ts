import type { Call } from '../../runtime/call.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import { commandLine, overtaken, superseded } from '../refusals.ts'
import type { Candidate } from './decide.ts'
import type { FoundMark, Look } from './look.ts'
import { currentOf, lookAgain, marksOf, previousOf } from './look.ts'
import { isDecided } from './pending.ts'
import { strip } from './strip.ts'
import type { Tools } from './tools.ts'
import { MAX_ROUNDS, pause } from './tools.ts'

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
  for (const mark of marks) await takeMark(tools, look, { id, base }, mark, call)
}

async function takeMark(
  tools: Tools,
  look: Look,
  { id }: Candidate,
  mark: FoundMark,
  call: Call,
): Promise<void> {
  let unknown = false
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const reply = await tools.store.moveLabel(mark.seen.name, mark.label, mark.at, null, call)
    if (reply === 'moved') return
    if (reply === 'refused') {
      const now = await lookAgain(tools, look, call)
      if (currentOf(now.anchor) === id || isDecided(now, id)) return
      if (previousOf(now.anchor) === id) throw superseded(look.ref, id)
      // It may have been this writer whose reply was lost, or a discard: nothing is taken away on a guess.
      if (unknown) break
      await strip(tools, now, id, call)
      throw overtaken(look.ref, id)
    }
    unknown = true
    await pause(tools, round, `joining the members of ${formatRef(look.ref)}`, call)
  }
  throw notTold(look.ref, id)
}

function notTold(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError(
    'UNAVAILABLE',
    `A reply was lost, and whether version ${id} of ${formatRef(ref)} was discarded could not be told.`,
    {
      hint:
        `Nothing went live. Go on with ${commandLine('rotate', ref, '--resume')}, ` +
        `or drop it with ${commandLine('rotate', ref, '--discard')}`,
    },
  )
}
