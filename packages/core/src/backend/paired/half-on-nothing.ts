import { createHash } from 'node:crypto'
import { formatRef } from '../../credential/name.ts'
import { Redacted } from '../../credential/redacted.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { commandLine, currentAlready } from '../refusals.ts'
import { movedLabel } from './labels.ts'
import type { Look, Seen } from './look.ts'
import { currentOf, isOurs, isPassedOver, lookAt, matesFirst } from './look.ts'
import type { Tools } from './tools.ts'
import { MAX_ROUNDS, pause } from './tools.ts'

/**
 * A half of a credential that never was has no mark to take away. Where the anchor is still to come, its place is taken;
 * where it came first it is current already, and readers are told to pass over it.
 *
 * @throws CONFLICT where a last half, or the anchor of a first save, completed it meanwhile
 */
export function discardHalfOnNothing(
  tools: Tools,
  look: Look,
  id: VersionId,
  call: Call,
): Promise<Look> {
  const comes = currentOf(look.anchor) === null
  return comes ? takePlace(tools, look, id, call) : passOverAnchor(tools, look, id, call)
}

/**
 * The first version of the anchor is the commit of a first save. So one that readers pass over is put there: whichever
 * comes first decides.
 */
async function takePlace(tools: Tools, look: Look, id: VersionId, call: Call): Promise<Look> {
  const { name, secret } = look.anchor
  if (secret === null) await tools.store.create(name, {}, call)
  const place = placeOf(id)
  const version = { id: place, value: new Redacted('{}'), labels: [movedLabel(place)] }
  const { labels } = await tools.store.put(name, version, call)
  if (!labels.includes('AWSCURRENT')) {
    await tools.store.moveLabel(name, movedLabel(place), place, null, call)
  }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const now = await lookAt(tools.store, look.ref, look.layout, call)
    if (currentOf(now.anchor) === id) throw currentAlready(look.ref, id)
    if (currentOf(now.anchor) !== null) return now
    // The anchor has a version, whoever came first, so that a view without one is an old one.
    await pause(tools, round, `discarding a half of ${formatRef(look.ref)}`, call)
  }
  throw notTold(look)
}

/** The same for one half, so that a repeated discard finds its own. RFC 9562, section 5.8: version 8 is for such ids. */
function placeOf(id: VersionId): VersionId {
  const hex = createHash('sha256').update(`mm-secrets/discarded/${id}`).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`]
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-') as VersionId
}

/** A last half looks for that after it was written, so that one of the two sees the other. */
async function passOverAnchor(tools: Tools, look: Look, id: VersionId, call: Call): Promise<Look> {
  const ours = new Set(holders(look, id).map(({ member }) => member))
  let seen = look
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await passOver(tools, seen, id, call)
    seen = await lookAt(tools.store, look.ref, look.layout, call)
    const held = holders(seen, id)
    if (isPassedOver(seen.anchor, id)) {
      const gaveUp = held.some((one) => !ours.has(one.member) && isPassedOver(one, id))
      if (held.length === seen.mates.length + 1 && !gaveUp) return withdraw(tools, seen, id, call)
      if (held.every((one) => isPassedOver(one, id))) return seen
    }
    // A reply was lost, and the move with it, or a member came meanwhile.
    await pause(tools, round, `discarding a half of ${formatRef(look.ref)}`, call)
  }
  throw notTold(look)
}

async function withdraw(tools: Tools, look: Look, id: VersionId, call: Call): Promise<never> {
  for (const seen of holders(look, id)) {
    await tools.store.moveLabel(seen.name, movedLabel(id), id, null, call)
  }
  throw currentAlready(look.ref, id)
}

function notTold({ ref }: Look): SecretsError {
  return new SecretsError('UNAVAILABLE', `What became of ${formatRef(ref)} could not be told.`, {
    hint: `Look at it again: ${commandLine('history', ref)}`,
  })
}

/** Somebody discarded the member that came first. */
export function wasDiscarded({ anchor }: Look, id: VersionId): boolean {
  return isPassedOver(anchor, id)
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
