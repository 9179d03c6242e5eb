import { isWhole } from '../../credential/credential.ts'
import type { Call } from '../../runtime/call.ts'
import { unstoppable } from '../../runtime/call.ts'
import type { CredentialState, Draft } from '../port.ts'
import { changedMeanwhile, refuseCrowd } from '../refusals.ts'
import { join, refuseLost } from './join.ts'
import { markLabel } from './labels.ts'
import type { Look, Seen } from './look.ts'
import { currentOf, isOurs, isWholeVersion, lookAt, matesFirst, previousOf } from './look.ts'
import { encodeMember } from './member.ts'
import { pendingVersion, pendingVersions } from './pending.ts'
import { draftTags, putMember, readBack } from './put-members.ts'
import { cleanUp, removeOwn } from './remove.ts'
import type { Label } from './secret-store.ts'
import { settle } from './settle.ts'
import type { Tools } from './tools.ts'
import type { Written } from './written.ts'
import { liveIfFirst, memberPut, requireBase } from './written.ts'

/**
 * Writes a version, or further members of a pending one. Where nothing is current, a whole one goes live at once.
 *
 * The same id with the same values again changes nothing, whatever became of it: the first reply may have been lost.
 *
 * @param base what the caller saw
 * @param look the credential as it is now
 * @throws CONFLICT, SUPERSEDED, USAGE for a half in JSON layout
 */
export async function putPending(
  tools: Tools,
  look: Look,
  base: CredentialState | null,
  draft: Draft,
  call: Call,
): Promise<Written> {
  const id = draft.versionId
  const seen = [look.anchor, ...look.mates]
  if (seen.some((one) => isOurs(one, id))) return join(tools, look, base, draft, call)
  requireBase(look, base)
  const half = !isWhole(look.ref.exchange, draft.values)
  refuseCrowd(
    look.ref,
    pendingVersions(look)
      .filter(({ phase }) => phase !== 'live')
      .map(({ versionId }) => versionId),
    half && look.layout === 'pair',
  )
  if (currentOf(look.anchor) !== null) return onBase(tools, look, draft, call)
  return half ? firstHalf(tools, look, draft, call) : firstSave(tools, look, draft, call)
}

/** On what is current, whoever wrote it: the first member carries the mark. */
async function onBase(tools: Tools, look: Look, draft: Draft, call: Call): Promise<Written> {
  const id = draft.versionId
  const current = currentOf(look.anchor)
  if (current === null) throw new Error('There is nothing to write on.')
  const whole = isWhole(look.ref.exchange, draft.values)
  const given = givenMembers(look, draft)
  const marked: readonly Label[] = [
    markLabel(id, current),
    ...(draft.managed === true && whole ? (['AWSPENDING'] as const) : []),
  ]
  let now = await cleanUp(tools, look, call)
  for (const [index, seen] of given.entries()) {
    const first = index === 0
    now = await putMember(
      tools,
      now,
      memberPut(seen, draft, first ? marked : [], first ? draftTags(tools, look, draft) : {}),
      call,
    )
  }
  if (whole) await readBack(tools, now, id, call)
  return liveIfFirst(tools, now, id, whole, call)
}

/** The members one after the other, the anchor last: its first version is current by itself, which is the commit. */
async function firstSave(tools: Tools, look: Look, draft: Draft, call: Call): Promise<Written> {
  const id = draft.versionId
  let now = look
  for (const seen of matesFirst(look)) {
    const isAnchor = seen === look.anchor
    const tags = isAnchor ? draftTags(tools, look, draft) : {}
    // The anchor's put is the commit, which nobody stops half way.
    const own = isAnchor ? unstoppable(call) : call
    now = await putMember(tools, now, memberPut(seen, draft, [], tags), own)
  }
  if (currentOf(now.anchor) === id || previousOf(now.anchor) === id) {
    return { look: now, whole: true, pending: pendingVersion(now, id) }
  }
  // Somebody else was first, and the mates may be where this writer put them.
  let seen = await lookAt(tools.store, look.ref, look.layout, call)
  const current = currentOf(seen.anchor)
  if (current !== null && isWholeVersion(seen, current)) {
    seen = await settle(tools, seen, current, new Set(), call)
  }
  await removeOwn(tools, seen, id, call)
  throw changedMeanwhile(look.ref, null, current)
}

/** A half of a credential that never was: a plain first version. */
async function firstHalf(tools: Tools, look: Look, draft: Draft, call: Call): Promise<Written> {
  let now = look
  const tags = draftTags(tools, look, draft)
  for (const seen of givenMembers(look, draft)) {
    now = await putMember(tools, now, memberPut(seen, draft, [], tags), call)
  }
  await refuseLost(tools, now, draft.versionId, call)
  return { look: now, whole: false, pending: pendingVersion(now, draft.versionId) }
}

function givenMembers(look: Look, draft: Draft): readonly Seen[] {
  return [look.anchor, ...look.mates].filter(
    ({ member }) => look.layout === 'json' || encodeMember(look.ref, member, draft.values) !== null,
  )
}
