import type { Redacted } from '@mm-secrets/core'
import { printable, redact } from '@mm-secrets/core'

const LONGEST_QUOTE = 300

/** Words of the exchange, fit to stand in a message: no value, nothing that could deceive a reader, not long. */
export function quoted(text: string, values: Iterable<Redacted>): string {
  const clean = printable(redact(text, values).replace(/\s+/g, ' ').trim())
  return clean.length > LONGEST_QUOTE ? `${clean.slice(0, LONGEST_QUOTE)}…` : clean
}

/**
 * What an answer says, without the values that it repeats: Bybit's description of a key holds the key.
 *
 * Most answers hold none, which one look at the whole tells.
 */
export function redactAnswer(value: unknown, values: readonly Redacted[]): unknown {
  const text = JSON.stringify(value)
  return redact(text, values) === text ? value : redactParts(value, values)
}

function redactParts(value: unknown, values: readonly Redacted[]): unknown {
  if (typeof value === 'string') return redact(value, values)
  if (Array.isArray(value)) return value.map((item) => redactParts(item, values))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        redact(name, values),
        redactParts(item, values),
      ]),
    )
  }
  return value
}
