import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UnsignedRequest } from '../src/index.ts'
import { binanceQuery, prepareBinanceSigner, prepareBinanceWebSocketSigner } from '../src/index.ts'
import { ecPem, ed25519Pem, encryptedPem, everyPrint, freshCredential, rsaPem } from './keys.ts'
import { refusal } from './refusal.ts'

const time = { timestampMs: 1_700_000_000_000 }

/** Pieces of a value long enough to be of use to whoever finds them. */
function pieces(value: string): string[] {
  const lines = value.replace(/-----[A-Z ]+-----/g, '').split(/\s+/)
  return lines
    .flatMap((line) => [line.slice(0, 8), line.slice(-8)])
    .filter((piece) => piece.length === 8)
}

describe('a secret', () => {
  test('is not shown by a prepared signer, printed or serialised in any way', () => {
    const { key, secret } = freshCredential()
    for (const value of [secret, rsaPem(), ed25519Pem()]) {
      const sign = prepareBinanceSigner({ key, secret: value })
      const shown = everyPrint([sign, prepareBinanceWebSocketSigner({ key, secret: value })])
      for (const piece of pieces(value)) expect(shown).not.toContain(piece)
      expect(shown).not.toContain(key)
      const signed = everyPrint(sign({ method: 'GET', path: '/api/v3/x' }, time))
      for (const piece of pieces(value)) expect(signed).not.toContain(piece)
    }
  })

  test('is in no error about a credential', () => {
    const { key, secret } = freshCredential()
    const pem = ed25519Pem()
    const wrong: readonly (readonly [string, string])[] = [
      [`${key} `, secret],
      [key, `${secret}\n`],
      [key, `${secret}.pem`],
      [key, ecPem()],
      [key, pem.slice(0, -40)],
      [key, pem.replaceAll('\n', '')],
      [key, encryptedPem(secret)],
    ]
    for (const [aKey, aSecret] of wrong) {
      const shown = everyPrint(refusal(() => prepareBinanceSigner({ key: aKey, secret: aSecret })))
      for (const piece of pieces(aSecret)) expect(shown).not.toContain(piece)
      expect(shown).not.toContain(key)
    }
  })

  test('pasted into any field of a request is in no error about it', () => {
    const { key, secret } = freshCredential()
    const sign = prepareBinanceSigner({ key, secret })
    const frame = prepareBinanceWebSocketSigner({ key, secret })
    const text = (value: unknown): string => value as string
    const calls: readonly (() => unknown)[] = [
      () => sign({ method: text(secret) as 'GET', path: '/api/v3/x' }, time),
      () => sign({ method: 'GET', path: secret }, time),
      () => sign({ method: 'GET', path: `/${secret} ` }, time),
      () => sign({ method: 'GET', path: '/api/v3/x', query: `?${secret}` }, time),
      () => sign({ method: 'GET', path: '/api/v3/x', query: `a=${secret} ` }, time),
      () => sign({ method: 'GET', path: '/api/v3/x', query: `${secret}&${secret}` }, time),
      () => sign({ method: 'GET', path: '/api/v3/x', body: secret }, time),
      () => sign({ method: 'GET', path: '/api/v3/x' }, { timestampMs: Number(secret) }),
      () => sign({ method: 'POST', path: '/api/v3/x', body: `?${secret}` }, time),
      () => sign({ method: 'POST', path: '/api/v3/x', body: `{"a":"${secret}"}` }, time),
      () => binanceQuery({ apiSecret: [[secret]] as unknown as string }),
      () => frame({ id: { secret } as unknown as string, method: 'order.place' }, time),
      () => frame({ id: 1, method: `${secret} ` }, time),
      () =>
        frame({ id: 1, method: 'm', params: { apiSecret: [secret] as unknown as string } }, time),
    ]
    for (const call of calls) {
      const shown = everyPrint(refusal(call))
      for (const piece of pieces(secret)) expect(shown).not.toContain(piece)
    }
  })

  test('is in no error whatever the request looks like', () => {
    const { key, secret } = freshCredential()
    const sign = prepareBinanceSigner({ key, secret })
    const requests = fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE', 'get', secret),
      path: fc.oneof(fc.constant('/api/v3/x'), fc.constant(secret), fc.string()),
      query: fc.oneof(fc.constant(`a=${secret}`), fc.string(), fc.constant(`${secret}=1`)),
      body: fc.oneof(fc.constant(''), fc.constant(secret)),
    })
    fc.assert(
      fc.property(requests, (request) => {
        try {
          sign(request as UnsignedRequest, time)
        } catch (error) {
          expect(everyPrint(error)).not.toContain(secret.slice(0, 8))
        }
      }),
    )
  })
})
