import { createHmac, sign, type KeyObject } from 'node:crypto'

import { send, type Reply } from './reply.ts'

/**
 * How a test signs for Binance, written from its page, so that it shares no mistake with the server:
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
 */
export interface BinanceSigner {
  readonly apiKey: string
  readonly secret?: string
  readonly privateKey?: KeyObject
}

interface BinanceRequest {
  readonly method?: string
  readonly path: string
  /** Without the timestamp and the signature; sent as it is. */
  readonly query?: string
  /** Sent as it is. */
  readonly body?: string
  readonly timestamp?: number | string | null
  /** Where the timestamp and the signature go. @default the body where there is one */
  readonly signIn?: 'query' | 'body'
  /** In the place of the signature. */
  readonly signature?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type BinanceClient = (request: BinanceRequest) => Promise<Reply>

export function binanceClient(url: string, signer: BinanceSigner): BinanceClient {
  return ({ method = 'GET', path, query = '', body, timestamp, signIn, headers, ...rest }) => {
    const stamp = timestamp === null ? '' : `timestamp=${timestamp ?? Date.now()}`
    const inBody = (signIn ?? (body === undefined ? 'query' : 'body')) === 'body'
    const fullQuery = inBody ? query : joined(query, stamp)
    const fullBody = inBody ? joined(body ?? '', stamp) : body
    const signature = encodeURIComponent(
      rest.signature ?? binanceSignature(signer, `${fullQuery}${fullBody ?? ''}`),
    )
    const signedQuery = inBody ? fullQuery : joined(fullQuery, `signature=${signature}`)
    const signedBody = inBody ? joined(fullBody ?? '', `signature=${signature}`) : fullBody
    return send(url, {
      method,
      target: signedQuery === '' ? path : `${path}?${signedQuery}`,
      headers: {
        'X-MBX-APIKEY': signer.apiKey,
        ...(signedBody === undefined
          ? {}
          : { 'Content-Type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(signedBody === undefined ? {} : { body: signedBody }),
    })
  }
}

export function binanceSignature({ secret, privateKey }: BinanceSigner, text: string): string {
  if (privateKey === undefined)
    return createHmac('sha256', secret ?? '')
      .update(text)
      .digest('hex')
  const digest = privateKey.asymmetricKeyType === 'rsa' ? 'sha256' : null
  return sign(digest, Buffer.from(text), privateKey).toString('base64')
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('&')
}
