import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BinanceSignerError, binanceQuery, prepareBinanceSigner } from '../src/index.ts'
import { freshCredential } from './keys.ts'

const { key, secret } = freshCredential()
const sign = prepareBinanceSigner({ key, secret })
let server: Server
let base: string

/** Signs again what came over the wire, from its bytes, as the exchange does. */
async function verdict(request: IncomingMessage): Promise<'accepted' | 'refused'> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const [timed, signature] = (request.url?.split('?')[1] ?? '').split('&signature=')
  const expected = createHmac('sha256', secret)
    .update(timed ?? '')
    .update(Buffer.concat(chunks))
    .digest('hex')
  return signature === expected && request.headers['x-mbx-apikey'] === key ? 'accepted' : 'refused'
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
    return sign({ method: 'GET', path, query }, { timestampMs }).url
  } catch (error) {
    expect(error).toBeInstanceOf(BinanceSignerError)
    fc.pre(false)
    throw error
  }
}

const timestampMs = 1_700_000_000_000
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const parameters = (prefix: string): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 8 }).map((rest) => prefix + rest),
    text,
    { maxKeys: 4 },
  )

describe('what is signed is what is sent', () => {
  test('for any parameters in the query, in the body or in both, over HTTP', async () => {
    const calls = fc.record({
      method: fc.constantFrom('POST', 'PUT', 'DELETE'),
      inQuery: parameters('q'),
      inBody: parameters('b'),
      recvWindowMs: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(calls, async ({ method, inQuery, inBody, recvWindowMs }) => {
        const { url, body, headers } = sign(
          {
            method,
            path: '/api/v3/order',
            query: binanceQuery(inQuery),
            body: binanceQuery(inBody),
          },
          { timestampMs, ...(recvWindowMs === undefined ? {} : { recvWindowMs }) },
        )
        const reply = await fetch(base + url, { method, body, headers })
        expect(await reply.text()).toBe('accepted')
        const read = new URL(base + url).searchParams
        for (const [name, value] of Object.entries(inQuery)) expect(read.get(name)).toBe(value)
        expect(new URLSearchParams(body ?? '').size).toBe(Object.keys(inBody).length)
      }),
    )
  })

  test('for any path and query that are accepted as they are: no URL parser changes them', () => {
    fc.assert(
      fc.property(odd([]), odd(['=', '&', '&c=']), (path, query) => {
        const url = signedUrl(`/${path}`, query)
        expect(new URL(url, 'https://api.binance.com').href).toBe(`https://api.binance.com${url}`)
        expect(new URL(`https://api.binance.com${url}`).href).toBe(`https://api.binance.com${url}`)
      }),
      { numRuns: 1000 },
    )
  })
})
