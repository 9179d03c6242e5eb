import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { commandLine, overtaken, superseded } from '../refusals.ts'
import type { Candidate } from './decide.ts'
import { isReplaced } from './decide.ts'
import type { FoundMark, Look, Seen } from './look.ts'
import { currentOf, holder, isOurs, lookAgain, marksOf, previousOf } from './look.ts'
import { isDecided } from './pending.ts'
import { strip } from './strip.ts'
import type { Tools } from './tools.ts'
import { pause } from './tools.ts'

/** How often it is looked what became of a mark that somebody else took. */
const LOOKS = 5

/**
 * Takes the marks that halves left on mates, so that the anchor's alone decides. A mark is moved to another version of
 * its mate, where a discard would remove it: so whoever looks can tell the two apart, even after a lost reply.
 *
 * @throws CONFLICT where a discard was first, SUPERSEDED, UNAVAILABLE where it cannot be told
 */
export async function takeOver(
  tools: Tools,
  look: Look,
  { id, base }: Candidate,
  call: Call,
): Promise<void> {
  const candidate = { id, base }
  for (const mark of marksOf(look)) {
    const onMate = mark.seen.member !== look.anchor.member
    if (mark.id === id && mark.base === base && onMate && mark.is === 'pending') {
      await takeMark(tools, look, candidate, mark, call)
    }
  }
}

async function takeMark(
  tools: Tools,
  look: Look,
  candidate: Candidate,
  mark: FoundMark,
  call: Call,
): Promise<void> {
  const { id, label, seen } = mark
  const current = currentOf(seen)
  const away = current === id ? null : current
  for (let round = 0; round < LOOKS; round++) {
    const reply = await tools.store.moveLabel(seen.name, label, id, away, call)
    if (reply === 'moved') return
    const mate: Seen = { ...seen, secret: await tools.store.describe(seen.name, call) }
    const at = holder(mate, label)
    if (at !== null && at !== id) return
    if (at === null && isOurs(mate, id)) return refuseDiscarded(tools, look, id, call)
    if (at === null && isReplaced((await lookAgain(tools, look, call)).anchor, candidate)) {
      throw overtaken(look.ref, id)
    }
    await pause(tools, round, `joining the members of ${formatRef(look.ref)}`, call)
  }
  throw notTold(look.ref, id)
}

/** The mark is nowhere: it was discarded, or the version went live and its marks were taken away. */
async function refuseDiscarded(tools: Tools, look: Look, id: VersionId, call: Call): Promise<void> {
  const now = await lookAgain(tools, look, call)
  if (currentOf(now.anchor) === id || isDecided(now, id)) return
  if (previousOf(now.anchor) === id) throw superseded(look.ref, id)
  await strip(tools, now, id, call)
  throw overtaken(look.ref, id)
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
