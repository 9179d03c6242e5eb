import { createHmac, createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { BinanceKeyKind } from '../src/index.ts'
import {
  binanceCanonicalString,
  binanceWebSocketCanonicalString,
  prepareBinanceSigner,
  prepareBinanceWebSocketSigner,
} from '../src/index.ts'
import { signingKey } from '../src/signing-key.ts'
import vectors from './vectors.json' with { type: 'json' }

describe.each(vectors.shared)('the vector of $source', ({ key, secret, payload, ...vector }) => {
  test('agrees with HMAC-SHA256', () => {
    expect(createHmac('sha256', secret).update(payload).digest('hex')).toBe(vector.signature)
  })

  test('agrees with what is signed here', () => {
    const { rest, webSocket, canonical, signature } = vector
    if (rest !== undefined) {
      const request = { method: 'POST', path: '/api/v3/order', query: rest.query } as const
      const signed = prepareBinanceSigner({ key, secret })(request, rest)
      expect(signed.url).toBe(`/api/v3/order?${payload}&signature=${signature}`)
    } else if (webSocket !== undefined) {
      const { params, timestampMs, recvWindowMs } = webSocket
      const request = { id: 1, method: 'order.place', params }
      const frame = prepareBinanceWebSocketSigner({ key, secret })(request, webSocket)
      const sent = { ...params, apiKey: key, recvWindow: recvWindowMs, timestamp: timestampMs }
      expect(binanceWebSocketCanonicalString(sent)).toBe(payload)
      expect(JSON.parse(frame)).toEqual({ ...request, params: { ...sent, signature } })
    } else {
      expect(binanceCanonicalString(canonical.query, canonical.body)).toBe(payload)
    }
  })
})

describe.each(vectors.asymmetric)('the vector of $source', (vector) => {
  test('agrees with what is signed here', () => {
    const pem = createPrivateKey({
      key: Buffer.from(vector.key.join(''), 'base64'),
      format: 'der',
      type: 'pkcs8',
      passphrase: vector.passphrase,
    }).export({ type: 'pkcs8', format: 'pem' })
    const { kind, sign } = signingKey(pem.toString(), vector.kind as BinanceKeyKind)
    expect(kind).toBe(vector.kind)
    expect(binanceWebSocketCanonicalString(vector.params)).toBe(vector.payload)
    expect(sign(vector.payload)).toBe(vector.signature)
  })
})
