import { createHmac, createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { UnsignedRequest } from '../src/index.ts'
import { prepareBybitSigner } from '../src/index.ts'
import { freshCredential, pkcs1Pem, rsaPem } from './keys.ts'
import { expectRefusal } from './refusal.ts'

const timestampMs = 1_700_000_000_000
const path = '/v5/order/realtime'
const credential = freshCredential()
const sign = prepareBybitSigner(credential)
const hmac = (text: string): string =>
  createHmac('sha256', credential.secret).update(text, 'utf8').digest('hex')

describe('a signed request', () => {
  test('of a GET covers its query and is what will be sent', () => {
    const query = 'category=linear&symbol=BTCUSDT'
    const signed = sign({ method: 'GET', path, query }, { timestampMs })
    expect(signed).toEqual({
      method: 'GET',
      url: `${path}?${query}`,
      headers: {
        'X-BAPI-API-KEY': credential.key,
        'X-BAPI-TIMESTAMP': '1700000000000',
        'X-BAPI-RECV-WINDOW': '5000',
        'X-BAPI-SIGN': hmac(`1700000000000${credential.key}5000${query}`),
        'X-BAPI-SIGN-TYPE': '2',
      },
      body: null,
    })
  })

  test('of a POST covers its body, byte for byte as UTF-8, and says that it is JSON', () => {
    const body = '{ "orderLinkId":"заказ-№1 🚀" }'
    const signed = sign(
      { method: 'POST', path: '/v5/order/create', body },
      { timestampMs, recvWindowMs: 20_000 },
    )
    expect(signed.url).toBe('/v5/order/create')
    expect(signed.body).toBe(body)
    expect(signed.headers).toMatchObject({
      'Content-Type': 'application/json',
      'X-BAPI-RECV-WINDOW': '20000',
      'X-BAPI-SIGN': hmac(`1700000000000${credential.key}20000${body}`),
    })
  })

  test('without query or body covers time, key and window alone', () => {
    const signature = hmac(`1700000000000${credential.key}5000`)
    for (const request of [
      { method: 'GET', path },
      { method: 'GET', path, query: '', body: '' },
      { method: 'POST', path },
    ] as const) {
      const signed = sign(request, { timestampMs })
      expect(signed).toMatchObject({ url: path, body: null })
      expect(signed.headers['X-BAPI-SIGN']).toBe(signature)
      expect(signed.headers).not.toHaveProperty('Content-Type')
    }
  })

  test('keeps a query that is already encoded as it is', () => {
    const query = 'cursor=page%253D1%2C2&symbol=%E5%B8%81'
    const signed = sign({ method: 'GET', path, query }, { timestampMs })
    expect(signed.url).toBe(`${path}?${query}`)
    expect(signed.headers['X-BAPI-SIGN']).toBe(hmac(`1700000000000${credential.key}5000${query}`))
  })

  test('with a secret beyond ASCII is signed with its UTF-8 bytes', () => {
    const secret = 'schlüssel-鍵-🔑'
    const signed = prepareBybitSigner({ key: 'k', secret })(
      { method: 'GET', path },
      { timestampMs },
    )
    const bytes = Buffer.from(secret, 'utf8')
    expect(signed.headers['X-BAPI-SIGN']).toBe(
      createHmac('sha256', bytes).update('1700000000000k5000').digest('hex'),
    )
  })

  test('with a PEM private key carries an RSA signature in base64, of UTF-8 bytes too', () => {
    const pem = rsaPem()
    const body = '{"orderLinkId":"заказ-№1"}'
    const ends = ['\n', '\r\n', '\\n', '\\r\\n']
    const written = [...ends.map((end) => pem.replaceAll('\n', end)), pkcs1Pem(pem)]
    for (const secret of written) {
      const signed = prepareBybitSigner({ key: 'k', secret }, { keyKind: 'rsa' })(
        { method: 'POST', path, body },
        { timestampMs },
      )
      const signature = Buffer.from(signed.headers['X-BAPI-SIGN']!, 'base64')
      const text = Buffer.from(`1700000000000k5000${body}`, 'utf8')
      expect(verify('sha256', text, createPublicKey(pem), signature)).toBe(true)
    }
  })
})

describe('a request is refused, with the field named,', () => {
  const get: UnsignedRequest = { method: 'GET', path }

  test.each<[string, unknown, RegExp]>([
    ['a method in lower case', { method: 'get', path }, /method/],
    ['a method that V5 does not have', { method: 'DELETE', path }, /method/],
    ['a GET with a body', { ...get, body: '{}' }, /GET has no body/],
    ['a POST with a query', { method: 'POST', path, query: 'a=1' }, /POST has no query/],
    ['a body that is an object', { method: 'POST', path, body: { a: 1 } }, /body is not a string/],
    ['a query that is an object', { ...get, query: { a: 1 } }, /query is not a string/],
    ['a query that begins with ?', { ...get, query: '?a=1' }, /query begins with \?/],
    ['a query with a raw cursor', { ...get, query: 'cursor=abc%zz' }, /query has a character/],
    ['a query that ends in %', { ...get, query: 'cursor=50%' }, /query has a character/],
    ['a query with a space', { ...get, query: 'a=1 2' }, /query has a character/],
    ['a query beyond ASCII', { ...get, query: 'a=€' }, /query has a character/],
    ['a query with a line break', { ...get, query: 'a=1\nb=2' }, /query has a character/],
    ["a query with ', which URL parsers encode", { ...get, query: "a='" }, /query has a character/],
    ['a fragment', { ...get, query: 'a=1#b' }, /query has a character/],
    ['a parameter twice', { ...get, query: 'symbol=A&b=1&symbol=B' }, /names symbol twice/],
    ['a parameter twice, encoded once', { ...get, query: 'symbol=A&%73ymbol=B' }, /symbol twice/],
    ['a nameless parameter', { ...get, query: 'a=1&&b=2' }, /no name for parameter 2/],
    ['a query that ends in &', { ...get, query: 'a=1&' }, /no name for parameter 2/],
    ['a path with a host', { method: 'GET', path: 'https://api.bybit.com/v5' }, /path does not/],
    [
      'a path with two slashes first',
      { method: 'GET', path: '//evil.example/v5' },
      /path does not/,
    ],
    ['no path', { method: 'GET' }, /path does not begin/],
    ['a path with a query', { method: 'GET', path: '/v5?a=1' }, /path holds a query/],
    ['a path with dot segments', { method: 'GET', path: '/v5/../asset' }, /path has characters/],
    [
      'a path with encoded dots',
      { method: 'GET', path: '/v5/%2e%2E/asset' },
      /path has characters/,
    ],
    ['a path with a space', { method: 'GET', path: '/v5/a b' }, /path has characters/],
    ['a path with a backslash', { method: 'GET', path: '/v5\\..' }, /path has characters/],
  ])('for %s', (_, request, message) => {
    expectRefusal(() => sign(request as UnsignedRequest, { timestampMs }), 'USAGE', message)
  })

  test.each<[string, number, RegExp]>([
    ['seconds', 1_700_000_000, /timestampMs is too small: it looks like seconds/],
    ['microseconds', 1_700_000_000_000_000, /timestampMs is too large/],
    ['a fraction', 1_700_000_000_000.5, /timestampMs is not a whole number/],
    ['NaN', Number.NaN, /timestampMs is not a whole number/],
    ['a negative time', -1, /timestampMs is too small/],
    ['a string', '1700000000000' as unknown as number, /timestampMs is not a whole number/],
  ])('for a time given as %s', (_, wrong, message) => {
    expectRefusal(() => sign(get, { timestampMs: wrong }), 'USAGE', message)
  })

  test.each([-1, 0, 0.5, Number.NaN, Infinity])('for a receive window of %d', (recvWindowMs) => {
    expectRefusal(() => sign(get, { timestampMs, recvWindowMs }), 'USAGE', /recvWindowMs/)
  })

  test('without repeating a name that could be a value', () => {
    const { secret } = freshCredential()
    expectRefusal(
      () => sign({ ...get, query: `a=1&${secret}&${secret}` }, { timestampMs }),
      'USAGE',
      /^The query names parameter 2 twice\.$/,
    )
  })
})
