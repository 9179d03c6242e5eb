import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { kucoinWebSocketCanonicalString, prepareKucoinWebSocketSigner } from '../src/index.ts'
import { freshCredential, Veiled } from './keys.ts'
import { expectRefusal } from './refusal.ts'

const timestampMs = 1_700_000_000_000
const { key, secret, passphrase } = freshCredential()
const signer = prepareKucoinWebSocketSigner({ key, secret, passphrase })
const hmac = (text: string): string => createHmac('sha256', secret).update(text).digest('base64')

describe('the trading WebSocket', () => {
  test('is opened by a URL that signs key and time', () => {
    const url = new URL(signer.url({ timestampMs }), 'wss://wsapi.kucoin.com')
    expect(url.pathname).toBe('/v1/private')
    expect(kucoinWebSocketCanonicalString(key, timestampMs)).toBe(`${key}1700000000000`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      apikey: key,
      sign: hmac(`${key}1700000000000`),
      passphrase: hmac(passphrase),
      timestamp: '1700000000000',
    })
    expect(url.href).toBe(`wss://wsapi.kucoin.com${signer.url({ timestampMs })}`)
  })

  test('has its challenge answered, signed as it came', () => {
    const challenge = '{ "sessionId":"7245afa1", "timestamp":1700000000000 }'
    expect(signer.answer(challenge)).toBe(hmac(challenge))
  })

  test.each([
    '1700000000000POST/api/v1/withdrawals{"sessionId":"a"}',
    '1700000000000GET/api/v1/accounts',
    '1700000000000',
    '"sessionId"',
    '{"data":"welcome"}',
    '["sessionId"]',
    '',
    null as unknown as string,
  ])('is refused an answer to %j, which could be something else to sign', (challenge) => {
    expectRefusal(() => signer.answer(challenge), 'USAGE', /challenge is not a JSON object/)
  })

  test('is refused a time in seconds and a torn credential', () => {
    expectRefusal(
      () => signer.url({ timestampMs: 1_700_000_000 }),
      'USAGE',
      /timestampMs is too small/,
    )
    const torn = { key, secret: new Veiled(secret, 'v1'), passphrase: new Veiled(passphrase, 'v2') }
    expectRefusal(() => prepareKucoinWebSocketSigner(torn), 'TORN_PAIR', /different versions/)
  })
})
