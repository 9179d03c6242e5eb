import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { commandLine, incomplete, overtaken, revoked, superseded } from '../refusals.ts'
import type { Candidate } from './decide.ts'
import { commitDecided, decide } from './decide.ts'
import { passOver, wasDiscarded } from './half-on-nothing.ts'
import { knownMetadata } from './known-metadata.ts'
import { frozenLabel, movedLabel } from './labels.ts'
import type { Look } from './look.ts'
import {
  currentOf,
  isFrozen,
  isOurs,
  isPassedOver,
  isWholeVersion,
  lookAgain,
  lookAt,
  marksOf,
  missingOf,
  previousOf,
} from './look.ts'
import { keyTypesOf } from './member.ts'
import { halvesOnNothing, isDecided, isShown } from './pending.ts'
import { getMembers, isOwn } from './read.ts'
import { cleanUp } from './remove.ts'
import { settle } from './settle.ts'
import { removeMarks, strip } from './strip.ts'
import { takeOver } from './take-over.ts'
import type { Tools } from './tools.ts'
import { lookUntilShown } from './unseen.ts'

/**
 * Makes a version current if its base still is, brings the mates in step and takes the mark away. Idempotent in every
 * phase: whoever finds the version later goes on from where it is.
 *
 * @param look what is known of the credential, the version's own labels included
 * @param written this process wrote every member just now and read the mates back, so that it need not do so again
 * @returns the credential as it is afterwards
 * @throws CONFLICT, SUPERSEDED, INCOMPLETE, REVOKED, PARTIAL
 */
export async function commitVersion(
  tools: Tools,
  look: Look,
  id: VersionId,
  written: boolean,
  call: Call,
): Promise<Look> {
  const { anchor, ref } = look
  const current = currentOf(anchor)
  if (!written && !isShown(look, id)) {
    const shown = await lookUntilShown(tools, look, id, call)
    if (!isShown(shown, id)) throw overtaken(look.ref, id)
    return commitVersion(tools, shown, id, false, call)
  }
  if (current === id) {
    // A first save knows only what it wrote itself.
    const seen = written ? await lookAt(tools.store, ref, look.layout, call) : look
    return settleLive(tools, currentOf(seen.anchor) === id ? seen : look, id, call)
  }
  if (previousOf(anchor) === id) {
    await removeMarks(tools, look, id, call)
    throw superseded(ref, id)
  }
  if (written && !marksOf(look).some((mark) => mark.id === id)) {
    // The reply to what was written a second time: somebody may have gone on with it meanwhile.
    const seen = await lookAt(tools.store, ref, look.layout, call)
    return commitVersion(tools, seen, id, false, call)
  }
  const candidate = await findCandidate(tools, look, id, call)
  refuseIncomplete(look, id)
  if (!written) {
    await refuseUnwritten(tools, look, id, call)
    await takeOver(tools, look, candidate, call)
  }
  await refuseFrozen(tools, look, id, call)

  const decided = isDecided(look, id) ? 'decided' : await decide(tools, look, candidate, call)
  const progress = decided === 'decided' ? await goForward(tools, look, candidate, call) : decided
  if (progress === 'previous') throw superseded(ref, id)
  if (progress === 'overtaken') {
    await strip(tools, look, id, call)
    throw overtaken(ref, id)
  }
  return settleLive(tools, look, id, call)
}

/** From Decide on a version goes forward only, so that no error may read as if it had lost. */
function goForward(
  tools: Tools,
  look: Look,
  candidate: Candidate,
  call: Call,
): ReturnType<typeof commitDecided> {
  return commitDecided(tools, look, candidate, call).catch((error: unknown) => {
    throw onItsWay(look.ref, candidate.id, 'is on its way and can no longer be discarded', error)
  })
}

async function settleLive(tools: Tools, look: Look, id: VersionId, call: Call): Promise<Look> {
  if (currentOf(look.anchor) === id) {
    if (!isOurs(look.anchor, id)) throw overtaken(look.ref, id)
    if (look.layout === 'pair') await refuseDiscarded(tools, look, id, call)
    refuseIncomplete(look, id)
  }
  return settleCommitted(tools, look, id, call).catch((error: unknown) => {
    throw onItsWay(look.ref, id, 'is committed, but not all is in step', error)
  })
}

async function settleCommitted(tools: Tools, look: Look, id: VersionId, call: Call): Promise<Look> {
  const seenFirst = new Set(look.mates.map(currentOf).filter((at) => at !== null))
  const settled = await settle(tools, look, id, seenFirst, call)
  await freezeCopy(tools, settled, id, call)
  return cleanUp(tools, await removeMarks(tools, settled, id, call), call)
}

/**
 * A discard of a half on nothing that crashed before it saw the half completed leaves the anchor passed over and the
 * mates not; that is taken back.
 *
 * @throws CONFLICT where it was discarded
 */
async function refuseDiscarded(tools: Tools, look: Look, id: VersionId, call: Call): Promise<void> {
  if (!wasDiscarded(look, id)) return
  const completed = isWholeVersion(look, id) && !look.mates.some((mate) => isPassedOver(mate, id))
  if (!completed) {
    await passOver(tools, look, id, call)
    throw overtaken(look.ref, id)
  }
  await tools.store.moveLabel(look.anchor.name, movedLabel(id), id, null, call)
}

/**
 * The view before Decide may have been older than an incident's freeze of what this version repeats.
 *
 * @throws REVOKED
 */
async function freezeCopy(tools: Tools, look: Look, id: VersionId, call: Call): Promise<void> {
  const copyOf = knownMetadata(look, id)?.metadata.copyOf ?? null
  if (copyOf === null || !isFrozen(look, copyOf) || isFrozen(look, id)) return
  await tools.store.moveLabel(look.anchor.name, frozenLabel(id), null, id, call)
  throw revoked(look.ref, id)
}

/** Whoever is told of a conflict would rotate again, over what goes live. */
function onItsWay(ref: CredentialRef, id: VersionId, how: string, error: unknown): unknown {
  if (!(error instanceof SecretsError)) return error
  if (error.code === 'PARTIAL' || error.code === 'REVOKED') return error
  return new SecretsError(
    'PARTIAL',
    `Version ${id} of ${formatRef(ref)} ${how}: ${error.message}`,
    {
      hint: `Finish with: ${commandLine('rotate', ref, '--resume')}`,
      cause: error,
    },
  )
}

/**
 * The version by its mark, where its base is still current; what is overtaken loses its labels.
 *
 * @throws CONFLICT where it is not pending, INCOMPLETE for a half on nothing
 */
async function findCandidate(
  tools: Tools,
  look: Look,
  id: VersionId,
  call: Call,
): Promise<Candidate> {
  const marks = marksOf(look).filter((mark) => mark.id === id)
  const current = currentOf(look.anchor)
  const mark = marks.find(({ base }) => base === current)
  if (mark !== undefined) return { id, base: mark.base }
  if (marks.length > 0) await strip(tools, look, id, call)
  else if (halvesOnNothing(look).includes(id)) refuseIncomplete(look, id)
  throw overtaken(look.ref, id)
}

function refuseIncomplete(look: Look, id: VersionId): void {
  const missing = missingOf(look, id)
  if (missing.length > 0) throw incomplete(look.ref, id, missing)
}

/** A look at a mate may be older than the one at the anchor, so what will be committed is read back by its id. */
async function refuseUnwritten(
  tools: Tools,
  { anchor, layout, mates, ref }: Look,
  id: VersionId,
  call: Call,
): Promise<void> {
  if (mates.length === 0) return
  const [, ...got] = await getMembers(
    tools,
    ref,
    layout,
    (member) => (member === anchor.member ? null : { versionId: id }),
    call,
  )
  const lost = got.filter(({ version }) => !isOwn(version))
  if (lost.length === 0) return
  throw incomplete(
    ref,
    id,
    lost.flatMap(({ member }) => keyTypesOf(ref, member)),
  )
}

/** @throws REVOKED for what an incident froze, and for what repeats it, which is withdrawn */
async function refuseFrozen(tools: Tools, look: Look, id: VersionId, call: Call): Promise<void> {
  const copyOf = knownMetadata(look, id)?.metadata.copyOf ?? null
  if (copyOf === null) {
    if (isFrozen(look, id)) throw revoked(look.ref, id)
    return
  }
  // An incident may have come after the values were read.
  const now = await lookAgain(tools, look, call)
  if (isFrozen(now, id)) throw revoked(look.ref, id)
  if (!isFrozen(now, copyOf)) return
  await strip(tools, now, id, call)
  throw revoked(look.ref, copyOf)
}
