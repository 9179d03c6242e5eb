import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BybitSignerError, bybitBody, bybitQuery, prepareBybitSigner } from '../src/index.ts'
import { freshCredential } from './keys.ts'

const { key, secret } = freshCredential()
const sign = prepareBybitSigner({ key, secret })
let server: Server
let base: string

/** Signs again what came over the wire, from its bytes, as the exchange does. */
async function verdict(request: IncomingMessage): Promise<'accepted' | 'refused'> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const header = (name: string): string => String(request.headers[name])
  const query = (request.url ?? '').split('?')[1] ?? ''
  const signature = createHmac('sha256', secret)
    .update(`${header('x-bapi-timestamp')}${key}${header('x-bapi-recv-window')}`)
    .update(request.method === 'GET' ? query : Buffer.concat(chunks))
    .digest('hex')
  return signature === header('x-bapi-sign') ? 'accepted' : 'refused'
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
    expect(error).toBeInstanceOf(BybitSignerError)
    fc.pre(false)
    throw error
  }
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
const parameters = fc.dictionary(name, text, { maxKeys: 5 })

describe('what is signed is what is sent', () => {
  test('for any parameters of a GET and of a POST, over HTTP', async () => {
    await fc.assert(
      fc.asyncProperty(parameters, fc.constantFrom('GET', 'POST'), async (given, method) => {
        const { url, body, headers } = sign(
          method === 'GET'
            ? { method, path: '/v5/order/realtime', query: bybitQuery(given) }
            : { method, path: '/v5/order/create', body: bybitBody(given) },
          { timestampMs: 1_700_000_000_000 },
        )
        const reply = await fetch(base + url, { method, body, headers })
        expect(await reply.text()).toBe('accepted')
      }),
    )
  })

  test('for any path and query that are accepted as they are: no URL parser changes them', () => {
    fc.assert(
      fc.property(odd([]), odd(['=', '&', '&c=']), (path, query) => {
        const url = signedUrl(`/${path}`, query)
        expect(new URL(url, 'https://api.bybit.com').href).toBe(`https://api.bybit.com${url}`)
        expect(new URL(`https://api.bybit.com${url}`).href).toBe(`https://api.bybit.com${url}`)
      }),
      { numRuns: 1000 },
    )
  })
})
