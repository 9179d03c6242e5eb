import { kucoinWebSocketCanonicalString } from './canonical-string.ts'
import type { KucoinCredential } from './credential.ts'
import { openCredential } from './credential.ts'
import { usage } from './signer-error.ts'
import type { Sign } from './signing-key.ts'
import { signingKey } from './signing-key.ts'
import { checkTimestamp } from './time.ts'

/** Opens the trading WebSocket, which places and cancels orders. */
export interface KucoinWebSocketSigner {
  /**
   * Path and query to connect to, after `wss://wsapi.kucoin.com`. They hold the API key, the hashed passphrase and a
   * signature: mask them before they are shown.
   */
  url(time: { readonly timestampMs: number }): string
  /** The text frame that answers the challenge, the first message after connecting. @param challenge as it came */
  answer(challenge: string): string
}

/**
 * A signer for KuCoin's trading WebSocket: a signed URL, then a signed answer to the server's challenge. Feeds of
 * data need neither, but a token: see `prepareKucoinSigner`.
 *
 * @throws INVALID_VALUE, TORN_PAIR; the signer: USAGE
 * @see https://github.com/Kucoin/kucoin-universal-sdk (sdk/node, uta_private_trade_ws_service.ts)
 */
export function prepareKucoinWebSocketSigner(credential: KucoinCredential): KucoinWebSocketSigner {
  const { key, secret, passphrase } = openCredential(credential)
  const sign = signingKey(secret)
  const hashedPassphrase = sign(passphrase)
  return {
    url: ({ timestampMs }) => signUrl(key, hashedPassphrase, sign, timestampMs),
    answer: (challenge) => {
      checkChallenge(challenge)
      return sign(challenge)
    },
  }
}

function signUrl(key: string, passphrase: string, sign: Sign, timestampMs: number): string {
  checkTimestamp(timestampMs)
  const parameters = {
    apikey: key,
    sign: sign(kucoinWebSocketCanonicalString(key, timestampMs)),
    passphrase,
    timestamp: String(timestampMs),
  }
  const pairs = Object.entries(parameters).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  )
  return `/v1/private?${pairs.join('&')}`
}

/**
 * Whoever answers as the server chooses what is signed here. Only a JSON object is: the string of a REST request
 * begins with its time, so no signature got this way can serve as one of those.
 */
function checkChallenge(challenge: string): void {
  if (typeof challenge === 'string' && isSession(parsed(challenge))) return
  throw usage(
    'The challenge is not a JSON object with a sessionId.',
    'Pass the first text message of the connection, as it came.',
  )
}

function isSession(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'sessionId')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
