import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { commandLine } from '../refusals.ts'
import { markLabel } from './labels.ts'
import type { Look, Seen } from './look.ts'
import { currentOf, holder, isOurs, previousOf } from './look.ts'
import type { Tools } from './tools.ts'
import { MAX_ROUNDS, pause } from './tools.ts'

/** A pending version and what it is pending on. */
export interface Candidate {
  readonly id: VersionId
  readonly base: VersionId
}

/** How far a version got. overtaken: discarded, or another one became current first. */
export type Progress = 'decided' | 'current' | 'previous' | 'overtaken'

/**
 * Moves the mark from the version to its base: from then on it goes forward only, and no discard can win.
 *
 * A refusal may follow a success whose reply was lost, so that what counts is what is seen afterwards.
 */
export async function decide(
  tools: Tools,
  look: Look,
  { id, base }: Candidate,
  call: Call,
): Promise<Progress> {
  const { name } = look.anchor
  const mark = markLabel(id, base)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const reply = await tools.store.moveLabel(name, mark, id, base, call)
    if (reply === 'moved') return 'decided'
    const progress = await lookUp(tools, look, { id, base }, call)
    if (progress !== null) return progress
    await pause(tools, round, `committing ${formatRef(look.ref)}`, call)
  }
  return 'overtaken'
}

/**
 * Makes a decided version current, by one compare-and-swap that is never repeated blindly.
 *
 * @throws PARTIAL where nobody can tell whether it went through
 */
export async function commitDecided(
  tools: Tools,
  look: Look,
  { id, base }: Candidate,
  call: Call,
): Promise<Exclude<Progress, 'decided'>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const reply = await tools.store.moveLabel(look.anchor.name, 'AWSCURRENT', base, id, call)
    if (reply === 'moved') return 'current'
    const progress = await lookUp(tools, look, { id, base }, call)
    if (progress !== 'decided' && progress !== null) return progress
    await pause(tools, round, `committing ${formatRef(look.ref)}`, call)
  }
  throw unknownOutcome(look.ref, id)
}

/** How far a version got; null: it is marked still, or the view is from before it was written. */
async function lookUp(
  { store }: Tools,
  look: Look,
  candidate: Candidate,
  call: Call,
): Promise<Progress | null> {
  const secret = await store.describe(look.anchor.name, call)
  const anchor = { ...look.anchor, secret }
  const progress = progressOf(anchor, candidate)
  if (progress !== 'overtaken' || isOurs(anchor, candidate.id)) return progress
  return isReplaced(anchor, candidate) ? progress : null
}

/** What follows the base is another version: however its labels were cleaned up since, this one never was current. */
export function isReplaced(anchor: Seen, { id, base }: Candidate): boolean {
  const current = currentOf(anchor)
  return current !== null && current !== id && previousOf(anchor) === base
}

/** What a view of the anchor says of a version; null: it is marked and can still be discarded. */
function progressOf(anchor: Seen, { id, base }: Candidate): Progress | null {
  if (currentOf(anchor) === id) return 'current'
  if (previousOf(anchor) === id) return 'previous'
  const marked = holder(anchor, markLabel(id, base))
  if (currentOf(anchor) !== base || marked === null) return 'overtaken'
  return marked === base ? 'decided' : null
}

function unknownOutcome(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError(
    'PARTIAL',
    `Whether version ${id} of ${formatRef(ref)} is current could not be told.`,
    { hint: `It is pending or live. Finish with: ${commandLine('rotate', ref, '--resume')}` },
  )
}
