import { parseSecretName } from '../../credential/name.ts'
import type { VaultDocument } from './document.ts'
import { parseStored } from './parse-stored.ts'
import type { StoredVersion } from './stored-credential.ts'
import { findVersion, formatStored } from './stored-credential.ts'

type Credentials = VaultDocument['credentials']

/**
 * An older state of credentials, with what became known of its versions since: that they are frozen, exposed or
 * revoked. Going back must not make a burnt key usable again.
 *
 * @throws CORRUPT where a credential is malformed
 */
export function carryMarks(older: Credentials, newer: Credentials): Credentials {
  return Object.fromEntries(
    Object.entries(older).map(([name, raw]) => [name, carried(name, raw, newer[name])]),
  )
}

function carried(name: string, raw: unknown, rawNow: unknown): unknown {
  const ref = parseSecretName(name)?.ref
  if (ref === undefined) return raw
  const stored = parseStored(ref, raw)
  if (rawNow === undefined) return raw
  const now = parseStored(ref, rawNow)
  const versions = stored.versions.map((version) => marked(version, findVersion(now, version.id)))
  return formatStored(ref.exchange, { ...stored, versions })
}

function marked(version: StoredVersion, now: StoredVersion | null): StoredVersion {
  if (now === null) return version
  const { exposedAt, revokedAt } = now.metadata
  return {
    ...version,
    frozen: version.frozen || now.frozen,
    metadata: {
      ...version.metadata,
      exposedAt: version.metadata.exposedAt ?? exposedAt,
      revokedAt: version.metadata.revokedAt ?? revokedAt,
    },
  }
}
