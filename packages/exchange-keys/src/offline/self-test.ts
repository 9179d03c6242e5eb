import { createHmac, createPrivateKey, createPublicKey, verify } from 'node:crypto'
import type { Credential } from '@mm-secrets/core'
import { isPem } from '@mm-secrets/core'
import type { GetSigner } from '../signing/prepare-signer.ts'

/** 1 January 2026, so that the same credential gives the same signature every time. */
const TIMESTAMP_MS = Date.UTC(2026, 0, 1)

/** Has what signatures get wrong: two parameters and an encoded one. */
const QUERY = 'symbol=BTCUSDT&cursor=a%3D1'
const DECODED_QUERY = 'symbol=BTCUSDT&cursor=a=1'

/**
 * Signs a fixed request and checks the signature in another way: an HMAC by computing it anew over a string that is
 * written out here, one of a private key by its public half.
 *
 * @returns false where it does not hold, or covers other bytes than those of the request
 */
export function signatureHolds(
  { ref, members }: Pick<Credential, 'ref' | 'members'>,
  sign: GetSigner,
): boolean {
  const key = members.api_key.reveal()
  const secret = members.api_secret.reveal()
  switch (ref.exchange) {
    case 'bybit': {
      const signed = sign({ path: '/v5/order/realtime', query: QUERY }, TIMESTAMP_MS)
      const window = signed.headers['X-BAPI-RECV-WINDOW'] ?? ''
      const text = `${TIMESTAMP_MS}${key}${window}${QUERY}`
      return holds(secret, text, signed.headers['X-BAPI-SIGN'] ?? '', 'hex')
    }
    case 'binance': {
      const signed = sign({ path: '/api/v3/openOrders', query: QUERY }, TIMESTAMP_MS)
      const text = `${QUERY}&timestamp=${TIMESTAMP_MS}`
      const [path, signature] = signed.url.split('&signature=')
      if (path !== `/api/v3/openOrders?${text}`) return false
      return holds(secret, text, decodeURIComponent(signature ?? ''), 'hex')
    }
    case 'kucoin': {
      const signed = sign({ path: '/api/v1/orders', query: QUERY }, TIMESTAMP_MS)
      const text = `${TIMESTAMP_MS}GET/api/v1/orders?${DECODED_QUERY}`
      const passphrase = members.api_passphrase?.reveal() ?? ''
      return (
        holds(secret, text, signed.headers['KC-API-SIGN'] ?? '', 'base64') &&
        holds(secret, passphrase, signed.headers['KC-API-PASSPHRASE'] ?? '', 'base64')
      )
    }
  }
}

/** @param encoding of an HMAC; a signature of a private key is in base64 everywhere */
function holds(
  secret: string,
  text: string,
  signature: string,
  encoding: 'hex' | 'base64',
): boolean {
  if (!isPem(secret)) {
    return createHmac('sha256', secret).update(text, 'utf8').digest(encoding) === signature
  }
  const privateKey = createPrivateKey(secret)
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return verify(
    digest,
    Buffer.from(text, 'utf8'),
    createPublicKey(privateKey),
    Buffer.from(signature, 'base64'),
  )
}
