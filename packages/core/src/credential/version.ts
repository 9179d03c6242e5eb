import type { Branded } from './brand.ts'

/** Milliseconds since the epoch. */
export type Instant = number

/** A UUID that we minted, the token that AWS supplied, or the id of a version that others wrote. */
export type VersionId = Branded<'VersionId'>

/** AWS's own words, used for every backend. */
export type Stage = 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING'

/** `pair`: one secret for each member. `json`: one secret whose value holds them all. */
export type Layout = 'pair' | 'json'

/** RFC 9562, section 4, in lower case, as we mint them. */
const VERSION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The id of a version of ours from text that a person typed or a file kept.
 *
 * @returns null for anything but a UUID: a value that was put in its place must not pass for one
 */
export function parseVersionId(text: string): VersionId | null {
  return VERSION_ID.test(text) ? (text as VersionId) : null
}

/**
 * Mints a version id: a UUID of version 4, from the given randomness.
 *
 * @param randomness gives so many random bytes
 */
export function mintVersionId(randomness: (bytes: number) => Uint8Array): VersionId {
  const bytes = randomness(16)
  // RFC 9562, section 5.4: version 4 in the seventh byte, variant 10 in the ninth.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-') as VersionId
}
