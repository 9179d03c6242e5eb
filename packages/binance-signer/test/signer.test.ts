import { createHmac, createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { UnsignedRequest } from '../src/index.ts'
import { prepareBinanceSigner } from '../src/index.ts'
import { ed25519Pem, freshCredential, pkcs1Pem, rsaPem } from './keys.ts'
import { expectRefusal } from './refusal.ts'

const timestampMs = 1_700_000_000_000
const path = '/api/v3/order'
const credential = freshCredential()
const sign = prepareBinanceSigner(credential)
const hmac = (text: string): string =>
  createHmac('sha256', credential.secret).update(text, 'utf8').digest('hex')

describe('a signed request', () => {
  test('gets time and signature at the end of its query', () => {
    const query = 'symbol=BTCUSDT&limit=5'
    const signed = sign({ method: 'GET', path, query }, { timestampMs, recvWindowMs: 2500.125 })
    const timed = `${query}&recvWindow=2500.125&timestamp=1700000000000`
    expect(signed).toEqual({
      method: 'GET',
      url: `${path}?${timed}&signature=${hmac(timed)}`,
      headers: { 'X-MBX-APIKEY': credential.key },
      body: null,
    })
  })

  test('without parameters or window carries its time alone', () => {
    const signed = sign({ method: 'DELETE', path }, { timestampMs })
    expect(signed.url).toBe(
      `${path}?timestamp=1700000000000&signature=${hmac('timestamp=1700000000000')}`,
    )
  })

  test('with a body covers query and body with nothing between them', () => {
    const body = 'quantity=1&price=0.1'
    const signed = sign({ method: 'POST', path, query: 'symbol=LTCBTC', body }, { timestampMs })
    const timed = 'symbol=LTCBTC&timestamp=1700000000000'
    expect(signed.url).toBe(`${path}?${timed}&signature=${hmac(timed + body)}`)
    expect(signed.body).toBe(body)
    expect(signed.headers).toEqual({
      'X-MBX-APIKEY': credential.key,
      'Content-Type': 'application/x-www-form-urlencoded',
    })
  })

  test('with a secret beyond ASCII is signed with its UTF-8 bytes', () => {
    const secret = 'schlüssel-鍵-🔑'
    const signed = prepareBinanceSigner({ key: 'k', secret })(
      { method: 'GET', path },
      { timestampMs },
    )
    const bytes = Buffer.from(secret, 'utf8')
    const signature = createHmac('sha256', bytes).update('timestamp=1700000000000').digest('hex')
    expect(signed.url).toBe(`${path}?timestamp=1700000000000&signature=${signature}`)
  })

  test.each([
    ['rsa', rsaPem, 'sha256'],
    ['ed25519', ed25519Pem, null],
  ] as const)(
    'with an %s key carries its signature in percent-encoded base64',
    (keyKind, make, digest) => {
      const pem = make()
      const ends = ['\n', '\r\n', '\\n', '\\r\\n']
      for (const secret of ends.map((end) => pem.replaceAll('\n', end))) {
        const prepared = prepareBinanceSigner({ key: 'k', secret }, { keyKind })
        // Signatures of many times: among them are some with +, / and =.
        for (let later = 0; later < 20; later++) {
          const { url } = prepared({ method: 'GET', path }, { timestampMs: timestampMs + later })
          const [timed, signature] = url.slice(path.length + 1).split('&signature=')
          expect(signature).toMatch(/^(?:[A-Za-z0-9]|%2B|%2F|%3D)+$/)
          const bytes = Buffer.from(decodeURIComponent(signature!), 'base64')
          expect(verify(digest, Buffer.from(timed!), createPublicKey(pem), bytes)).toBe(true)
        }
      }
    },
  )
})

test('an RSA key of PKCS#1 signs as the same key of PKCS#8', () => {
  const pem = rsaPem()
  const [first, second] = [pem, pkcs1Pem(pem)].map((secret) =>
    prepareBinanceSigner({ key: 'k', secret })({ method: 'GET', path }, { timestampMs }),
  )
  expect(second).toEqual(first)
})

describe('a request is refused, with the field named,', () => {
  const get: UnsignedRequest = { method: 'GET', path }
  const post: UnsignedRequest = { method: 'POST', path }

  test.each<[string, unknown, RegExp]>([
    ['a method in lower case', { method: 'get', path }, /method/],
    ['a method that is none', { method: 'PATCH', path }, /method/],
    ['a GET with a body', { ...get, body: 'a=1' }, /GET has no body/],
    ['a body that is an object', { ...post, body: { a: 1 } }, /body is not a string/],
    ['a body that is JSON', { ...post, body: '{"a":1}' }, /body has a character/],
    ['a body beyond ASCII', { ...post, body: 'symbol=１２３' }, /body has a character/],
    ['a query that is an object', { ...get, query: { a: 1 } }, /query is not a string/],
    ['a query that begins with ?', { ...get, query: '?a=1' }, /query begins with \?/],
    ['a query beyond ASCII', { ...get, query: 'symbol=１２３' }, /query has a character/],
    ['a query with a stray %', { ...get, query: 'a=5%' }, /query has a character/],
    ["a query with ', which URL parsers encode", { ...get, query: "a='" }, /query has a character/],
    ['a fragment', { ...get, query: 'a=1#b' }, /query has a character/],
    ['a parameter twice', { ...get, query: 'symbol=A&b=1&symbol=B' }, /query names symbol twice/],
    ['a parameter in query and body', { ...post, query: 'a=1', body: 'a=2' }, /body names a twice/],
    ['a parameter twice, encoded once', { ...get, query: 'symbol=A&%73ymbol=B' }, /symbol twice/],
    ['a nameless parameter', { ...get, query: 'a=1&&b=2' }, /no name for parameter 2/],
    [
      'a time in the query',
      { ...get, query: 'timestamp=1' },
      /names timestamp, which the signer adds/,
    ],
    ['a time with an encoded name', { ...get, query: '%74imestamp=1' }, /names timestamp, which/],
    ['a window in the body', { ...post, body: 'recvWindow=1' }, /body names recvWindow, which/],
    ['a signature', { ...get, query: 'a=1&signature=00' }, /names signature, which the signer/],
    ['a path with a host', { method: 'GET', path: 'https://api.binance.com/' }, /path does not/],
    ['a path with two slashes first', { method: 'GET', path: '//evil.example/' }, /path does not/],
    ['a path with a query', { method: 'GET', path: '/api?a=1' }, /path holds a query/],
    ['a path with dot segments', { method: 'GET', path: '/api/../sapi' }, /path has characters/],
    ['a path with encoded dots', { method: 'GET', path: '/api/%2e%2E/x' }, /path has characters/],
    ['a path with a space', { method: 'GET', path: '/api/a b' }, /path has characters/],
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

  test.each([-1, 0, 60_000.001, 60_001, Number.NaN, Infinity, 0.0001, 5000.1234])(
    'for a receive window of %d',
    (recvWindowMs) => {
      expectRefusal(() => sign(get, { timestampMs, recvWindowMs }), 'USAGE', /recvWindowMs/)
    },
  )
})
