import type { Credential } from '../../credential/credential.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import type { Layout } from '../../credential/version.ts'
import { errorCode } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { checkCall } from '../../runtime/call.ts'
import { incomplete } from '../refusals.ts'
import { lookAt } from './look.ts'
import { pendingVersions } from './pending.ts'
import { foreignWrite, halfRead } from './read-refusals.ts'
import { readPrevious } from './read-version.ts'
import type { Round } from './read.ts'
import { credentialOf, getMembers, isMoved, isOwn, matesByAnchorId, refuseFrozen } from './read.ts'
import type { Tools } from './tools.ts'
import { pause } from './tools.ts'

/** How often a reader looks again while members are out of step. */
const READ_ROUNDS = 5

/** What a round of the pair came to: read, or why not. */
type Outcome =
  | { readonly is: 'read'; readonly credential: Credential }
  /** No member has anything that counts. */
  | { readonly is: 'nothing' }
  /** What the anchor has is passed over: it moved to the JSON layout, or is a half that was discarded. */
  | { readonly is: 'passed over' }
  /** A half, or a store that lags behind. */
  | { readonly is: 'out of step'; readonly round: Round }
  /** The anchor was written by other tools, a mate by us. */
  | { readonly is: 'foreign'; readonly round: Round }

/**
 * The members that were saved together and are current now, or null.
 *
 * The anchor decides what is current, and mates are read by its version id; a mix is never given.
 *
 * @param known the layout that an earlier read found, which saves a round
 * @throws INCOMPLETE, FOREIGN_WRITE, REVOKED, CORRUPT, DENIED and the store's other errors
 */
export async function readCurrent(
  tools: Tools,
  ref: CredentialRef,
  evenFrozen: boolean,
  known: Layout | null,
  call: Call,
): Promise<Credential | null> {
  const doing = `reading ${formatRef(ref)}`
  if (known === 'json') {
    const json = await readJson(tools, ref, evenFrozen, call, 'if it stays')
    if (json !== null) return json
  }
  let foreignBefore = false
  for (let attempt = 0; ; attempt++) {
    checkCall(call, tools.clock, doing)
    const outcome = await readPair(tools, ref, evenFrozen, call)
    if (outcome.is === 'read') return outcome.credential
    if (outcome.is === 'nothing') return readJson(tools, ref, evenFrozen, call)
    if (outcome.is === 'passed over') {
      return (await readJson(tools, ref, evenFrozen, call)) ?? nothingBut(tools, ref, call)
    }
    const { round } = outcome
    if (outcome.is === 'foreign') {
      if (foreignBefore) throw foreignWrite(ref, round)
      foreignBefore = true
      continue
    }
    if (round[0].version === null) {
      // The pair may be on its way from the JSON layout.
      const json = await readJson(tools, ref, evenFrozen, call)
      if (json !== null) return json
    }
    if (attempt >= READ_ROUNDS) {
      const previous = await lastResort(tools, ref, round, evenFrozen, call)
      if (previous === null) throw halfRead(ref, round)
      if (previous !== 'moved') return previous
      attempt = 0
    }
    await pause(tools, attempt, doing, call)
  }
}

async function readPair(
  tools: Tools,
  ref: CredentialRef,
  evenFrozen: boolean,
  call: Call,
): Promise<Outcome> {
  const round = await currentPair(tools, ref, call)
  if (round === null) return { is: 'nothing' }
  const [anchor, ...mates] = round
  if (isMoved(anchor.version)) return { is: 'passed over' }
  if (round.every(({ version }) => version === null || isMoved(version))) return { is: 'nothing' }
  if (anchor.version === null) return { is: 'out of step', round }
  const how = { evenFrozen }
  if (isOwn(anchor.version)) {
    refuseFrozen(ref, anchor.version, evenFrozen)
    const whole = await matesByAnchorId(tools, ref, round, anchor.version.id, call)
    if (whole === null) return { is: 'out of step', round }
    const credential = credentialOf(ref, 'pair', anchor.version, whole, { ...how, paired: true })
    return { is: 'read', credential }
  }
  if (mates.some(({ version }) => isOwn(version))) return { is: 'foreign', round }
  if (mates.some(({ version }) => version === null)) return { is: 'out of step', round }
  const credential = credentialOf(ref, 'pair', anchor.version, round, { ...how, paired: false })
  return { is: 'read', credential }
}

/** @returns null where the pair is denied and the JSON layout answers, or may answer, in its place */
async function currentPair(tools: Tools, ref: CredentialRef, call: Call): Promise<Round | null> {
  try {
    return await getMembers(tools, ref, 'pair', () => ({ label: 'AWSCURRENT' }), call)
  } catch (error) {
    if (errorCode(error) !== 'DENIED' || ref.suffix !== null) throw error
    // Being denied the one layout counts as absent once the other reads whole.
    const json = await readJson(tools, ref, true, call).catch(() => null)
    if (json === null) throw error
    return null
  }
}

async function readJson(
  tools: Tools,
  ref: CredentialRef,
  evenFrozen: boolean,
  call: Call,
  wanted: 'if it stays' | 'in any case' = 'in any case',
): Promise<Credential | null> {
  if (ref.suffix !== null) return null
  const round = await getMembers(tools, ref, 'json', () => ({ label: 'AWSCURRENT' }), call)
  const [{ version }] = round
  if (version === null || (wanted === 'if it stays' && isMoved(version))) return null
  return credentialOf(ref, 'json', version, round, { paired: true, evenFrozen })
}

/** A half that waits on what was discarded cannot be seen by reading. @throws INCOMPLETE for one */
async function nothingBut(tools: Tools, ref: CredentialRef, call: Call): Promise<null> {
  const look = await lookAt(tools.store, ref, 'pair', call)
  const half = pendingVersions(look).find(({ missing }) => missing.length > 0)
  if (half === undefined) return null
  throw incomplete(ref, half.versionId, half.missing)
}

/**
 * The pair before, while the store does not show the mates of the current one.
 *
 * @returns moved: the anchor went on meanwhile, so look again; null: there is none to give
 */
async function lastResort(
  tools: Tools,
  ref: CredentialRef,
  [anchor]: Round,
  evenFrozen: boolean,
  call: Call,
): Promise<Credential | 'moved' | null> {
  if (anchor.version === null || !isOwn(anchor.version)) return null
  const previous = await readPrevious(tools, ref, 'pair', evenFrozen, call).catch(unusable)
  if (previous !== null) {
    // Its mates can be read, so that those of the current one may have come back, as after a deletion that was undone.
    const again = await readPair(tools, ref, evenFrozen, call)
    return again.is === 'read' ? again.credential : previous
  }
  const [now] = await getMembers(
    tools,
    ref,
    'pair',
    (member) => (member === anchor.member ? { label: 'AWSCURRENT' } : null),
    call,
  )
  return now.version !== null && now.version.id !== anchor.version.id ? 'moved' : null
}

/** A previous version that may not be given is none. */
function unusable(error: unknown): null {
  const code = errorCode(error)
  if (code === 'FOREIGN_WRITE' || code === 'REVOKED') return null
  throw error
}
