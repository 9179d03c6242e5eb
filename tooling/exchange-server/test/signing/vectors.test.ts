import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { letters } from '../client/key-material.ts'
import { outcome, send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'

/** Published signatures, each with the place where it was published: the server has to take them as they are. */
interface Vector {
  readonly source: string
  readonly secret: string
  readonly payload: string
  readonly signature: string
}

function vectors(exchange: string): readonly Vector[] {
  const file = new URL(`vectors/${exchange}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[]
}

/** What is between the time and the window is the key. */
const BYBIT_REST = /^(?<timestamp>\d{13})(?<apiKey>test_api_key|X{10})(?<window>5000)(?<rest>.*)$/

describe('Bybit', () => {
  const rest = vectors('bybit').flatMap((vector) => {
    const parts = BYBIT_REST.exec(vector.payload)?.groups
    return parts === undefined ? [] : [{ ...vector, parts }]
  })

  it.each(rest)('takes the signature of $source: $parts.rest', async ({ parts, ...vector }) => {
    const { timestamp = '', apiKey = '', window = '', rest: text = '' } = parts
    const server = await start({ systemTime: () => Number(timestamp) })
    const { secret, signature } = vector
    server.keys.bybit.add({ apiKey, secret, uid: 1, createdAt: Number(timestamp) })
    const isBody = text.startsWith('{')
    const headers = {
      'X-BAPI-API-KEY': apiKey,
      'X-BAPI-TIMESTAMP': timestamp,
      'X-BAPI-RECV-WINDOW': window,
    }
    const sent = (sign: string) =>
      outcome(
        send(server.url, {
          method: isBody ? 'POST' : 'GET',
          target: isBody ? '/v5/order/create' : `/v5/order/realtime?${text}`,
          headers: { ...headers, 'X-BAPI-SIGN': sign },
          ...(isBody ? { body: text } : {}),
        }),
      )
    // The key may not trade: that it is told so is the proof that its signature held.
    expect(await sent(signature)).toBe(isBody ? '10005' : 'ok')
    expect(await sent(signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toBe('10004')
  })

  it('has the four of REST; the one of a WebSocket is not the server’s', () => {
    expect([rest.length, vectors('bybit').length]).toEqual([4, 5])
  })
})

describe('Binance', () => {
  it.each(vectors('binance'))('takes the signature of $payload', async (vector) => {
    const { secret, payload, signature } = vector
    const time = Number(/timestamp=(\d+)/.exec(payload)?.[1])
    const server = await start({ systemTime: () => time })
    const apiKey = letters(64)
    const permissions = { enableSpotAndMarginTrading: true }
    server.keys.binance.add({ apiKey, secret, uid: 1, permissions })
    const sent = (sign: string) =>
      outcome(
        send(server.url, {
          method: 'POST',
          target: '/sapi/v1/sub-account/subAccountApi',
          headers: { 'X-MBX-APIKEY': apiKey },
          body: `${payload}&signature=${sign}`,
        }),
      )
    // It has no email: that it is told so is the proof that its signature held.
    expect(await sent(signature)).toBe('-1102')
    expect(await sent(signature.toUpperCase())).toBe('-1102')
    expect(await sent(signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toBe('-1022')
  })
})

describe('KuCoin', () => {
  it.each(vectors('kucoin'))('takes the digest of $source as a passphrase', async (vector) => {
    const { secret, payload, signature } = vector
    const server = await start()
    const apiKey = letters(24)
    server.keys.kucoin.add({ apiKey, secret, passphrase: payload, uid: 1 })
    const sent = (passphrase: string) =>
      outcome(
        send(server.url, {
          target: '/api/v1/accounts',
          headers: {
            'KC-API-KEY': apiKey,
            'KC-API-SIGN': 'not this',
            'KC-API-TIMESTAMP': String(Date.now()),
            'KC-API-PASSPHRASE': passphrase,
            'KC-API-KEY-VERSION': '2',
          },
        }),
      )
    expect(await sent(signature)).toBe('400005')
    expect(await sent(payload)).toBe('400004')
  })
})
