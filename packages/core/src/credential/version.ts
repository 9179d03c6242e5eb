import type { Branded } from './brand.ts'

/** Milliseconds since the epoch. */
export type Instant = number

/** A UUID that we minted, the token that AWS supplied, or the id of a version that others wrote. */
export type VersionId = Branded<'VersionId'>

/** AWS's own words, used for every backend. */
export type Stage = 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING'

/** `pair`: one secret for each member. `json`: one secret whose value holds them all. */
export type Layout = 'pair' | 'json'

/** Ids come from outside too (a ticket that a person types, another tool's versions): AWS's own rule for a version id. */
const VERSION_ID = /^[\x21-\x7e]{32,64}$/

/**
 * A version id from text.
 *
 * @returns null where AWS would not take it: 32 to 64 characters without spaces.
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
