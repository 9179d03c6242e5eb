import type { KeyType } from '../../credential/exchange.ts'
import { formatRef } from '../../credential/name.ts'
import type { Instant, VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { unstoppable } from '../../runtime/call.ts'
import type { CredentialState, Draft } from '../port.ts'
import { changedMeanwhile, commandLine, joinsNothing, overtaken, superseded } from '../refusals.ts'
import { passOver, wasDiscarded } from './half-on-nothing.ts'
import { markLabel } from './labels.ts'
import type { Look, Seen } from './look.ts'
import { currentOf, lookAt, missingOf, previousOf } from './look.ts'
import { keyTypesOf } from './member.ts'
import { pendingVersion, pendingVersions } from './pending.ts'
import { draftTags, notYetWritten, putMember, readBack } from './put-members.ts'
import { removeOwn } from './remove.ts'
import { deletedUntil } from './state.ts'
import { takeOver } from './take-over.ts'
import type { Tools } from './tools.ts'
import type { Written } from './written.ts'
import { liveIfFirst, memberPut, requireBase } from './written.ts'

/** Further members of a version, or the same ones again. */
export async function join(
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
  const wentLive = currentOf(look.anchor) === id || previousOf(look.anchor) === id
  // Discarded, or its base is not current any more: what is acknowledged must be able to go live.
  if (known === undefined && (!wentLive || wasDiscarded(look, id))) throw joinsNothing(ref, id)
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
    now = await putMember(
      tools,
      now,
      memberPut(seen, draft, marks, draftTags(tools, look, draft)),
      own,
    )
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
export async function refuseLost(
  tools: Tools,
  look: Look,
  id: VersionId,
  call: Call,
): Promise<void> {
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
