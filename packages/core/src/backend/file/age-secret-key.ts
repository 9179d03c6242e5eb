/** BIP 173: the alphabet of bech32, each character five bits. */
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const CHECKSUM_LENGTH = 6
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const
const PREFIX = 'age-secret-key-'
const SCALAR_BYTES = 32

/**
 * The X25519 scalar of an age identity.
 *
 * @param text `AGE-SECRET-KEY-1…`: bech32 (BIP 173) over 32 bytes, upper case as age writes it
 * @returns null where it is none, or mistyped
 */
export function parseAgeSecretKey(text: string): Uint8Array | null {
  if (text !== text.toUpperCase()) return null
  const lower = text.toLowerCase()
  if (!lower.startsWith(`${PREFIX}1`)) return null
  const digits = Array.from(lower.slice(PREFIX.length + 1), (c) => ALPHABET.indexOf(c))
  if (digits.includes(-1) || checksum(digits) !== 1) return null
  return toBytes(digits.slice(0, -CHECKSUM_LENGTH))
}

/** BIP 173: 1 for a valid checksum. */
function checksum(digits: readonly number[]): number {
  const prefix = Array.from(PREFIX, (c) => c.charCodeAt(0))
  let sum = 1
  for (const digit of [...prefix.map((c) => c >> 5), 0, ...prefix.map((c) => c & 31), ...digits]) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ digit
    GENERATORS.forEach((generator, bit) => {
      if (((top >> bit) & 1) === 1) sum ^= generator
    })
  }
  return sum
}

/** Five bits a digit to eight bits a byte; what is left over must be fewer than five bits, all zero. */
function toBytes(digits: readonly number[]): Uint8Array | null {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const digit of digits) {
    held = ((held << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 0xff)
  }
  const clean = bits < 5 && (held & ((1 << bits) - 1)) === 0
  return clean && bytes.length === SCALAR_BYTES ? Uint8Array.from(bytes) : null
}
