import { once } from 'node:events'
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SecretsError } from '@mm-secrets/core'
import { afterEach, describe, expect, test } from 'vitest'
import { BybitRestClient } from '../src/index.ts'
import { expectNoValue, failure } from './canary.ts'
import { credentialOf, desk, freshPair, storeOf } from './desk.ts'

const open: Server[] = []

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const pair = freshPair()

/** What a signed read of a server fails with; nothing of the pair is in it. */
async function failureAt(exchangeEndpoint: string, timeoutMs = 10_000): Promise<SecretsError> {
  const client = new BybitRestClient({
    secretProvider: storeOf(credentialOf(pair)).provider,
    apiEnv: 'shadow',
    networkEnabled: true,
    fetch: globalThis.fetch,
    exchangeEndpoint,
    timeoutMs,
    warn: () => undefined,
  })
  const error = await failure(() => client.getKeyInformation())
  expectNoValue(error, pair)
  expect(error.cause).toBeUndefined()
  return error
}

describe('a server that', () => {
  test('is not there is UNAVAILABLE, with the code of the system', async () => {
    const url = await serve(() => undefined)
    open[0]!.close()
    await once(open.splice(0)[0]!, 'close')
    const error = await failureAt(url)
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error.message).toContain('cannot be reached: ECONNREFUSED')
  })

  test('redirects is not followed, to wherever', async () => {
    let followed = 0
    const elsewhere = await serve((_request, response) => {
      followed++
      response.end()
    })
    for (const status of [301, 302, 303, 307, 308]) {
      const url = await serve((_request, response) => {
        response.writeHead(status, { location: elsewhere }).end()
      })
      const error = await failureAt(url)
      expect(error).toMatchObject({ code: 'UNAVAILABLE' })
      expect(error.message).toContain('redirect')
    }
    expect(followed).toBe(0)
  })

  test('never answers, or stops in the middle, is given up', async () => {
    const silent = await serve(() => undefined)
    const dripping = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"retCode":0,')
    })
    for (const url of [silent, dripping]) {
      const error = await failureAt(url, 100)
      expect(error).toMatchObject({ code: 'UNAVAILABLE' })
      expect(error.message).toContain('gave no answer in 100 ms')
    }
  })

  test('breaks the connection is UNAVAILABLE', async () => {
    const before = await serve((request) => request.socket.destroy())
    const between = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{"retCode":0,', () => request.socket.destroy())
    })
    for (const url of [before, between]) {
      expect(await failureAt(url)).toMatchObject({ code: 'UNAVAILABLE' })
    }
  })

  test('sends without end is cut off', async () => {
    const url = await serve((_request, response) => {
      const piece = Buffer.alloc(256 * 1024, 0x20)
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
        response.once('drain', more)
      }
      more()
    })
    const error = await failureAt(url)
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error.message).toContain(`more than ${8 * 1024 * 1024} bytes`)
  })

  test.each([
    ['', 200],
    ['null', 200],
    ['[]', 200],
    ['{"retCode":"0"}', 200],
    ['{"result":{}}', 200],
    ['{"retCode":0', 200],
    ['['.repeat(200_000), 200],
    [`{"retCode":0,"result":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`, 200],
    [`{"retCode":0,"result":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, 200],
    ['{"retCode":0,"result":{}}', 500],
    ['<'.repeat(1_000_000), 502],
    ['<html>maintenance</html>', 503],
    ['\u0000\ufffd', 404],
  ])('answers with something else is UNAVAILABLE (%#)', async (body, status) => {
    const url = await serve((_request, response) => {
      response.writeHead(status).end(body)
    })
    const error = await failureAt(url)
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error.message).toContain(`HTTP ${status}, not with an answer of the API`)
    expect(error.message.length).toBeLessThan(500)
  })

  test('hangs, resets or loses its reply at the exchange server is asked once', async () => {
    for (const fault of ['hang', 'reset', 'lost-reply'] as const) {
      const { client, server } = await desk()
      server.knobs.set({ next: [{ fault }] })
      const error = await failure(() => client({ timeoutMs: 200 }).getKeyInformation())
      expect(error).toMatchObject({ code: 'UNAVAILABLE' })
      expect(server.requests.count()).toBe(1)
    }
  })
})

describe('an error of fetch', () => {
  test('is dropped, but for its code: it may hold the headers', async () => {
    const { client, pair: used } = await desk()
    const errors = [
      Object.assign(new Error(`${used.apiKey} is an invalid header value`), {
        cause: Object.assign(new Error(used.secret), { code: 'UND_ERR_SOCKET' }),
        headers: { key: used.apiKey },
      }),
      Object.assign(new Error(used.secret), { code: used.secret }),
    ]
    for (const error of errors) {
      const fetch = (): Promise<Response> => Promise.reject(error)
      const thrown = await failure(() => client({ fetch }).getKeyInformation())
      expect(thrown).toMatchObject({ code: 'UNAVAILABLE' })
      expectNoValue(thrown, used)
    }
  })

  test('cannot follow a redirect on its own', async () => {
    const { client } = await desk()
    const response = Response.json({ retCode: 0, result: {} })
    Object.defineProperty(response, 'redirected', { value: true })
    const fetch = async (): Promise<Response> => response
    const error = await failure(() => client({ fetch }).getServerTime())
    expect(error.message).toContain('redirect')
  })
})
