import { createHmac, sign, type KeyObject } from 'node:crypto'

import { send, type Reply } from './reply.ts'

/**
 * How a test signs for Bybit, written from its guide, so that it shares no mistake with the server:
 * https://bybit-exchange.github.io/docs/v5/guide#authentication
 */
export interface BybitSigner {
  readonly apiKey: string
  readonly secret?: string
  readonly privateKey?: KeyObject
}

interface BybitCall {
  readonly timestamp?: number | string
  /** null: the header is left out. @default '5000' */
  readonly recvWindow?: string | null
  /** Over what was made. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface BybitClient {
  /** @param query sent as it is */
  get(path: string, query?: string, call?: BybitCall): Promise<Reply>
  /** @param body sent as it is where it is a text */
  post(path: string, body: unknown, call?: BybitCall): Promise<Reply>
}

export function bybitClient(url: string, signer: BybitSigner): BybitClient {
  const headers = (payload: string, call: BybitCall): Record<string, string> => {
    const timestamp = String(call.timestamp ?? Date.now())
    const recvWindow = call.recvWindow === undefined ? '5000' : call.recvWindow
    const text = `${timestamp}${signer.apiKey}${recvWindow ?? ''}${payload}`
    return {
      'X-BAPI-API-KEY': signer.apiKey,
      'X-BAPI-TIMESTAMP': timestamp,
      'X-BAPI-SIGN': bybitSignature(signer, text),
      ...(recvWindow === null ? {} : { 'X-BAPI-RECV-WINDOW': recvWindow }),
      ...call.headers,
    }
  }
  return {
    get: (path, query = '', call = {}) =>
      send(url, {
        target: query === '' ? path : `${path}?${query}`,
        headers: headers(query, call),
      }),
    post(path, body, call = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const type = { 'Content-Type': 'application/json' }
      return send(url, {
        method: 'POST',
        target: path,
        body: text,
        headers: { ...type, ...headers(text, call) },
      })
    },
  }
}

export function bybitSignature({ secret, privateKey }: BybitSigner, text: string): string {
  if (privateKey !== undefined)
    return sign('sha256', Buffer.from(text), privateKey).toString('base64')
  return createHmac('sha256', secret ?? '')
    .update(text)
    .digest('hex')
}
