import { isWhole } from '../../credential/credential.ts'
import type { KeyType } from '../../credential/exchange.ts'
import { formatRef } from '../../credential/name.ts'
import type { Instant, VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { unstoppable } from '../../runtime/call.ts'
import type { CredentialState, Draft, Pending } from '../port.ts'
import {
  changedMeanwhile,
  commandLine,
  joinsNothing,
  overtaken,
  refuseCrowd,
  superseded,
} from '../refusals.ts'
import { commitVersion } from './commit.ts'
import { passOver, wasDiscarded } from './half-on-nothing.ts'
import { markLabel } from './labels.ts'
import type { Look, Seen } from './look.ts'
import {
  currentOf,
  isOurs,
  isWholeVersion,
  liveVersion,
  lookAt,
  matesFirst,
  missingOf,
  previousOf,
} from './look.ts'
import { encodeMember, keyTypesOf } from './member.ts'
import { pendingVersion, pendingVersions, wholePrevious } from './pending.ts'
import type { MemberPut } from './put-members.ts'
import { draftTags, notYetWritten, putMember, readBack } from './put-members.ts'
import { cleanUp, removeOwn } from './remove.ts'
import type { Label } from './secret-store.ts'
import { settle } from './settle.ts'
import { deletedUntil } from './state.ts'
import { takeOver } from './take-over.ts'
import type { Tools } from './tools.ts'

/** A version that was written, and what is known of its credential since. */
export interface Written {
  readonly pending: Pending
  readonly look: Look
  /** Every member was written by this process just now and read back. */
  readonly whole: boolean
}

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
      put(seen, draft, first ? marked : [], first ? draftTags(tools, look, draft) : {}),
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
    now = await putMember(tools, now, put(seen, draft, [], tags), own)
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
    now = await putMember(tools, now, put(seen, draft, [], tags), call)
  }
  await refuseLost(tools, now, draft.versionId, call)
  return { look: now, whole: false, pending: pendingVersion(now, draft.versionId) }
}

/** Further members of a version, or the same ones again. */
async function join(
  tools: Tools,
  look: Look,
  base: CredentialState | null,
  draft: Draft,
  call: Call,
): Promise<Written> {
  const { ref } = look
  const id = draft.versionId
  const left = await notYetWritten(tools, look, draft, call)
  const known = pendingVersions(look).find(({ versionId }) => versionId === id)
  if (known === undefined && wasDiscarded(look, id)) throw joinsNothing(ref, id)
  if (left.length === 0) return { look, whole: false, pending: known ?? pendingVersion(look, id) }
  if (known === undefined || known.phase !== 'written') throw joinsNothing(ref, id)
  requireBase(look, base)
  const anchorLast = left.includes(look.anchor)
  const others = missingOf(look, id).filter(
    (keyType) => !left.some(({ member }) => keyTypesOf(ref, member).includes(keyType)),
  )
  if (anchorLast && others.length > 0) throw anchorInTheMiddle(look, id, others)

  const current = currentOf(look.anchor)
  const onNothing = known.base === null && (current === null || current === id)
  // The last half on nothing is the commit, which nobody stops half way.
  const own = onNothing && others.length === 0 ? unstoppable(call) : call
  let now = look
  for (const seen of [...left].sort((a, b) => rank(look, a) - rank(look, b))) {
    const marks =
      seen === look.anchor && !onNothing && current !== null ? [markLabel(id, current)] : []
    now = await putMember(tools, now, put(seen, draft, marks, draftTags(tools, look, draft)), own)
  }
  if (onNothing) await refuseLost(tools, now, id, own)
  const whole = missingOf(now, id).length === 0
  if (onNothing || !whole) return { look: now, whole, pending: pendingVersion(now, id) }
  await readBack(tools, now, id, call)
  if (anchorLast && current !== null) await takeOver(tools, now, { id, base: current }, call)
  return liveIfFirst(tools, now, id, true, call)
}

/**
 * A half on nothing has no mark by which it could lose, so whoever wrote one looks afterwards.
 *
 * @throws CONFLICT where it was discarded meanwhile, or a whole save was first
 */
async function refuseLost(tools: Tools, look: Look, id: VersionId, call: Call): Promise<void> {
  const now = await lookAt(tools.store, look.ref, look.layout, call)
  if (wasDiscarded(now, id)) {
    await passOver(tools, now, id, call)
    throw overtaken(look.ref, id)
  }
  const until = deletedUntil(now)
  if (until !== null) throw deletedMeanwhile(look, id, until)
  const current = currentOf(now.anchor)
  if (current === null || current === id) return
  if (previousOf(now.anchor) === id) throw superseded(look.ref, id)
  await removeOwn(tools, now, id, call)
  throw changedMeanwhile(look.ref, null, current)
}

/** Where nothing was live before, a whole version does not wait for a commit. */
async function liveIfFirst(
  tools: Tools,
  look: Look,
  id: VersionId,
  whole: boolean,
  call: Call,
): Promise<Written> {
  if (!whole || liveVersion(look) !== null) {
    return { look, whole, pending: pendingVersion(look, id) }
  }
  const live = await commitVersion(tools, look, id, true, unstoppable(call))
  return { look: live, whole, pending: { ...pendingVersion(live, id), base: wholePrevious(live) } }
}

function requireBase(look: Look, base: CredentialState | null): void {
  const seen = base?.current ?? null
  const now = liveVersion(look)
  if (seen !== now) throw changedMeanwhile(look.ref, seen, now)
}

function givenMembers(look: Look, draft: Draft): readonly Seen[] {
  return [look.anchor, ...look.mates].filter(
    ({ member }) => look.layout === 'json' || encodeMember(look.ref, member, draft.values) !== null,
  )
}

function put(
  seen: Seen,
  draft: Draft,
  labels: readonly Label[],
  tags: Readonly<Record<string, string>>,
): MemberPut {
  return { seen, values: draft.values, id: draft.versionId, labels, tags }
}

/** The anchor comes last. */
function rank(look: Look, seen: Seen): number {
  return seen === look.anchor ? 1 : 0
}

function deletedMeanwhile({ ref }: Look, id: VersionId, until: Instant): SecretsError {
  const day = new Date(until).toISOString()
  return new SecretsError(
    'PARTIAL',
    `A member of version ${id} of ${formatRef(ref)} was written, but the credential was deleted ` +
      `meanwhile; until ${day} it can be restored.`,
    { hint: `Restore it: ${commandLine('restore', ref)}` },
  )
}

/** A discard must be able to take the one mark there is, so the anchor never joins in the middle. */
function anchorInTheMiddle(
  { ref }: Look,
  id: VersionId,
  missing: readonly KeyType[],
): SecretsError {
  const rest = `--key-type ${missing[0] ?? ''} --complete ${id}`
  return new SecretsError(
    'CONFLICT',
    `The api_key of ${formatRef(ref)} is saved first or last; ${missing.join(' and ')} is missing still.`,
    { hint: `Save that before: ${commandLine('save', ref, rest)}` },
  )
}
