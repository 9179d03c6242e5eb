import { createHmac } from 'node:crypto'

import { send, type Reply } from './reply.ts'

/**
 * How a test signs for KuCoin, written from its page, so that it shares no mistake with the server:
 * https://www.kucoin.com/docs-new/authentication
 */
export interface KucoinSigner {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string
  /** @default '3' */
  readonly version?: string
}

interface KucoinCall {
  readonly method?: string
  /** Path and query as they are signed. */
  readonly target: string
  /** As they are sent. @default as they are signed */
  readonly wire?: string
  /** Sent as it is where it is a text. */
  readonly body?: unknown
  readonly timestamp?: number | string
  /** Over what was made; '' leaves one out. */
  readonly headers?: Readonly<Record<string, string>>
}

export type KucoinClient = (call: KucoinCall) => Promise<Reply>

export function kucoinClient(url: string, signer: KucoinSigner): KucoinClient {
  const { apiKey, secret, passphrase, version = '3' } = signer
  return ({ method = 'GET', target, wire, body, ...call }) => {
    const timestamp = String(call.timestamp ?? Date.now())
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const headers = {
      'KC-API-KEY': apiKey,
      'KC-API-SIGN': kucoinSignature(secret, `${timestamp}${method}${target}${text ?? ''}`),
      'KC-API-TIMESTAMP': timestamp,
      'KC-API-PASSPHRASE': version === '1' ? passphrase : kucoinSignature(secret, passphrase),
      'KC-API-KEY-VERSION': version,
      'Content-Type': 'application/json',
      ...call.headers,
    }
    return send(url, {
      method,
      target: wire ?? target,
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
      ...(text === undefined ? {} : { body: text }),
    })
  }
}

export function kucoinSignature(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64')
}
