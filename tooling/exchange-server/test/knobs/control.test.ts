import { describe, expect, it } from 'vitest'

import { admin, SUB_UID } from '../bybit/fixture.ts'
import { outcome, send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'

async function post(url: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { status, json } = await send(url, { method: 'POST', target: '/_knobs', body: text })
  return { status, json }
}

describe('POST /_knobs', () => {
  it('turns what it names and answers with everything', async () => {
    const { url, urls } = await start()
    await send(url, { target: '/api/v3/time' })
    await send(url, { method: 'POST', target: '/v5/order/create', body: '{}' })
    const { status, json } = await post(url, { errorRate: 1, sourceIp: '192.0.2.1' })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      errorRate: 1,
      sourceIp: '192.0.2.1',
      throttleRate: 0,
      orders: 1,
      requests: { 'GET /api/v3/time': 1, 'POST /v5/order/create': 1 },
    })
    expect(await outcome(send(urls['testnet'] ?? '', { target: '/api/v3/time' }))).toBe('-1000')
    expect((await send(url, { target: '/_knobs' })).json).toMatchObject({ errorRate: 1 })
  })

  it('moves the clock, and goes back to the start', async () => {
    const server = await start({ knobs: { latencyMs: 1 } })
    await post(server.url, { freezeClockAt: 1000, advanceClockMs: 500, latencyMs: 2 })
    expect([server.clock.now(), server.knobs.get().latencyMs]).toEqual([1500, 2])
    const { json } = await send(server.url, { target: '/api/v3/time' })
    expect(json).toEqual({ serverTime: 1500 })
    const after = await post(server.url, { reset: true, clearRequests: true })
    expect(after.json).toMatchObject({ latencyMs: 1, requests: {} })
    expect(Math.abs(server.clock.now() - Date.now())).toBeLessThan(5000)
  })

  it.each([
    ['{', 'not JSON'],
    ['[]', 'not a JSON object'],
    [{ erorRate: 1 }, "no knob 'erorRate'"],
    [{ errorRate: 1.5 }, 'from 0 to 1'],
    [{ errorRate: '1' }, 'a number'],
    [{ latencyMs: null }, 'a number'],
    [{ latencyMs: -1 }, 'not negative'],
    [{ rateLimitFactor: -1 }, 'not negative'],
    [{ sourceIp: 'localhost' }, 'an address or null'],
    [{ next: [{ fault: 'explode' }] }, 'a fault is one of'],
    [{ next: [{ fault: 'hang', times: 'often' }] }, 'a fault is one of'],
    [{ advanceClockMs: 'later' }, 'advanceClockMs'],
    [{ freezeClockAt: 'now' }, 'freezeClockAt'],
    [{ reset: 1 }, 'reset'],
    [{ clearRequests: 1 }, 'clearRequests'],
  ])('refuses %j and turns nothing', async (body, why) => {
    const server = await start()
    const before = server.knobs.get()
    const { status, json } = await post(server.url, body)
    expect([status, json]).toEqual([400, { error: expect.stringContaining(why) as unknown }])
    expect(server.knobs.get()).toBe(before)
  })
})

it('POST /_reset forgets what was made, and brings back what was added', async () => {
  const server = await start()
  const master = admin(server)
  const body = { subuid: SUB_UID, readOnly: 1, permissions: { Spot: ['SpotTrade'] } }
  const { json } = await master.client.post('/v5/user/create-sub-api', body)
  const { apiKey } = json['result'] as { apiKey: string }
  server.keys.bybit.remove(master.key)
  server.knobs.set({ errorRate: 1 })
  server.clock.advance(1_000_000)
  const { status } = await send(server.url, { method: 'POST', target: '/_reset', body: '' })
  expect(status).toBe(200)
  expect(server.keys.bybit.find(apiKey)).toBeNull()
  expect(server.keys.bybit.find(master.apiKey)).toEqual(master.key)
  expect([server.requests.count(), server.knobs.get().errorRate]).toEqual([0, 0])
  // What was counted for the limits is forgotten as well: one key a second may be made.
  expect(await outcome(master.client.post('/v5/user/create-sub-api', body))).toBe('ok')
})

it('two servers know nothing of each other', async () => {
  const [one, other] = [await start(), await start()]
  one.knobs.set({ errorRate: 1 })
  expect(await outcome(send(other.url, { target: '/api/v3/time' }))).toBe('ok')
})
