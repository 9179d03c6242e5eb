import { formatRef } from '../../credential/name.ts'
import type { Members } from '../../credential/credential.ts'
import type { VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { changedMeanwhile, commandLine } from '../refusals.ts'
import { commitVersion } from './commit.ts'
import { deleteSecrets, isDeleted, restoreSecrets } from './deletion.ts'
import { knownMetadata, nextWrittenAt } from './known-metadata.ts'
import { markLabel, movedLabel } from './labels.ts'
import type { Look } from './look.ts'
import { currentOf, isOurs, isPassedOver, lookAgain, lookAt, matesFirst } from './look.ts'
import { formatMetadata, metadataTag } from './metadata-tag.ts'
import { pendingVersions } from './pending.ts'
import { putMember, readBack } from './put-members.ts'
import { readById } from './read-version.ts'
import type { Tools } from './tools.ts'

/** AWS Secrets Manager, DeleteSecret: the longest window in which the old layout can be brought back. */
const RECOVERY_DAYS = 30

/**
 * Stores the current version under the same id in the other layout, turns readers to it, and deletes the old secrets.
 * Readers find one of the two at any moment, and both hold the same version.
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
  await store(tools, from, target, id, credential.members, call)
  await turnReaders(tools, from, target, id, call)
  await deleteSecrets(tools, from, RECOVERY_DAYS, call)

  // A deleted secret does not change any more, so this tells whether the version that was copied is the last one.
  const left = await lookAgain(tools, from, call)
  const last = currentOf(left.anchor)
  if (last === id) return
  await restoreSecrets(tools, await lookAt(tools.store, ref, from.layout, call), call)
  if (from.layout === 'pair') {
    await tools.store.moveLabel(from.anchor.name, movedLabel(id), id, null, call)
  }
  await deleteSecrets(tools, await lookAt(tools.store, ref, to.layout, call), RECOVERY_DAYS, call)
  throw changedMeanwhile(ref, id, last)
}

/** Deletes what an earlier migration left of the other layout. */
export async function retire(tools: Tools, other: Look, call: Call): Promise<void> {
  if (currentOf(other.anchor) === null || isDeleted(other.anchor)) return
  await deleteSecrets(tools, other, RECOVERY_DAYS, call)
}

async function store(
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
  const writtenAt = known?.writtenAt ?? nextWrittenAt(target, tools.clock.now())
  const tags: Readonly<Record<string, string>> =
    known === null
      ? {}
      : { [metadataTag(id)]: formatMetadata({ metadata: known.metadata, writtenAt }) }
  // On what an earlier migration left, the version is written and committed as any other; readers pass that over.
  const order = base === null ? matesFirst(target) : [target.anchor, ...target.mates]
  let now = target
  for (const seen of order) {
    const anchor = seen === target.anchor
    const labels = anchor && base !== null ? [markLabel(id, base)] : []
    now = await putMember(tools, now, { seen, values, id, labels, tags: anchor ? tags : {} }, call)
  }
  if (base === null) return
  await readBack(tools, now, id, call)
  await commitVersion(tools, now, id, true, call)
}

/** The pair is tried first, so its anchor says whether readers are to look further. */
async function turnReaders(
  tools: Tools,
  from: Look,
  target: Look,
  id: VersionId,
  call: Call,
): Promise<void> {
  if (from.layout === 'pair') {
    await tools.store.moveLabel(from.anchor.name, movedLabel(id), null, id, call)
  } else if (isPassedOver(target.anchor, id)) {
    await tools.store.moveLabel(target.anchor.name, movedLabel(id), id, null, call)
  }
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
