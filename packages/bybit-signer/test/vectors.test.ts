import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  bybitCanonicalString,
  bybitWebSocketCanonicalString,
  prepareBybitSigner,
  signBybitWebSocket,
} from '../src/index.ts'
import vectors from './vectors.json' with { type: 'json' }

describe.each(vectors)('the vector of $source', ({ secret, payload, signature, ...vector }) => {
  test('agrees with HMAC-SHA256', () => {
    expect(createHmac('sha256', secret).update(payload).digest('hex')).toBe(signature)
  })

  test('agrees with what is signed here', () => {
    if (vector.webSocket !== undefined) {
      const { key, expiresMs } = vector.webSocket
      expect(bybitWebSocketCanonicalString(expiresMs)).toBe(payload)
      expect(JSON.parse(signBybitWebSocket({ key, secret }, { expiresMs }))).toEqual({
        op: 'auth',
        args: [key, expiresMs, signature],
      })
      return
    }
    const { key, timestampMs, method, query = '', body = '' } = vector.rest
    const parts = { timestampMs, key, recvWindowMs: 5000, payload: query + body }
    expect(bybitCanonicalString(parts)).toBe(payload)
    const request = { method: method as 'GET' | 'POST', path: '/v5/order/realtime', query, body }
    const signed = prepareBybitSigner({ key, secret })(request, { timestampMs })
    expect(signed.headers['X-BAPI-SIGN']).toBe(signature)
  })
})
