import { describe, expect, it } from 'vitest'

import { send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'

const TIME = '/v5/market/time'

describe('the Host header', () => {
  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', '127.0.0.1:1'])(
    'may be %s',
    async (host) => {
      const { url } = await start()
      expect((await send(url, { target: TIME, headers: { host } })).status).toBe(200)
    },
  )

  it.each([
    'example.com',
    'api.bybit.com',
    'api.binance.com:443',
    '127.0.0.1.example.com',
    'localhost.example.com:80',
    '192.168.0.1',
    '0.0.0.0',
  ])('is refused as %s, also for the knobs', async (host) => {
    const { url, knobs } = await start({ knobs: { latencyMs: 1 } })
    const headers = { host }
    expect((await send(url, { target: TIME, headers })).status).toBe(403)
    for (const [target, body] of [
      ['/_knobs', '{"latencyMs": 2}'],
      ['/_reset', ''],
    ] as const) {
      expect((await send(url, { method: 'POST', target, body, headers })).status).toBe(403)
    }
    expect(knobs.get().latencyMs).toBe(1)
  })
})

it('a page in a browser is not answered', async () => {
  const { url } = await start()
  for (const origin of ['https://example.com', url, 'null']) {
    expect((await send(url, { target: TIME, headers: { origin } })).status).toBe(403)
  }
})

it('a body that is too large is refused', async () => {
  const { url } = await start()
  const body = 'b'.repeat(256 * 1024 + 1)
  const sent = send(url, { method: 'POST', target: '/v5/order/create', body })
  const outcome = await sent.catch((error: unknown) => error)
  // The rest of the body is not read, so that some clients see the connection end before the answer.
  if (outcome instanceof Error) expect(outcome.message).toMatch(/EPIPE|ECONNRESET|socket hang up/)
  else expect(outcome).toMatchObject({ status: 413 })
})

it('a path that is no exchange’s is not found', async () => {
  const { url, requests } = await start()
  for (const target of ['/', '/v3/time', '/api/v4/time', '//v5/market/time', '/_knobs/x']) {
    expect((await send(url, { target })).status).toBe(404)
  }
  expect(requests.count()).toBe(0)
})
