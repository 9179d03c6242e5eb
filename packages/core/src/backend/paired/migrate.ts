import type { Members } from '../../credential/credential.ts'
import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { changedMeanwhile, commandLine } from '../refusals.ts'
import { commitVersion } from './commit.ts'
import { deleteSecrets, restoreSecrets } from './deletion.ts'
import { knownMetadata } from './known-metadata.ts'
import { frozenLabel, markLabel, movedLabel } from './labels.ts'
import type { Look } from './look.ts'
import { currentOf, isDeleted, isFrozen, isOurs, lookAgain, lookAt, matesFirst } from './look.ts'
import { formatMetadata, metadataTag } from './metadata-tag.ts'
import { pendingVersions } from './pending.ts'
import { putMember, readBack } from './put-members.ts'
import { readById } from './read-version.ts'
import type { Label } from './secret-store.ts'
import type { Tools } from './tools.ts'

/** AWS Secrets Manager, DeleteSecret: the longest window in which the old layout can be brought back. */
const RECOVERY_DAYS = 30

/**
 * Stores the current version under the same id in the other layout, turns readers to it, and deletes the old secrets.
 * Readers find one of the two at any moment, and both hold the same version.
 *
 * A writer may commit over the version meanwhile: the migration says what it is about on the old anchor and then looks,
 * the writer commits and then looks, so that one of the two sees the other.
 *
 * @param from the layout that the credential has
 * @param to the other layout, as it is now
 * @throws CONFLICT while a version is pending, where other tools wrote the current one, or where it moved meanwhile
 */
export async function migrateLayout(tools: Tools, from: Look, to: Look, call: Call): Promise<void> {
  const { ref } = from
  const id = currentOf(from.anchor)
  if (id === null || !isOurs(from.anchor, id)) throw notOurs(from)
  if (pendingVersions(from).length > 0) throw stillPending(from)
  const credential = await readById(tools, ref, from.layout, id, false, call)
  if (credential === null) throw changedMeanwhile(ref, id, null)

  const target = await restoreSecrets(tools, to, call)
  await copy(tools, from, target, id, credential.members, call)
  // An incident looks for a copy after it froze a version, so that one of the two sees the other.
  if (isFrozen(await lookAgain(tools, from, call), id)) {
    await tools.store.moveLabel(target.anchor.name, frozenLabel(id), null, id, call)
  }
  const moved = movedLabel(id)
  await tools.store.moveLabel(from.anchor.name, moved, null, id, call)
  const now = await lookAgain(tools, from, call)
  if (currentOf(now.anchor) !== id || pendingVersions(now).length > 0) {
    await undo(tools, from, to, id, call)
    throw changedMeanwhile(ref, id, currentOf(now.anchor))
  }
  await tools.store.moveLabel(target.anchor.name, moved, id, null, call)
  await deleteSecrets(tools, from, RECOVERY_DAYS, call)

  // A deleted secret does not change any more: this tells whether the version that was copied is the last one.
  const last = currentOf((await lookAgain(tools, from, call)).anchor)
  if (last === id) return
  await restoreSecrets(tools, await lookAt(tools.store, ref, from.layout, call), call)
  await undo(tools, from, to, id, call)
  throw changedMeanwhile(ref, id, last)
}

/** Takes the copy away, and what told readers to look for it. */
async function undo(tools: Tools, from: Look, to: Look, id: VersionId, call: Call): Promise<void> {
  await tools.store.moveLabel(from.anchor.name, movedLabel(id), id, null, call)
  await deleteSecrets(
    tools,
    await lookAt(tools.store, to.ref, to.layout, call),
    RECOVERY_DAYS,
    call,
  )
}

/** Deletes what an earlier migration left of the other layout. */
export async function retire(tools: Tools, other: Look, call: Call): Promise<void> {
  if (currentOf(other.anchor) === null || isDeleted(other.anchor)) return
  await deleteSecrets(tools, other, RECOVERY_DAYS, call)
}

/** The version in the other layout: current there, and passed over by readers of a pair until they are turned to it. */
async function copy(
  tools: Tools,
  from: Look,
  target: Look,
  id: VersionId,
  values: Members,
  call: Call,
): Promise<void> {
  const base = currentOf(target.anchor)
  if (base === id) return
  const known = knownMetadata(from, id)
  const tags: Readonly<Record<string, string>> =
    known === null ? {} : { [metadataTag(id)]: formatMetadata(known) }
  // On what an earlier migration left, the version is written and committed as any other.
  const order = base === null ? matesFirst(target) : [target.anchor, ...target.mates]
  let now = target
  for (const seen of order) {
    const anchor = seen === target.anchor
    const marks: readonly Label[] = anchor && base !== null ? [markLabel(id, base)] : []
    const moved: readonly Label[] = anchor && target.layout === 'pair' ? [movedLabel(id)] : []
    const put = { seen, values, id, labels: [...marks, ...moved], tags: anchor ? tags : {} }
    now = await putMember(tools, now, put, call)
  }
  if (base === null) return
  await readBack(tools, now, id, call)
  await commitVersion(tools, now, id, true, call)
}

function stillPending({ ref }: Look): SecretsError {
  return new SecretsError('CONFLICT', `A version of ${formatRef(ref)} is pending.`, {
    hint:
      `Finish or drop it first: ${commandLine('rotate', ref, '--resume')}, ` +
      commandLine('rotate', ref, '--discard'),
  })
}

function notOurs({ layout, ref }: Look): SecretsError {
  return new SecretsError(
    'CONFLICT',
    `The current version of ${formatRef(ref)} was written by another tool.`,
    {
      hint: `Take it over first: ${commandLine('rotate', ref, layout === 'pair' ? '--adopt' : '')}`,
    },
  )
}
