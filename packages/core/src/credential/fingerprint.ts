import { createHmac } from 'node:crypto'
import type { Branded } from './brand.ts'
import { isPem } from './mask.ts'
import type { Redacted } from './redacted.ts'

/** HMAC-SHA256 of a value in lower-case hex. Equal values have equal fingerprints; nothing else can be told from one. */
export type Fingerprint = Branded<'Fingerprint'>

const FINGERPRINT_KEY = 'mm-secrets/fp/1'

/** A fingerprint of a value that can be guessed would give the value away. */
const MIN_BITS = 80

/** How much of a fingerprint is shown. */
const SHOWN_DIGITS = 12

/** Alphabets from narrow to wide, with the number of their characters. */
const ALPHABETS: readonly (readonly [RegExp, number])[] = [
  [/^[0-9]*$/, 10],
  [/^(?:[0-9a-f]*|[0-9A-F]*)$/, 16],
  [/^(?:[a-z]*|[A-Z]*)$/, 26],
  [/^[A-Za-z]*$/, 52],
  [/^[A-Za-z0-9]*$/, 62],
]
const PRINTABLE_CHARACTERS = 94

/**
 * The most bits that a value of this length and alphabet can hold: length × log2(alphabet).
 *
 * An estimate from above: a sentence of one repeated letter counts as random. A Bybit key has 107 bits.
 */
export function estimatedBits(value: string): number {
  const size = ALPHABETS.find(([pattern]) => pattern.test(value))?.[1] ?? PRINTABLE_CHARACTERS
  return value.length * Math.log2(size)
}

/**
 * What a value can be recognised by without being read.
 *
 * @param value the value; its key type, where known, says whether it is a passphrase
 * @param salt replaces the constant key: the scanner's committable index passes its own
 * @returns null for a value of fewer than 80 bits by estimate, and for a passphrase: those could be guessed from it
 */
export function fingerprint(value: Redacted, salt?: Uint8Array): Fingerprint | null {
  if (value.keyType === 'api_passphrase') return null
  const text = value.reveal()
  if (estimatedBits(text) < MIN_BITS) return null
  const canonical = isPem(text) ? text.trim() : text
  return createHmac('sha256', salt ?? FINGERPRINT_KEY)
    .update(canonical, 'utf8')
    .digest('hex') as Fingerprint
}

/** The twelve digits of a fingerprint that people compare. */
export function shortFingerprint(whole: Fingerprint): string {
  return whole.slice(0, SHOWN_DIGITS)
}
