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

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security */
const LARGEST_RECV_WINDOW_MS = 60_000

/** @throws USAGE */
export function checkRecvWindow(value: number): void {
  if (!Number.isFinite(value) || value <= 0 || value > LARGEST_RECV_WINDOW_MS) {
    throw usage(
      'recvWindowMs is not between 0 and 60000.',
      'Pass milliseconds, 5000 for instance; a larger window does not help a clock that runs fast.',
    )
  }
  if (Math.round(value * 1000) / 1000 !== value || value < 0.001) {
    throw usage('recvWindowMs has more than three decimals.', 'Binance reads microseconds at most.')
  }
}
