import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KucoinKeyVersion, UnsignedRequest } from '../src/index.ts'
import { prepareKucoinSigner } from '../src/index.ts'
import { ed25519Pem, freshCredential, Veiled } from './keys.ts'
import { expectRefusal } from './refusal.ts'

const timestampMs = 1_700_000_000_000
const path = '/api/v1/accounts'
const credential = freshCredential()
const { key, secret, passphrase } = credential
const sign = prepareKucoinSigner(credential)
const hmac = (text: string): string =>
  createHmac('sha256', secret).update(text, 'utf8').digest('base64')

describe('a signed request', () => {
  test('covers time, method and target, and carries the hashed passphrase', () => {
    const signed = sign({ method: 'GET', path, query: 'currency=BTC&type=trade' }, { timestampMs })
    expect(signed).toEqual({
      method: 'GET',
      url: `${path}?currency=BTC&type=trade`,
      headers: {
        'KC-API-KEY': key,
        'KC-API-SIGN': hmac(`1700000000000GET${path}?currency=BTC&type=trade`),
        'KC-API-TIMESTAMP': '1700000000000',
        'KC-API-PASSPHRASE': hmac(passphrase),
        'KC-API-KEY-VERSION': '3',
        'Content-Type': 'application/json',
      },
      body: null,
    })
  })

  test('covers query and body, the query decoded and both as UTF-8', () => {
    const body = '{"remark":"заказ 🚀"}'
    const query = 'note=%D0%B7%20%26%3D%2B%25'
    const signed = sign({ method: 'POST', path, query, body }, { timestampMs })
    expect(signed).toMatchObject({ url: `${path}?${query}`, body })
    expect(signed.headers['KC-API-SIGN']).toBe(hmac(`1700000000000POST${path}?note=з &=+%${body}`))
  })

  test.each([
    [1, passphrase],
    [2, hmac(passphrase)],
    [3, hmac(passphrase)],
  ] as const)('of a key of version %d says so and carries its passphrase', (keyVersion, sent) => {
    const { headers } = prepareKucoinSigner(credential, { keyVersion })(
      { method: 'GET', path },
      { timestampMs },
    )
    expect(headers).toMatchObject({
      'KC-API-KEY-VERSION': String(keyVersion),
      'KC-API-PASSPHRASE': sent,
    })
  })

  test('is the same for strings and for values of one version', () => {
    const veiled = prepareKucoinSigner({
      key: new Veiled(key, 'v1'),
      secret: new Veiled(secret, 'v1'),
      passphrase: new Veiled(passphrase, null),
    })
    const request = { method: 'GET', path } as const
    expect(veiled(request, { timestampMs })).toEqual(sign(request, { timestampMs }))
  })

  test('takes a secret and a passphrase beyond ASCII', () => {
    const odd = { key, secret: 'schlüssel-鍵', passphrase: 'пароль🔑' }
    const { headers } = prepareKucoinSigner(odd)({ method: 'GET', path }, { timestampMs })
    expect(headers['KC-API-PASSPHRASE']).toBe(
      createHmac('sha256', Buffer.from(odd.secret))
        .update(Buffer.from(odd.passphrase))
        .digest('base64'),
    )
  })
})

describe('a request is refused, with the field named,', () => {
  const get: UnsignedRequest = { method: 'GET', path }

  test.each<[string, unknown, RegExp]>([
    ['a method in lower case', { method: 'get', path }, /method/],
    ['a method that is none', { method: 'PATCH', path }, /method/],
    ['a GET with a body', { ...get, body: '{}' }, /GET has no body/],
    ['a body that is an object', { method: 'POST', path, body: { a: 1 } }, /body is not a string/],
    ['a query that is an object', { ...get, query: { a: 1 } }, /query is not a string/],
    ['a query that begins with ?', { ...get, query: '?a=1' }, /query begins with \?/],
    ['a query that is not encoded', { ...get, query: 'passphrase=abc!@#11' }, /query has a char/],
    ['a query with a stray %', { ...get, query: 'a=5%' }, /query has a character/],
    ['a query with a raw +', { ...get, query: 'a=1+2' }, /query has a character/],
    ['a query that is not UTF-8', { ...get, query: 'a=%FF' }, /query is not percent-encoded UTF-8/],
    ['a parameter twice', { ...get, query: 'symbol=A&b=1&symbol=B' }, /names symbol twice/],
    ['a nameless parameter', { ...get, query: 'a=1&&b=2' }, /no name for parameter 2/],
    ['a path with a host', { method: 'GET', path: 'https://api.kucoin.com/' }, /path does not/],
    ['a path with two slashes first', { method: 'GET', path: '//evil.example/' }, /path does not/],
    ['a path with a query', { method: 'GET', path: '/api?a=1' }, /path holds a query/],
    ['a path with dot segments', { method: 'GET', path: '/api/../x' }, /path has characters/],
    ['a path that is not UTF-8', { method: 'GET', path: '/api/%FF' }, /path is not percent-enc/],
  ])('for %s', (_, request, message) => {
    expectRefusal(() => sign(request as UnsignedRequest, { timestampMs }), 'USAGE', message)
  })

  test.each<[string, number, RegExp]>([
    ['seconds', 1_700_000_000, /timestampMs is too small: it looks like seconds/],
    ['microseconds', 1_700_000_000_000_000, /timestampMs is too large/],
    ['a fraction', 1_700_000_000_000.5, /timestampMs is not a whole number/],
    ['NaN', Number.NaN, /timestampMs is not a whole number/],
    ['a negative time', -1, /timestampMs is too small/],
  ])('for a time given as %s', (_, wrong, message) => {
    expectRefusal(() => sign(get, { timestampMs: wrong }), 'USAGE', message)
  })

  test('for a receive window, which KuCoin does not have', () => {
    expectRefusal(() => sign(get, { timestampMs, recvWindowMs: 5000 }), 'USAGE', /recvWindowMs/)
  })
})

describe('a credential is refused', () => {
  test.each<[string, Partial<typeof credential>, RegExp]>([
    ['with an empty key', { key: '' }, /^The key is empty or/],
    ['with a key that ends in a line break', { key: `${key}\n` }, /^The key is empty or/],
    ['with an empty secret', { secret: '' }, /^The secret is empty/],
    ['with a secret that ends in a line break', { secret: `${secret}\n` }, /secret begins or ends/],
    ['with a secret of several lines', { secret: `${secret}\n${secret}` }, /several lines/],
    ['with a secret that has half a character', { secret: 'a\ud83d' }, /secret has half a char/],
    ['with a PEM block as secret', { secret: ed25519Pem() }, /KuCoin issues HMAC secrets only/],
    ['with an empty passphrase', { passphrase: '' }, /^The passphrase is empty/],
    [
      'with a passphrase with spaces',
      { passphrase: 'correct horse' },
      /passphrase has white space/,
    ],
    [
      'with a passphrase with a tab',
      { passphrase: 'correct\thorse' },
      /passphrase has white space/,
    ],
    ['with half a character in it', { passphrase: 'abcdefg\udc00' }, /passphrase has half a char/],
  ])('%s', (_, wrong, message) => {
    expectRefusal(() => prepareKucoinSigner({ ...credential, ...wrong }), 'INVALID_VALUE', message)
  })

  test.each(['key', 'secret', 'passphrase'] as const)('without its %s', (field) => {
    for (const missing of [undefined, null] as unknown[] as string[]) {
      const given = { ...credential, [field]: missing }
      const message = new RegExp(`^The ${field} is missing`)
      expectRefusal(() => prepareKucoinSigner(given), 'USAGE', message)
    }
  })

  test.each(['key', 'secret', 'passphrase'] as const)('with a %s of another version', (field) => {
    const whole = {
      key: new Veiled(key, 'v2'),
      secret: new Veiled(secret, 'v2'),
      passphrase: new Veiled(passphrase, 'v2'),
    }
    const torn = { ...whole, [field]: new Veiled(credential[field], 'v1') }
    expectRefusal(() => prepareKucoinSigner(torn), 'TORN_PAIR', /different versions/)
  })

  test('with a key version that is none, or that cannot send the passphrase', () => {
    expectRefusal(
      () => prepareKucoinSigner(credential, { keyVersion: 4 as KucoinKeyVersion }),
      'USAGE',
      /keyVersion is not 1, 2 or 3/,
    )
    expectRefusal(
      () => prepareKucoinSigner({ ...credential, passphrase: 'пароль-1' }, { keyVersion: 1 }),
      'INVALID_VALUE',
      /passphrase has characters other than visible ASCII/,
    )
  })
})
