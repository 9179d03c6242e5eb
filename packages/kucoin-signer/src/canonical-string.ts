import { usage } from './signer-error.ts'

/** A request as it is sent: path and query percent-encoded, an empty string for what is not there. */
export interface KucoinSigningParts {
  readonly timestampMs: number
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: string
}

/**
 * The string that KuCoin has signed for a REST request: `timestamp + METHOD + path?query + body`.
 *
 * Path and query are signed decoded, although they are sent encoded: `passphrase=abc%21%40%2311` is signed as
 * `passphrase=abc!@#11`.
 *
 * @throws USAGE where an encoded part is not UTF-8
 * @see https://www.kucoin.com/docs-new/authentication#signing-a-message
 */
export function kucoinCanonicalString(parts: KucoinSigningParts): string {
  const { timestampMs, method, body } = parts
  const path = decoded('path', parts.path)
  const query = parts.query === '' ? '' : `?${decoded('query', parts.query)}`
  return `${timestampMs}${method}${path}${query}${body}`
}

/**
 * The string that KuCoin has signed to open its trading WebSocket: key and time.
 *
 * @see https://github.com/Kucoin/kucoin-universal-sdk (sdk/node, uta_private_trade_ws_service.ts)
 */
export function kucoinWebSocketCanonicalString(key: string, timestampMs: number): string {
  return `${key}${timestampMs}`
}

function decoded(field: 'path' | 'query', text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw usage(
      `The ${field} is not percent-encoded UTF-8.`,
      'Build it with kucoinQuery from values as they are: KuCoin wants them signed decoded.',
    )
  }
}
