import { decodeBech32 } from './bech32.ts'

const PREFIX = 'age-secret-key-'
const SCALAR_BYTES = 32

/**
 * The X25519 scalar of an age identity.
 *
 * @param text `AGE-SECRET-KEY-1…`: bech32 over 32 bytes, upper case as age writes it
 * @returns null where it is none, or mistyped
 */
export function parseAgeSecretKey(text: string): Uint8Array | null {
  if (text !== text.toUpperCase()) return null
  const decoded = decodeBech32(text)
  if (decoded === null || decoded.prefix !== PREFIX) return null
  return decoded.bytes.length === SCALAR_BYTES ? decoded.bytes : null
}
