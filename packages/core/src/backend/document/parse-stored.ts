import type { Members } from '../../credential/credential.ts'
import { isWhole } from '../../credential/credential.ts'
import type { Exchange, KeyType } from '../../credential/exchange.ts'
import { KEY_TYPES } from '../../credential/exchange.ts'
import type { Fingerprint } from '../../credential/fingerprint.ts'
import type { Metadata } from '../../credential/metadata.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import { Redacted } from '../../credential/redacted.ts'
import type { Instant, VersionId } from '../../credential/version.ts'
import { parseVersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { StoredCredential, StoredVersion } from './stored-credential.ts'
import { findVersion } from './stored-credential.ts'

const FINGERPRINT = /^[0-9a-f]{64}$/

/** ECMA-262, 21.4.1.1: the last instant that a Date can hold. */
const LAST_INSTANT = 8.64e15

type Fields = Readonly<Record<string, unknown>>

/** Names the field that is wrong, never what it holds. */
class MalformedField extends Error {}

/**
 * A credential from the document.
 *
 * @throws CORRUPT naming the credential and the field that is malformed
 */
export function parseStored(ref: CredentialRef, raw: unknown): StoredCredential {
  try {
    return parseCredential(ref.exchange, raw)
  } catch (error) {
    if (!(error instanceof MalformedField)) throw error
    throw new SecretsError(
      'CORRUPT',
      `The stored credential ${formatRef(ref)} is malformed: ${error.message}.`,
      { hint: 'Nothing was changed. Put back an earlier version of this store from its backup.' },
    )
  }
}

function parseCredential(exchange: Exchange, raw: unknown): StoredCredential {
  const fields = object(raw, 'the entry')
  const stored: StoredCredential = {
    layout: oneOf(fields['layout'], ['pair', 'json'] as const, 'layout'),
    current: nullable(fields['current'], 'current', versionId),
    previous: nullable(fields['previous'], 'previous', versionId),
    pending: array(fields['pending'], 'pending').map((id) => versionId(id, 'pending')),
    deletedUntil: nullable(fields['deletedUntil'], 'deletedUntil', instant),
    versions: array(fields['versions'], 'versions').map((version, index) =>
      parseVersion(exchange, version, `versions[${index}]`),
    ),
  }
  checkPointers(exchange, stored)
  return stored
}

function parseVersion(exchange: Exchange, raw: unknown, path: string): StoredVersion {
  const fields = object(raw, path)
  return {
    id: versionId(fields['id'], `${path}.id`),
    writtenAt: nullable(fields['writtenAt'], `${path}.writtenAt`, instant),
    frozen: oneOf(fields['frozen'], [true, false] as const, `${path}.frozen`),
    metadata: parseMetadata(exchange, fields['metadata'], `${path}.metadata`),
    values: parseValues(exchange, fields['values'], `${path}.values`),
  }
}

function parseMetadata(exchange: Exchange, raw: unknown, path: string): Metadata {
  const fields = object(raw, path)
  const time = (field: string): Instant | null =>
    nullable(fields[field], `${path}.${field}`, instant)
  return {
    createdAt: time('createdAt'),
    fingerprints: parseMembers(exchange, fields['fingerprints'], `${path}.fingerprints`, hex),
    site: nullable(fields['site'], `${path}.site`, text),
    expiresAt: time('expiresAt'),
    exposedAt: time('exposedAt'),
    revokedAt: time('revokedAt'),
    copyOf: nullable(fields['copyOf'], `${path}.copyOf`, versionId),
  }
}

function parseValues(exchange: Exchange, raw: unknown, path: string): Members {
  return parseMembers(exchange, raw, path, (value, at) => new Redacted(text(value, at)))
}

function parseMembers<T>(
  exchange: Exchange,
  raw: unknown,
  path: string,
  parse: (value: unknown, path: string) => T,
): { readonly [K in KeyType]?: T } {
  const members: { [K in KeyType]?: T } = {}
  for (const [key, value] of Object.entries(object(raw, path))) {
    const keyType = KEY_TYPES[exchange].find((known) => known === key)
    if (keyType === undefined) throw new MalformedField(`${path} has an unknown member`)
    members[keyType] = parse(value, `${path}.${keyType}`)
  }
  return members
}

/** What is current or previous is there and whole, what is pending is there, and no id is there twice. */
function checkPointers(exchange: Exchange, stored: StoredCredential): void {
  const ids = new Set(stored.versions.map(({ id }) => id))
  if (ids.size < stored.versions.length) throw new MalformedField('versions has an id twice')
  for (const stage of ['current', 'previous'] as const) {
    const id = stored[stage]
    if (id === null) continue
    const version = findVersion(stored, id)
    if (version === null) throw new MalformedField(`${stage} is not among the versions`)
    if (!isWhole(exchange, version.values)) throw new MalformedField(`${stage} is not whole`)
  }
  for (const id of stored.pending) {
    if (!ids.has(id)) throw new MalformedField('pending is not among the versions')
    if (id === stored.current || id === stored.previous) {
      throw new MalformedField('pending holds a version that was live')
    }
  }
}

function object(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new MalformedField(`${path} is not an object`)
}

function array(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[]
  throw new MalformedField(`${path} is not an array`)
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  throw new MalformedField(`${path} is not a string`)
}

function hex(value: unknown, path: string): Fingerprint {
  const digits = text(value, path)
  if (FINGERPRINT.test(digits)) return digits as Fingerprint
  throw new MalformedField(`${path} is not a fingerprint`)
}

function versionId(value: unknown, path: string): VersionId {
  const id = parseVersionId(text(value, path))
  if (id !== null) return id
  throw new MalformedField(`${path} is not a version id`)
}

function instant(value: unknown, path: string): Instant {
  if (typeof value === 'number' && Math.abs(value) <= LAST_INSTANT) return value
  throw new MalformedField(`${path} is not a time`)
}

function oneOf<T>(value: unknown, known: readonly T[], path: string): T {
  const found = known.find((candidate) => candidate === value)
  if (found !== undefined) return found
  throw new MalformedField(`${path} is not one of ${known.join(', ')}`)
}

function nullable<T>(
  value: unknown,
  path: string,
  parse: (value: unknown, path: string) => T,
): T | null {
  return value === null ? null : parse(value, path)
}
