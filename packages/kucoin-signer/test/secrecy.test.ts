import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UnsignedRequest } from '../src/index.ts'
import {
  kucoinBody,
  kucoinQuery,
  prepareKucoinSigner,
  prepareKucoinWebSocketSigner,
} from '../src/index.ts'
import { ed25519Pem, everyPrint, freshCredential } from './keys.ts'
import { refusal } from './refusal.ts'

const time = { timestampMs: 1_700_000_000_000 }

/** Pieces of a value long enough to be of use to whoever finds them. */
function pieces(value: string): string[] {
  const lines = value.replace(/-----[A-Z ]+-----/g, '').split(/\s+/)
  return lines
    .flatMap((line) => [line.slice(0, 8), line.slice(-8)])
    .filter((piece) => piece.length === 8)
}

describe('a secret and a passphrase', () => {
  test('are not shown by a prepared signer or a signed request, printed in any way', () => {
    const { key, secret, passphrase } = freshCredential()
    for (const keyVersion of [1, 2, 3] as const) {
      const sign = prepareKucoinSigner({ key, secret, passphrase }, { keyVersion })
      const frames = prepareKucoinWebSocketSigner({ key, secret, passphrase })
      const shown = everyPrint([sign, frames])
      for (const value of [key, secret, passphrase]) {
        for (const piece of pieces(value)) expect(shown).not.toContain(piece)
      }
      const signed = everyPrint([
        sign({ method: 'GET', path: '/api/v1/x' }, time),
        frames.url(time),
        frames.answer('{"sessionId":"a"}'),
      ])
      for (const piece of pieces(secret)) expect(signed).not.toContain(piece)
      // A key of version 1 sends its passphrase in clear: that is KuCoin's protocol.
      if (keyVersion !== 1) expect(signed).not.toContain(passphrase)
    }
  })

  test('are in no error about a credential', () => {
    const whole = freshCredential()
    const pem = ed25519Pem()
    const wrong: readonly Partial<typeof whole>[] = [
      { key: `${whole.key} ` },
      { secret: `${whole.secret}\n` },
      { secret: `${whole.secret}\n${whole.secret}` },
      { secret: pem },
      { passphrase: `${whole.passphrase} ` },
      { passphrase: `${whole.passphrase} ${whole.passphrase}` },
      { passphrase: `${whole.passphrase}é` },
    ]
    for (const part of wrong) {
      const given = { ...whole, ...part }
      const shown = everyPrint(refusal(() => prepareKucoinSigner(given, { keyVersion: 1 })))
      for (const value of Object.values(given)) {
        for (const piece of pieces(value)) expect(shown).not.toContain(piece)
      }
    }
  })

  test('pasted into any field of a request are in no error about it', () => {
    const whole = freshCredential()
    const sign = prepareKucoinSigner(whole)
    const frames = prepareKucoinWebSocketSigner(whole)
    const path = '/api/v1/x'
    const text = (value: unknown): string => value as string
    for (const value of [whole.secret, whole.passphrase]) {
      const calls: readonly (() => unknown)[] = [
        () => sign({ method: text(value) as 'GET', path }, time),
        () => sign({ method: 'GET', path: value }, time),
        () => sign({ method: 'GET', path: `/${value} ` }, time),
        () => sign({ method: 'GET', path: `/${value}%FF` }, time),
        () => sign({ method: 'GET', path, query: `?${value}` }, time),
        () => sign({ method: 'GET', path, query: `a=${value} ` }, time),
        () => sign({ method: 'GET', path, query: `a=${encodeURIComponent(value)}%FF` }, time),
        () => sign({ method: 'GET', path, body: value }, time),
        () => sign({ method: 'GET', path }, { timestampMs: Number.NaN }),
        () => sign({ method: 'GET', path }, { ...time, recvWindowMs: text(value) as never }),
        () => prepareKucoinSigner(whole, { keyVersion: text(value) as never }),
        () => kucoinQuery({ passphrase: [value] as unknown as string }),
        () => kucoinBody({ passphrase: { toString: () => value } as unknown as string }),
        () => frames.url({ timestampMs: text(value) as never }),
        () => frames.answer(value),
      ]
      for (const call of calls) {
        const shown = everyPrint(refusal(call))
        for (const piece of pieces(value)) expect(shown).not.toContain(piece)
      }
    }
  })

  test('are in no error whatever the request looks like', () => {
    const whole = freshCredential()
    const { secret, passphrase } = whole
    const sign = prepareKucoinSigner(whole)
    const requests = fc.record({
      method: fc.constantFrom('GET', 'POST', 'get', secret),
      path: fc.oneof(fc.constantFrom('/api/v1/x', secret, `/${passphrase}`), fc.string()),
      query: fc.oneof(fc.constantFrom(`a=${secret}`, `${passphrase}=1`), fc.string()),
      body: fc.constantFrom('', secret, passphrase),
    })
    fc.assert(
      fc.property(requests, (request) => {
        try {
          sign(request as UnsignedRequest, time)
        } catch (error) {
          const shown = everyPrint(error)
          expect(shown).not.toContain(secret.slice(0, 8))
          expect(shown).not.toContain(passphrase.slice(0, 8))
        }
      }),
    )
  })
})
