import { joinMetadata } from '../../credential/metadata.ts'
import type { VersionId } from '../../credential/version.ts'
import type { Look } from './look.ts'
import { matesFirst } from './look.ts'
import type { TaggedMetadata } from './metadata-tag.ts'
import { metadataTag, parseMetadata, taggedVersion } from './metadata-tag.ts'

const DAY_MS = 86_400_000

/** What the tags say of a version: on the anchor, or of halves on the member that each one saved. */
export function knownMetadata(look: Look, id: VersionId): TaggedMetadata | null {
  const tagged = matesFirst(look)
    .map(({ secret }) => secret?.tags[metadataTag(id)])
    .flatMap((text) => (text === undefined ? [] : [parseMetadata(text)]))
    .filter((known) => known !== null)
    .sort((a, b) => a.writtenAt - b.writtenAt)
  const [first, ...later] = tagged
  if (first === undefined) return null
  const metadata = later.reduce(
    (joined, next) => joinMetadata(joined, next.metadata),
    first.metadata,
  )
  return { metadata, writtenAt: first.writtenAt }
}

/** Later than all that the tags know, so that the order of writing can be told however coarse a clock is. */
export function nextWrittenAt(look: Look, now: number): number {
  const known = matesFirst(look).flatMap(({ secret }) =>
    Object.entries(secret?.tags ?? {}).flatMap(([key, text]) =>
      taggedVersion(key) === null ? [] : [parseMetadata(text)?.writtenAt ?? 0],
    ),
  )
  // Whoever may tag may write any date: one far ahead is nobody's clock.
  const likely = known.filter((writtenAt) => writtenAt < now + DAY_MS)
  return Math.max(now, ...likely.map((writtenAt) => writtenAt + 1))
}
