import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Exchange } from '@mm-secrets/core'
import { EXCHANGES, systemClock } from '@mm-secrets/core'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { KeyAnswer } from '../../src/index.ts'
import { askExchange } from '../../src/index.ts'
import { credentialOf, freshValues } from '../credentials.ts'

const open: { close(): void }[] = []

afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function askOf(exchange: Exchange, endpoint: string): Promise<KeyAnswer> {
  const credential = credentialOf(exchange, freshValues(exchange))
  const recorded = { site: 'mainnet', createdAt: null }
  const options = { site: 'mainnet', fetch, clock: systemClock, endpoint, recorded }
  return askExchange(credential, options)
}

test('Binance seldom says that a key is unknown; where it does and a site is on record, it is gone', async () => {
  const endpoint = await serve((_, response) => {
    response.writeHead(401).end(JSON.stringify({ code: -2008, msg: 'Invalid Api-Key ID.' }))
  })
  expect(await askOf('binance', endpoint)).toMatchObject({
    outcome: 'dead',
    reason: 'gone',
    code: '-2008',
    said: 'Invalid Api-Key ID.',
  })
})

describe('an answer that is none', () => {
  test('a description with an error status, or without the mark of success, describes nothing', async () => {
    let status = 200
    let body: object = {}
    const endpoint = await serve((_, response) => {
      response.writeHead(status).end(JSON.stringify(body))
    })
    body = { data: { permission: 'General', isMaster: true } }
    expect(await askOf('kucoin', endpoint)).toMatchObject({ reason: 'unreadable' })
    body = { code: '200000', ...body }
    expect(await askOf('kucoin', endpoint)).toMatchObject({ outcome: 'alive' })
    status = 500
    expect(await askOf('kucoin', endpoint)).toMatchObject({ reason: 'server-error' })
  })

  test('a redirect is not followed', async () => {
    const elsewhere: string[] = []
    const target = await serve((request, response) => {
      elsewhere.push(request.url ?? '')
      response.end('{}')
    })
    const endpoint = await serve((request, response) => {
      response.writeHead(307, { location: `${target}${request.url ?? ''}` }).end()
    })
    for (const exchange of EXCHANGES) {
      const answer = await askOf(exchange, endpoint)
      expect(answer).toMatchObject({ outcome: 'unknown', reason: 'redirected', code: 'HTTP 307' })
    }
    expect(elsewhere).toEqual([])
  })

  test('one without an end is not read to it', async () => {
    let written = 0
    const endpoint = await serve((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ')
      const write = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
        written += chunk.length
      }
      response.on('drain', write)
      write()
    })
    expect(await askOf('bybit', endpoint)).toMatchObject({
      outcome: 'unknown',
      reason: 'unreadable',
    })
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })

  test('a description of another key is none of this one', async () => {
    const endpoint = await serve((_, response) => {
      const data = { apiKey: freshValues('kucoin').key, permission: 'General', isMaster: true }
      response.end(JSON.stringify({ code: '200000', data }))
    })
    expect(await askOf('kucoin', endpoint)).toMatchObject({
      outcome: 'unknown',
      reason: 'unreadable',
    })
  })

  test('a time that cannot be is not signed by', async () => {
    const seconds = Math.floor(Date.now() / 1000)
    const endpoint = await serve((_, response) => {
      response.end(JSON.stringify({ retCode: 0, time: seconds, result: {} }))
    })
    expect(await askOf('bybit', endpoint)).toMatchObject({
      outcome: 'unknown',
      reason: 'unreadable',
      clockOffsetMs: null,
    })
  })

  test('a code that is not known is shown, and says nothing of the key', async () => {
    const endpoint = await serve((_, response) => {
      response.end(JSON.stringify({ retCode: 10099, retMsg: 'Something \u001b[2Jnew', result: {} }))
    })
    expect(await askOf('bybit', endpoint)).toMatchObject({
      outcome: 'unknown',
      reason: 'other',
      code: '10099',
      said: 'Something \\u001b[2Jnew',
    })
  })

  test('whatever JSON it is, no key is called alive or dead for it', async () => {
    let body = ''
    const endpoint = await serve((_, response) => {
      response.end(body)
    })
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.constantFrom(...EXCHANGES), async (value, exchange) => {
        body = JSON.stringify(value)
        expect((await askOf(exchange, endpoint)).outcome).toBe('unknown')
      }),
      { numRuns: 60 },
    )
  })
})
