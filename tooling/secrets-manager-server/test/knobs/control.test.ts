import { describe, expect, it } from 'vitest'

import { start } from '../client/with-server.ts'

async function post(url: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${url}/_knobs`, { method: 'POST', body: text })
  return { status: response.status, json: await response.json() }
}

describe('POST /_knobs', () => {
  it('turns what it names and answers with everything', async () => {
    const { server, call } = await start()
    await call('ListSecrets')
    const { status, json } = await post(server.url, { throttleRate: 1, readLag: { ms: 5 } })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      throttleRate: 1,
      readLag: { ms: 5 },
      errorRate: 0,
      requests: { ListSecrets: 1 },
    })
    expect((await call('ListSecrets')).json['__type']).toBe('ThrottlingException')
    expect(await (await fetch(`${server.url}/_knobs`)).json()).toMatchObject({ throttleRate: 1 })
  })

  it('moves the clock, and goes back to the start', async () => {
    const { server } = await start({ knobs: { latencyMs: 1 } })
    await post(server.url, { freezeClockAt: 1000, advanceClockMs: 500, latencyMs: 2 })
    expect([server.clock.now(), server.knobs.get().latencyMs]).toEqual([1500, 2])
    const { json } = await post(server.url, { reset: true, clearRequests: true })
    expect(json).toMatchObject({ latencyMs: 1, requests: {} })
    expect(Math.abs(server.clock.now() - Date.now())).toBeLessThan(5000)
  })

  it.each([
    ['{', 'not JSON'],
    ['[]', 'not a JSON object'],
    [{ throtleRate: 1 }, "no knob 'throtleRate'"],
    [{ throttleRate: 1.5 }, 'from 0 to 1'],
    [{ throttleRate: '1' }, 'from 0 to 1'],
    [{ latencyMs: null }, 'milliseconds'],
    [{ readLag: { seconds: 5 } }, 'readLag is an object'],
    [{ kms: 'off' }, 'granted, denied or failing'],
    [{ next: [{ fault: 'explode' }] }, 'a fault is one of'],
    [{ next: [{ fault: 'hang', times: 'often' }] }, 'a fault is one of'],
    [{ versionQuota: 'none' }, 'a number or null'],
    [{ emptyPages: 1 }, 'true or false'],
    [{ advanceClockMs: 'later' }, 'advanceClockMs'],
    [{ freezeClockAt: 'now' }, 'freezeClockAt'],
    [{ reset: 1 }, 'reset'],
    [{ clearRequests: 1 }, 'clearRequests'],
  ])('refuses %j and turns nothing', async (body, why) => {
    const { server } = await start()
    const before = server.knobs.get()
    const { status, json } = await post(server.url, body)
    expect([status, json]).toEqual([400, { error: expect.stringContaining(why) as unknown }])
    expect(server.knobs.get()).toBe(before)
  })
})

it('POST /moto-api/reset empties everything', async () => {
  const { server, call } = await start()
  await call('CreateSecret', { Name: 'x', SecretString: 'v' })
  server.knobs.set({ errorRate: 0.5 })
  server.clock.advance(1_000_000)
  const response = await fetch(`${server.url}/moto-api/reset`, { method: 'POST' })
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  expect(server.requests.count()).toBe(0)
  expect(server.events.events()).toEqual([])
  expect(server.knobs.get().errorRate).toBe(0)
  expect((await call('DescribeSecret', { SecretId: 'x' })).json['__type']).toBe(
    'ResourceNotFoundException',
  )
})

it('two servers know nothing of each other', async () => {
  const [one, other] = [await start(), await start()]
  await one.call('CreateSecret', { Name: 'x' })
  expect((await other.call('DescribeSecret', { SecretId: 'x' })).status).toBe(400)
})
