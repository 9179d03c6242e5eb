import { mask } from './mask.ts'
import type { Redacted } from './redacted.ts'

/** Shorter values are replaced only where they stand as they are: their encodings would match half the language. */
const SHORTEST_ENCODED = 6

/**
 * Removes values from text that comes from outside: messages of exchanges, of SDKs, of the system.
 *
 * @param text what may repeat a value
 * @param values every value that is loaded
 * @returns the text with each value, plain or encoded (URL, JSON, base64, hex, reversed case of hex), replaced by its mask
 */
export function redact(text: string, values: Iterable<Redacted>): string {
  const replacements: (readonly [string, string])[] = []
  for (const value of values) {
    const plain = value.reveal()
    if (plain === '') continue
    const shown = mask(plain, value.keyType)
    for (const form of encodings(plain)) replacements.push([form, shown])
  }
  // The longest first: a value may be part of another.
  replacements.sort(([a], [b]) => b.length - a.length)
  return replacements.reduce((cleaned, [form, shown]) => cleaned.replaceAll(form, shown), text)
}

function encodings(plain: string): Set<string> {
  const forms = new Set([plain])
  if (plain.length < SHORTEST_ENCODED) return forms
  const bytes = Buffer.from(plain, 'utf8')
  const hex = bytes.toString('hex')
  const json = JSON.stringify(plain).slice(1, -1)
  for (const form of [
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(plain),
    encodeURI(plain),
    new URLSearchParams({ v: plain }).toString().slice(2),
    hex,
    hex.toUpperCase(),
  ]) {
    forms.add(form)
  }
  for (const form of base64Forms(bytes)) forms.add(form)
  return forms
}

/**
 * The value in base64, also as it looks inside a longer text that was encoded as a whole: there it starts at one of
 * three offsets, and only the characters that depend on nothing but the value are sure.
 */
function base64Forms(bytes: Buffer): string[] {
  const forms: string[] = [bytes.toString('base64').replace(/=+$/, '')]
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const first = Math.ceil((offset * 8) / 6)
    const last = Math.floor(((offset + bytes.length) * 8) / 6)
    if (last - first >= SHORTEST_ENCODED) forms.push(encoded.slice(first, last))
  }
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}
