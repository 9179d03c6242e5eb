import { createHmac, createPublicKey, verify } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BinanceWebSocketRequest } from '../src/index.ts'
import { prepareBinanceWebSocketSigner } from '../src/index.ts'
import { ed25519Pem, freshCredential, Veiled } from './keys.ts'
import { expectRefusal } from './refusal.ts'

const timestampMs = 1_700_000_000_000
const credential = freshCredential()
const sign = prepareBinanceWebSocketSigner(credential)

interface Frame {
  readonly id: unknown
  readonly method: string
  readonly params: Readonly<Record<string, string | number | boolean>>
}

/** What the server signs again: it sorts what it parsed. */
function payloadOf({ params: { signature: _, ...params } }: Frame): string {
  const names = Object.keys(params).sort()
  return names.map((name) => `${name}=${String(params[name])}`).join('&')
}

function signs(pem: string, payload: string, { params }: Frame): boolean {
  const signature = Buffer.from(String(params['signature']), 'base64')
  return verify(null, Buffer.from(payload, 'utf8'), createPublicKey(pem), signature)
}

describe('a frame', () => {
  test('is JSON with key, time and a signature that covers its sorted parameters', () => {
    const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.boolean(), fc.maxSafeInteger())
    const name = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(fc.dictionary(name, scalar, { maxKeys: 6 }), (params) => {
        const given = { ...params }
        const frame = JSON.parse(
          sign({ id: 7, method: 'order.place', params: given }, { timestampMs }),
        ) as Frame
        expect(frame).toMatchObject({ id: 7, method: 'order.place' })
        const { signature, apiKey, timestamp, ...rest } = frame.params
        expect({ apiKey, timestamp }).toEqual({ apiKey: credential.key, timestamp: timestampMs })
        expect(rest).toEqual(given)
        expect(signature).toBe(
          createHmac('sha256', credential.secret).update(payloadOf(frame), 'utf8').digest('hex'),
        )
      }),
    )
  })

  test('carries the receive window where one is given, and nothing that is undefined', () => {
    const request = { id: null, method: 'account.status', params: { omitZeroBalances: undefined } }
    const frame = JSON.parse(sign(request, { timestampMs, recvWindowMs: 3000 })) as Frame
    expect(Object.keys(frame.params)).toEqual(['apiKey', 'recvWindow', 'timestamp', 'signature'])
    expect(frame.params['recvWindow']).toBe(3000)
  })

  test('of session.logon is signed with Ed25519', () => {
    const pem = ed25519Pem()
    const logon = prepareBinanceWebSocketSigner({ key: 'k', secret: pem }, { keyKind: 'ed25519' })
    const frame = JSON.parse(logon({ id: 'a', method: 'session.logon' }, { timestampMs })) as Frame
    expect(signs(pem, `apiKey=k&timestamp=${timestampMs}`, frame)).toBe(true)
  })

  test('signs values beyond ASCII as their UTF-8 bytes, with Ed25519 too', () => {
    const pem = ed25519Pem()
    const place = prepareBinanceWebSocketSigner({ key: 'k', secret: pem })
    const request = { id: 1, method: 'order.place', params: { symbol: '１２３４５６' } }
    const frame = JSON.parse(place(request, { timestampMs })) as Frame
    const payload = `apiKey=k&symbol=１２３４５６&timestamp=${timestampMs}`
    expect(signs(pem, payload, frame)).toBe(true)
  })
})

describe('a frame is refused, with the field named,', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'session.logon with an HMAC secret',
      { method: 'session.logon' },
      /session\.logon takes Ed25519/,
    ],
    ['no method', {}, /method is not a name/],
    ['an id that is an object', { id: {}, method: 'm' }, /id is not/],
    ['a key of one’s own', { method: 'm', params: { apiKey: 'x' } }, /parameter apiKey is added/],
    ['a time of one’s own', { method: 'm', params: { timestamp: 1 } }, /timestamp is added/],
    ['a number with decimals', { method: 'm', params: { price: 0.1 } }, /price is a fraction/],
    ['null', { method: 'm', params: { price: null } }, /parameter price is null/],
    ['a list', { method: 'm', params: { symbols: ['A'] } }, /parameter symbols is a list/],
    ['a BigInt', { method: 'm', params: { orderId: 1n } }, /parameter orderId is a BigInt/],
    ['a nameless parameter', { method: 'm', params: { '': 1 } }, /parameter has no name/],
    ['parameters in a list', { method: 'm', params: ['a'] }, /parameters are not a plain object/],
  ])('for %s', (_, request, message) => {
    const given = { id: 1, ...(request as object) } as BinanceWebSocketRequest
    expectRefusal(() => sign(given, { timestampMs }), 'USAGE', message)
  })

  test('for a time in seconds or a window too large', () => {
    const request = { id: 1, method: 'account.status' }
    expectRefusal(() => sign(request, { timestampMs: 1.7e9 }), 'USAGE', /timestampMs is too small/)
    expectRefusal(
      () => sign(request, { timestampMs, recvWindowMs: 60_001 }),
      'USAGE',
      /recvWindowMs/,
    )
  })

  test('for a torn pair', () => {
    const { key, secret } = credential
    const torn = { key: new Veiled(key, 'v1'), secret: new Veiled(secret, 'v2') }
    expectRefusal(() => prepareBinanceWebSocketSigner(torn), 'TORN_PAIR', /different versions/)
  })
})
