import type { Annotation } from '../../credential/metadata.ts'
import { newMetadata } from '../../credential/metadata.ts'
import type { VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import { noSuchVersion } from '../refusals.ts'
import { knownMetadata, nextWrittenAt } from './known-metadata.ts'
import type { Look } from './look.ts'
import { liveVersion, matesFirst } from './look.ts'
import { formatMetadata, metadataTag } from './metadata-tag.ts'
import { pendingVersions, wholePrevious } from './pending.ts'
import type { Tools } from './tools.ts'

/**
 * Records what became known of a version after it was written, in the tag that describes it.
 *
 * @throws NOT_FOUND where there is no such version
 */
export async function annotateVersion(
  { store, clock }: Tools,
  look: Look,
  id: VersionId,
  annotation: Annotation,
  call: Call,
): Promise<void> {
  const versions = [
    liveVersion(look),
    wholePrevious(look),
    ...pendingVersions(look).map(({ versionId }) => versionId),
  ]
  if (!versions.includes(id)) throw noSuchVersion(look.ref, id)
  const known = knownMetadata(look, id)
  const before = known?.metadata ?? newMetadata(null)
  const metadata = { ...before, ...annotation }
  const facts = Object.keys(annotation) as (keyof Annotation)[]
  if (facts.every((fact) => metadata[fact] === before[fact])) return
  const writtenAt = known?.writtenAt ?? nextWrittenAt(look, clock.now())
  const key = metadataTag(id)
  // One tag says it all from now on: those of halves would still say what was known when they were saved.
  const [home, ...others] = [look.anchor, ...look.mates].filter(({ secret }) => secret !== null)
  if (home === undefined) throw noSuchVersion(look.ref, id)
  await store.tag(home.name, { [key]: formatMetadata({ metadata, writtenAt }) }, call)
  for (const seen of matesFirst(look)) {
    const stale = others.includes(seen) && seen.secret?.tags[key] !== undefined
    if (stale) await store.tag(seen.name, { [key]: null }, call)
  }
}
