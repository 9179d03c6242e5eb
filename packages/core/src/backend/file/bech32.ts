/** BIP 173: the alphabet of bech32, each character five bits. */
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const CHECKSUM_LENGTH = 6
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const

/** What a text in bech32 says. */
export interface Bech32 {
  /** In lower case. */
  readonly prefix: string
  readonly bytes: Uint8Array
}

/**
 * Reads bech32 (BIP 173), which age uses without its limit of 90 characters.
 *
 * @returns null for mixed case, a wrong checksum, or what is no whole number of bytes
 */
export function decodeBech32(text: string): Bech32 | null {
  const lower = text.toLowerCase()
  if (text !== lower && text !== text.toUpperCase()) return null
  const separator = lower.lastIndexOf('1')
  if (separator < 1) return null
  const prefix = lower.slice(0, separator)
  const digits = Array.from(lower.slice(separator + 1), (c) => ALPHABET.indexOf(c))
  if (digits.length < CHECKSUM_LENGTH || digits.includes(-1)) return null
  if (checksum(prefix, digits) !== 1) return null
  const bytes = toBytes(digits.slice(0, -CHECKSUM_LENGTH))
  return bytes === null ? null : { prefix, bytes }
}

/** Writes bech32 in lower case. */
export function encodeBech32({ prefix, bytes }: Bech32): string {
  const digits = toDigits(bytes)
  const sum = checksum(prefix, [...digits, 0, 0, 0, 0, 0, 0]) ^ 1
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31)
  return `${prefix}1${[...digits, ...check].map((digit) => ALPHABET[digit]).join('')}`
}

/** BIP 173: 1 for a valid checksum. */
function checksum(prefix: string, digits: readonly number[]): number {
  const letters = Array.from(prefix, (c) => c.charCodeAt(0))
  let sum = 1
  for (const digit of [
    ...letters.map((c) => c >> 5),
    0,
    ...letters.map((c) => c & 31),
    ...digits,
  ]) {
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
  return clean ? Uint8Array.from(bytes) : null
}

/** Eight bits a byte to five bits a digit, the last filled up with zeros. */
function toDigits(bytes: Uint8Array): readonly number[] {
  const digits: number[] = []
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      digits.push((held >> bits) & 31)
    }
  }
  if (bits > 0) digits.push((held << (5 - bits)) & 31)
  return digits
}
