import type { Members } from '../../credential/credential.ts'
import { memberFingerprints } from '../../credential/credential.ts'
import type { KeyType } from '../../credential/exchange.ts'
import type { Metadata } from '../../credential/metadata.ts'
import { formatRef, secretName } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import { notFound } from '../refusals.ts'
import { knownMetadata } from './known-metadata.ts'
import { frozenLabel } from './labels.ts'
import type { Look } from './look.ts'
import { isFrozen, isOurs, liveVersion, lookAgain } from './look.ts'
import { decodeMember } from './member.ts'
import { pendingVersions, wholePrevious } from './pending.ts'
import { getMembers } from './read.ts'
import type { Tools } from './tools.ts'
import { pause } from './tools.ts'

/**
 * Freezes what is current, and the previous and pending versions that hold its key or one of its secrets. Looks again
 * until what is current then is frozen too.
 *
 * @throws NOT_FOUND where nothing is current
 */
export async function freezeCurrent(tools: Tools, look: Look, call: Call): Promise<Look> {
  const frozen = await freezeLayout(tools, look, call)
  await freezeCopy(tools, frozen, call)
  return frozen
}

async function freezeLayout(tools: Tools, look: Look, call: Call): Promise<Look> {
  let seen = look
  for (let round = 0; ; round++) {
    const current = liveVersion(seen)
    if (current === null) throw notFound(look.ref)
    const warm = await notFrozen(tools, seen, current, call)
    if (warm.length === 0) return seen
    if (round > 0) await pause(tools, round - 1, `freezing ${formatRef(look.ref)}`, call)
    for (const id of warm) {
      await tools.store.moveLabel(look.anchor.name, frozenLabel(id), null, id, call)
    }
    seen = await lookAgain(tools, seen, call)
  }
}

/** A migration may have copied the version to the other layout, to which it turns readers next. */
async function freezeCopy(tools: Tools, look: Look, call: Call): Promise<void> {
  const { layout, ref } = look
  const current = liveVersion(look)
  if (ref.suffix !== null || current === null) return
  const name = secretName(ref, layout === 'pair' ? 'json' : 'api_key')
  const copy = await tools.store.describe(name, call)
  if (copy === null || copy.deletedUntil !== null) return
  if (
    !copy.versions.some(({ id, labels }) => id === current && !labels.includes(frozenLabel(id)))
  ) {
    return
  }
  await tools.store.moveLabel(name, frozenLabel(current), null, current, call)
}

/** The current version, and those that hold the same key or the same secret, as far as they are not frozen. */
async function notFrozen(
  tools: Tools,
  look: Look,
  current: VersionId,
  call: Call,
): Promise<readonly VersionId[]> {
  const others = [
    ...pendingVersions(look).map(({ versionId }) => versionId),
    wholePrevious(look),
  ].filter((id) => id !== null && id !== current && isOurs(look.anchor, id))
  const found: VersionId[] = isFrozen(look, current) ? [] : [current]
  for (const id of others) {
    if (id === null || isFrozen(look, id)) continue
    if (await shareValues(tools, look, current, id, call)) found.push(id)
  }
  return found
}

/** By fingerprint, where both keys have one; else by the values themselves. */
async function shareValues(
  tools: Tools,
  look: Look,
  one: VersionId,
  other: VersionId,
  call: Call,
): Promise<boolean> {
  const [known, others] = [one, other].map(
    (id) => knownMetadata(look, id)?.metadata.fingerprints ?? {},
  )
  if (known?.api_key !== undefined && others?.api_key !== undefined) {
    return sharesFingerprint(known, others)
  }
  const values = await valuesOf(tools, look, one, call)
  const otherValues = await valuesOf(tools, look, other, call)
  if (values.api_key !== undefined && values.api_key.reveal() === otherValues.api_key?.reveal()) {
    return true
  }
  const { exchange } = look.ref
  return sharesFingerprint(
    memberFingerprints(exchange, values),
    memberFingerprints(exchange, otherValues),
  )
}

/** A member without a fingerprint (a short one, a passphrase) may be the same in keys that have nothing in common. */
function sharesFingerprint(
  one: Metadata['fingerprints'],
  other: Metadata['fingerprints'],
): boolean {
  return (Object.keys(one) as KeyType[]).some((keyType) => one[keyType] === other[keyType])
}

async function valuesOf(
  tools: Tools,
  { layout, ref }: Look,
  versionId: VersionId,
  call: Call,
): Promise<Members> {
  const round = await getMembers(tools, ref, layout, () => ({ versionId }), call)
  let values: Members = {}
  for (const { member, version } of round) {
    if (version !== null) values = { ...values, ...decodeMember(ref, member, version.value) }
  }
  return values
}
