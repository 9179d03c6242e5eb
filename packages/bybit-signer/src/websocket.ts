import { bybitWebSocketCanonicalString } from './canonical-string.ts'
import type { BybitCredential } from './credential.ts'
import { openCredential } from './credential.ts'
import type { BybitSignerOptions } from './signer.ts'
import { signingKey } from './signing-key.ts'
import { checkTimestamp } from './time.ts'

export interface BybitWebSocketLogin {
  /** Milliseconds since 1970 until when Bybit may take the login: a few seconds from now. */
  readonly expiresMs: number
}

/**
 * The text frame that logs in to a private or trade WebSocket of Bybit V5. One login per connection: the frames after
 * it, orders too, carry no signature.
 *
 * @returns JSON to send as it is; it holds the API key and a signature
 * @throws USAGE, INVALID_VALUE, TORN_PAIR
 * @see https://bybit-exchange.github.io/docs/v5/ws/connect#authentication
 */
export function signBybitWebSocket(
  credential: BybitCredential,
  login: BybitWebSocketLogin,
  options: BybitSignerOptions = {},
): string {
  const { expiresMs } = login
  checkTimestamp('expiresMs', expiresMs)
  const { key, secret } = openCredential(credential)
  const signature = signingKey(secret, options.keyKind)(bybitWebSocketCanonicalString(expiresMs))
  return JSON.stringify({ op: 'auth', args: [key, expiresMs, signature] })
}
