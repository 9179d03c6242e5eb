import type { Members } from '../../credential/credential.ts'
import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import type { Draft } from '../port.ts'
import { deleted, otherValue, overtaken } from '../refusals.ts'
import { nextWrittenAt } from './known-metadata.ts'
import { ownLabel } from './labels.ts'
import type { Look, Seen } from './look.ts'
import { currentOf, isOurs, lookAgain, withPut } from './look.ts'
import { encodeMember, keyTypesOf } from './member.ts'
import { formatMetadata, metadataTag } from './metadata-tag.ts'
import { getMembers } from './read.ts'
import type { Label } from './secret-store.ts'
import { strip } from './strip.ts'
import type { Tools } from './tools.ts'
import { MAX_ROUNDS, pause } from './tools.ts'

/** The tag that describes a draft's version. */
export function draftTags(
  { clock }: Pick<Tools, 'clock'>,
  look: Look,
  draft: Draft,
): Readonly<Record<string, string>> {
  const writtenAt = nextWrittenAt(look, clock.now())
  return { [metadataTag(draft.versionId)]: formatMetadata({ metadata: draft.metadata, writtenAt }) }
}

/** One secret to write, and what goes with it. */
export interface MemberPut {
  readonly seen: Seen
  readonly values: Members
  readonly id: VersionId
  readonly labels: readonly Label[]
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Writes one member's version, in a secret that is made where it is missing. What describes the version is there before
 * it is.
 *
 * @returns the look after it
 */
export async function putMember(
  { store }: Pick<Tools, 'store'>,
  look: Look,
  { seen, values, id, labels, tags }: MemberPut,
  call: Call,
): Promise<Look> {
  const value = encodeMember(look.ref, seen.member, values)
  if (value === null) throw jsonNeedsAll(look)
  const isNew = seen.secret === null && (await store.create(seen.name, tags, call))
  if (!isNew && Object.keys(tags).length > 0) await store.tag(seen.name, tags, call)
  const own = { id, value, labels: [ownLabel(id), ...labels] }
  return withPut(look, seen.member, await store.put(seen.name, own, call), tags)
}

/**
 * Reads mates back by their version id: from then on a commit cannot uncover a version that is not there.
 *
 * @throws UNAVAILABLE where the store does not show what it took
 */
export async function readBack(tools: Tools, look: Look, id: VersionId, call: Call): Promise<void> {
  const { anchor, layout, mates, ref } = look
  if (mates.length === 0) return
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [, ...got] = await getMembers(
      tools,
      ref,
      layout,
      (member) => (member === anchor.member ? null : { versionId: id }),
      call,
    )
    if (got.every(({ version }) => version !== null)) return
    if (round > 0) await refuseOvertaken(tools, look, id, call)
    await pause(tools, round, `writing ${formatRef(ref)}`, call)
  }
  throw new SecretsError('UNAVAILABLE', `${formatRef(ref)} was written but cannot be read back.`, {
    hint: 'The store lags behind. Nothing is live; go on with mm-secrets rotate --resume.',
  })
}

/** Others may have rotated meanwhile and cleaned up what was overtaken, or deleted it. @throws CONFLICT */
async function refuseOvertaken(tools: Tools, look: Look, id: VersionId, call: Call): Promise<void> {
  const now = await lookAgain(tools, look, call)
  const until = now.anchor.secret?.deletedUntil ?? null
  if (until !== null) throw deleted(look.ref, until)
  const current = currentOf(now.anchor)
  if (current === null || current === id || current === currentOf(look.anchor)) return
  await strip(tools, look, id, call)
  throw overtaken(look.ref, id)
}

/**
 * Whether a version holds the given values already.
 *
 * @returns the members of the values that it does not have yet
 * @throws CONFLICT where it has another value for one of them
 */
export async function notYetWritten(
  tools: Tools,
  look: Look,
  draft: Draft,
  call: Call,
): Promise<readonly Seen[]> {
  const { ref, layout } = look
  const given = [look.anchor, ...look.mates].filter(
    ({ member }) => encodeMember(ref, member, draft.values) !== null,
  )
  const held = given.filter((seen) => isOurs(seen, draft.versionId))
  const round = await getMembers(
    tools,
    ref,
    layout,
    (member) =>
      held.some((seen) => seen.member === member) ? { versionId: draft.versionId } : null,
    call,
  )
  for (const { member, version } of round) {
    const value = encodeMember(ref, member, draft.values)
    if (version === null || value === null) continue
    if (version.value.reveal() === value.reveal()) continue
    throw otherValue(ref, draft.versionId, keyTypesOf(ref, member)[0] ?? 'api_key')
  }
  return given.filter((seen) => !held.includes(seen))
}

function jsonNeedsAll({ ref }: Look): SecretsError {
  return new SecretsError('USAGE', `${formatRef(ref)} is in JSON layout: it is saved whole.`, {
    hint: 'Give all members in one command, or convert it first: mm-secrets migrate --layout pair.',
  })
}
