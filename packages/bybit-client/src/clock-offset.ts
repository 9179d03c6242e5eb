/** How this machine's clock stands to Bybit's, by one answer. */
export interface ClockOffset {
  /** Milliseconds by which Bybit's clock is ahead; negative: this machine's clock runs ahead. */
  readonly offsetMs: number
  /** The true offset is at most this much smaller or larger: half of what the round trip took. */
  readonly uncertaintyMs: number
}

/**
 * The offset by Cristian's algorithm: the server looked at its clock somewhere between sending and receiving.
 *
 * @param serverMs Bybit's time in its answer
 */
export function clockOffset(serverMs: number, sentMs: number, receivedMs: number): ClockOffset {
  return Object.freeze({
    offsetMs: Math.round(serverMs - (sentMs + receivedMs) / 2),
    uncertaintyMs: Math.max(0, Math.ceil((receivedMs - sentMs) / 2)),
  })
}

/** Bybit takes a timestamp that is less than this ahead of its clock, whatever the window. */
const FUTURE_LIMIT_MS = 1000

/**
 * Whether the offset is what Bybit refuses, or half of it, which is time to mend the clock.
 *
 * `server_time - recv_window <= timestamp < server_time + 1000`,
 * https://bybit-exchange.github.io/docs/v5/guide#parameters-for-authenticated-endpoints
 *
 * @param share 1: refused; 0.5: half way there
 */
export function isBeyond(offset: ClockOffset, recvWindowMs: number, share: number): boolean {
  const { offsetMs, uncertaintyMs } = offset
  const sure = Math.abs(offsetMs) - uncertaintyMs
  return sure >= (offsetMs < 0 ? FUTURE_LIMIT_MS : recvWindowMs) * share
}

/** `3200 ms ahead of Bybit's (± 20 ms)` */
export function describeOffset({ offsetMs, uncertaintyMs }: ClockOffset): string {
  const direction = offsetMs < 0 ? 'ahead of' : 'behind'
  return `${Math.abs(offsetMs)} ms ${direction} Bybit's (± ${uncertaintyMs} ms)`
}
