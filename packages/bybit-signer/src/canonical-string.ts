/** What a signature of a request covers. */
export interface BybitSigningParts {
  readonly timestampMs: number
  readonly key: string
  readonly recvWindowMs: number
  /** GET: the query as it is sent, without `?`; POST: the body as it is sent; nothing: an empty string. */
  readonly payload: string
}

/**
 * The string that Bybit V5 has signed for a REST request: `timestamp + key + recv_window + (query | body)`.
 * Nothing is sorted and nothing is encoded again.
 *
 * @see https://bybit-exchange.github.io/docs/v5/guide#create-a-request
 */
export function bybitCanonicalString(parts: BybitSigningParts): string {
  return `${parts.timestampMs}${parts.key}${parts.recvWindowMs}${parts.payload}`
}

/**
 * The string that Bybit V5 has signed to log in to a WebSocket: `GET/realtime` and when the login expires.
 *
 * @see https://bybit-exchange.github.io/docs/v5/ws/connect#authentication
 */
export function bybitWebSocketCanonicalString(expiresMs: number): string {
  return `GET/realtime${expiresMs}`
}
