import type { Call } from '../../runtime/call.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import { commandLine, overtaken, superseded } from '../refusals.ts'
import type { Candidate } from './decide.ts'
import type { FoundMark, Look } from './look.ts'
import { currentOf, holder, isOurs, lookAgain, marksOf, previousOf } from './look.ts'
import { isDecided } from './pending.ts'
import type { Tools } from './tools.ts'
import { pause } from './tools.ts'

/** How often it is looked what became of a mark that somebody else took. */
const LOOKS = 5

/**
 * Takes the marks that halves left on mates, so that the anchor's alone decides.
 *
 * A mark that somebody else took says that it was discarded, or that another process goes on with the same version:
 * what becomes of the anchor's mark tells the two apart.
 *
 * @throws CONFLICT where a discard was first, SUPERSEDED, UNAVAILABLE where it cannot be told
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
  for (const mark of marks) await takeMark(tools, look, mark, call)
}

async function takeMark(tools: Tools, look: Look, mark: FoundMark, call: Call): Promise<void> {
  const { id } = mark
  for (let round = 0; round < LOOKS; round++) {
    const reply = await tools.store.moveLabel(mark.seen.name, mark.label, mark.at, null, call)
    if (reply === 'moved') return
    if (reply === 'refused') {
      const now = await lookAgain(tools, look, call)
      if (currentOf(now.anchor) === id || isDecided(now, id)) return
      if (previousOf(now.anchor) === id) throw superseded(look.ref, id)
      const marked = holder(now.anchor, mark.label) === id
      if (!marked && isOurs(now.anchor, id)) throw overtaken(look.ref, id)
    }
    await pause(tools, round, `joining the members of ${formatRef(look.ref)}`, call)
  }
  // Whoever took it may have crashed, or was this writer, or a discard: nothing is taken away on a guess.
  throw notTold(look.ref, id)
}

function notTold(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError(
    'UNAVAILABLE',
    `Whether version ${id} of ${formatRef(ref)} was discarded meanwhile could not be told.`,
    {
      hint:
        `Nothing went live. Go on with ${commandLine('rotate', ref, '--resume')}, ` +
        `or drop it with ${commandLine('rotate', ref, '--discard')}`,
    },
  )
}
