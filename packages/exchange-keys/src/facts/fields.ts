import type { Instant } from '@mm-secrets/core'
import { printable } from '@mm-secrets/core'

export type Fields = Readonly<Record<string, unknown>>

/** A JSON object, or null for anything else. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null
}

/** Texts of a list, or null where it is no list of texts. */
export function textsOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null
  const texts = value.filter((each): each is string => typeof each === 'string')
  return texts.length === value.length ? texts.map(printable) : null
}

/** The parts of 'General, Spot' or '1.2.3.4,5.6.7.8'. */
export function commaSeparated(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => printable(part.trim()))
    .filter((part) => part !== '')
}

/** A number that names something, which exchanges write as a number or as text; null where there is none. */
export function identifierOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value)
  return typeof value === 'string' && value !== '' && value !== '0' ? printable(value) : null
}

/** Milliseconds since the epoch, or null for what cannot be a moment in the life of a key. */
export function instantOf(value: unknown): Instant | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null
}

/** '2023-05-15T03:13:24Z'; null for what is no date, and for 1970, which stands for none. */
export function dateOf(value: unknown): Instant | null {
  return typeof value === 'string' ? instantOf(Date.parse(value)) : null
}
