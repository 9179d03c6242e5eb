import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KucoinSignerError, kucoinBody, kucoinQuery, prepareKucoinSigner } from '../src/index.ts'
import { freshCredential } from './keys.ts'

const { key, secret, passphrase } = freshCredential()
const sign = prepareKucoinSigner({ key, secret, passphrase })
const hmac = (...parts: readonly (string | Buffer)[]): string => {
  const mac = createHmac('sha256', secret)
  for (const part of parts) mac.update(part)
  return mac.digest('base64')
}
let server: Server
let base: string

/** Signs again what came over the wire, as the exchange does: the URL decoded, the bytes of the body. */
async function verdict(request: IncomingMessage): Promise<'accepted' | 'refused'> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const header = (name: string): string => String(request.headers[name])
  const target = decodeURIComponent(request.url ?? '')
  const signature = hmac(
    `${header('kc-api-timestamp')}${request.method ?? ''}${target}`,
    Buffer.concat(chunks),
  )
  const accepted =
    signature === header('kc-api-sign') &&
    header('kc-api-key') === key &&
    header('kc-api-key-version') === '3' &&
    header('kc-api-passphrase') === hmac(passphrase)
  return accepted ? 'accepted' : 'refused'
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void verdict(request).then((answer) => response.end(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

/** Pieces of URLs: some that no parser rewrites, some that one or the other does. */
const KEPT = [
  'a',
  'b2',
  '/',
  '.',
  '!',
  '(',
  '*',
  '~',
  '+',
  ':',
  '@',
  ';',
  ',',
  '$',
  '-',
  '_',
  '%4f',
]
const REWRITTEN = [
  "'",
  '[',
  '|',
  '^',
  '`',
  '\\',
  '<',
  '"',
  '#',
  ' ',
  '%',
  '%2',
  '..',
  '%2E',
  'é',
  '\n',
  '?',
]
const odd = (more: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...KEPT, ...KEPT, ...KEPT, ...REWRITTEN, ...more), { maxLength: 10 })
    .map((pieces) => pieces.join(''))

/** The URL that is signed; a request that is refused does not count as a run. */
function signedUrl(path: string, query: string): string {
  try {
    return sign({ method: 'GET', path, query }, { timestampMs: 1_700_000_000_000 }).url
  } catch (error) {
    expect(error).toBeInstanceOf(KucoinSignerError)
    fc.pre(false)
    throw error
  }
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
const parameters = fc.dictionary(name, text, { maxKeys: 5, noNullPrototype: true })

describe('what is signed is what is sent', () => {
  test('for any parameters in query and body, over HTTP', async () => {
    const calls = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      inQuery: parameters,
      inBody: parameters,
    })
    await fc.assert(
      fc.asyncProperty(calls, async ({ method, inQuery, inBody }) => {
        const { url, body, headers } = sign(
          {
            method,
            path: '/api/v1/orders',
            query: kucoinQuery(inQuery),
            ...(method === 'GET' ? {} : { body: kucoinBody(inBody) }),
          },
          { timestampMs: 1_700_000_000_000 },
        )
        const reply = await fetch(base + url, { method, body, headers })
        expect(await reply.text()).toBe('accepted')
        expect([...new URL(base + url).searchParams]).toEqual(Object.entries(inQuery))
      }),
    )
  })

  test('for any path and query that are accepted as they are: no URL parser changes them', () => {
    fc.assert(
      fc.property(odd([]), odd(['=', '&', '&c=']), (path, query) => {
        const url = signedUrl(`/${path}`, query)
        expect(new URL(url, 'https://api.kucoin.com').href).toBe(`https://api.kucoin.com${url}`)
        expect(new URL(`https://api.kucoin.com${url}`).href).toBe(`https://api.kucoin.com${url}`)
      }),
      { numRuns: 1000 },
    )
  })
})
