import { usage } from './signer-error.ts'

/** September 2001 in milliseconds, the year 33658 in seconds. */
const SMALLEST_MS = 1e12
/** The year 5138 in milliseconds, March 1973 in microseconds. */
const BEYOND_MS = 1e14

/** @throws USAGE for what cannot be a time in milliseconds */
export function checkTimestamp(value: number): void {
  const hint = 'Pass milliseconds since 1970 as a whole number, as Date.now() gives them.'
  if (!Number.isSafeInteger(value)) throw usage('timestampMs is not a whole number.', hint)
  if (value < SMALLEST_MS) throw usage('timestampMs is too small: it looks like seconds.', hint)
  if (value >= BEYOND_MS) throw usage('timestampMs is too large: it looks like microseconds.', hint)
}
