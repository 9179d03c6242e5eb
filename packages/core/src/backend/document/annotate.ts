import type { Annotation } from '../../credential/metadata.ts'
import type { CredentialRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import { noSuchVersion } from '../refusals.ts'
import { requireLive } from './refusals.ts'
import type { StoredCredential } from './stored-credential.ts'
import { findVersion, replaceVersion } from './stored-credential.ts'

/** Records what became known of a version after it was written. */
export function annotate(
  ref: CredentialRef,
  stored: StoredCredential | null,
  versionId: VersionId,
  annotation: Annotation,
): StoredCredential {
  const live = requireLive(ref, stored)
  const version = findVersion(live, versionId)
  if (version === null) {
    throw noSuchVersion(ref, versionId)
  }
  const metadata = { ...version.metadata, ...annotation }
  const facts = Object.keys(annotation) as (keyof Annotation)[]
  if (facts.every((fact) => metadata[fact] === version.metadata[fact])) return live
  return replaceVersion(live, { ...version, metadata })
}
