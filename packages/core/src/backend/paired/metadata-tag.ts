import type { KeyType } from '../../credential/exchange.ts'
import type { Fingerprint } from '../../credential/fingerprint.ts'
import type { Metadata } from '../../credential/metadata.ts'
import { newMetadata } from '../../credential/metadata.ts'
import type { Instant, VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'

/** What is known of a version beside its values, and when it was written. */
export interface TaggedMetadata {
  readonly metadata: Metadata
  /** Of versions that were written one after the other the later one has the greater. */
  readonly writtenAt: Instant
}

/** Which field of the tag holds which fingerprint; a passphrase never has one. */
const FINGERPRINT_FIELDS: readonly (readonly [KeyType, string])[] = [
  ['api_key', 'k'],
  ['api_secret', 's'],
]

const INSTANT_FIELDS = [
  ['createdAt', 'c'],
  ['expiresAt', 'e'],
  ['exposedAt', 'x'],
  ['revokedAt', 'r'],
] as const

/** ECMA-262, section 21.4.1.1: no Date is further away. */
const LAST_INSTANT = 8.64e15

/** AWS, Tag: letters, numbers, spaces and `_ . : / = + - @`; a space separates our fields. */
const SITE = /^[A-Za-z0-9_.:/+@-]{1,32}$/

/** Other tools mint ids of their own; one that no tag takes is left out. */
const COPY_OF = /^[A-Za-z0-9_.-]{1,64}$/

/** The key of the tag that describes a version: one for each that is kept. */
export function metadataTag(id: VersionId): string {
  return `mm.${id}`
}

/** @returns the version that a tag describes; null for a tag of others */
export function taggedVersion(key: string): VersionId | null {
  return key.startsWith('mm.') ? (key.slice('mm.'.length) as VersionId) : null
}

/**
 * The value of the tag: fields of letter and value, such as `w=mh2k3j4l c=mh2k3j4l k=… s=…`. Times are in base 36, and
 * fingerprints in base64url, because a tag has room for 256 characters.
 *
 * @throws USAGE for a site that no tag takes
 */
export function formatMetadata({ metadata, writtenAt }: TaggedMetadata): string {
  const { site, copyOf } = metadata
  if (site !== null && !SITE.test(site)) {
    throw new SecretsError('USAGE', 'The site is not valid.', {
      hint: 'A site is up to 32 letters, digits and _ . : / + @ -, such as mainnet or demo.',
    })
  }
  const fields: string[] = [`w=${writtenAt.toString(36)}`]
  for (const [fact, letter] of INSTANT_FIELDS) {
    const instant = metadata[fact]
    if (instant !== null) fields.push(`${letter}=${instant.toString(36)}`)
  }
  for (const [keyType, letter] of FINGERPRINT_FIELDS) {
    const print = metadata.fingerprints[keyType]
    if (print !== undefined) {
      fields.push(`${letter}=${Buffer.from(print, 'hex').toString('base64url')}`)
    }
  }
  if (site !== null) fields.push(`site=${site}`)
  if (copyOf !== null && COPY_OF.test(copyOf)) fields.push(`of=${copyOf}`)
  return fields.join(' ')
}

/** @returns null for what is not of this form: tags can be edited by anybody who may tag */
export function parseMetadata(text: string): TaggedMetadata | null {
  const fields = new Map(
    text.split(' ').map((field) => {
      const at = field.indexOf('=')
      return [field.slice(0, at), field.slice(at + 1)] as const
    }),
  )
  const writtenAt = parseInstant(fields.get('w'))
  if (writtenAt === null) return null
  const instants = INSTANT_FIELDS.map(([fact, letter]) => [fact, parseInstant(fields.get(letter))])
  const site = fields.get('site') ?? ''
  const copyOf = fields.get('of') ?? ''
  const metadata: Metadata = {
    ...newMetadata(null),
    ...(Object.fromEntries(instants) as Pick<Metadata, (typeof INSTANT_FIELDS)[number][0]>),
    fingerprints: parseFingerprints(fields),
    site: SITE.test(site) ? site : null,
    copyOf: COPY_OF.test(copyOf) ? (copyOf as VersionId) : null,
  }
  return { metadata, writtenAt }
}

function parseInstant(text: string | undefined): Instant | null {
  if (text === undefined || !/^-?[0-9a-z]{1,11}$/.test(text)) return null
  const instant = Number.parseInt(text, 36)
  return Math.abs(instant) <= LAST_INSTANT ? instant : null
}

function parseFingerprints(fields: ReadonlyMap<string, string>): Metadata['fingerprints'] {
  const found: { [K in KeyType]?: Fingerprint } = {}
  for (const [keyType, letter] of FINGERPRINT_FIELDS) {
    const hex = Buffer.from(fields.get(letter) ?? '', 'base64url').toString('hex')
    if (hex.length === 64) found[keyType] = hex as Fingerprint
  }
  return found
}
