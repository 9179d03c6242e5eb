import { describe, expect, test } from 'vitest'
import { failure } from './canary.ts'
import { desk, jumpingClock } from './desk.ts'

/** 1 request a second of GET /v5/user/query-api. */
const ONE_A_SECOND = { knobs: { rateLimitFactor: 0.1 } }

describe('a rate limit', () => {
  test('is waited for as its header says, and the request sent again', async () => {
    const { client, server } = await desk({}, ONE_A_SECOND)
    const clock = jumpingClock(server)
    const bybit = client({ clock })
    await bybit.getKeyInformation()
    expect(await bybit.getKeyInformation()).toMatchObject({ dryRun: false })
    expect(server.requests.all().map(({ code }) => code)).toEqual([null, '10006', null])
    expect(clock.slept).toHaveLength(1)
    expect(clock.slept[0]).toBeGreaterThanOrEqual(50)
    expect(clock.slept[0]).toBeLessThanOrEqual(1000)
  })

  test('without headers is taken to end after its second', async () => {
    const { client, server } = await desk()
    server.knobs.set({ next: [{ fault: 'throttle' }] })
    const clock = jumpingClock(server)
    expect(await client({ clock }).getKeyInformation()).toMatchObject({ dryRun: false })
    expect(clock.slept).toEqual([expect.closeTo(1000, -2)])
  })

  test('is UNAVAILABLE where the wait is longer than the call may wait', async () => {
    const { client, server } = await desk()
    server.knobs.set({ next: [{ fault: 'throttle', times: 100 }] })
    const clock = jumpingClock(server)
    const error = await failure(() => client({ clock }).getKeyInformation())
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error.message).toContain('rate limit of GET /v5/user/query-api')
    expect(error.hint).toContain('maxRateLimitWaitMs')
    const total = clock.slept.reduce((sum, ms) => sum + ms, 0)
    expect(total).toBeLessThanOrEqual(5000)
    expect(server.requests.count()).toBe(clock.slept.length + 1)
  })

  test('is not waited for where the call may not wait', async () => {
    const { client, server } = await desk()
    server.knobs.set({ next: [{ fault: 'throttle' }] })
    const clock = jumpingClock(server)
    const call = (): unknown => client({ clock, maxRateLimitWaitMs: 0 }).getServerTime()
    expect(await failure(call)).toMatchObject({ code: 'UNAVAILABLE' })
    expect(clock.slept).toEqual([])
  })

  test('of one endpoint keeps back the requests to it alone', async () => {
    const { client, server } = await desk()
    server.knobs.set({ next: [{ fault: 'throttle' }] })
    let nowMs = Date.now()
    const slept: number[] = []
    const clock = {
      now: () => nowMs,
      sleep: async (ms: number) => {
        slept.push(ms)
        nowMs += ms
      },
    }
    const bybit = client({ clock, maxRateLimitWaitMs: 100, recvWindowMs: 60_000 })
    await failure(() => bybit.getKeyInformation())
    await failure(() => bybit.getKeyInformation())
    expect(server.requests.count()).toBe(1)
    expect(await bybit.getWalletBalance()).toMatchObject({ dryRun: false })
    expect(slept).toEqual([])
  })

  test('does not last for ever because the clock was set back', async () => {
    const { client, server } = await desk()
    server.knobs.set({ next: [{ fault: 'throttle' }] })
    let nowMs = Date.now()
    const clock = { now: () => nowMs, sleep: async () => undefined }
    const bybit = client({ clock, maxRateLimitWaitMs: 100, recvWindowMs: 3 * 3_600_000 })
    await failure(() => bybit.getKeyInformation())
    nowMs -= 2 * 3_600_000
    expect(await bybit.getKeyInformation()).toMatchObject({ dryRun: false })
  })

  test('of the system (HTTP 429) is waited for as Retry-After says', async () => {
    const { client, server } = await desk()
    const clock = jumpingClock(server)
    const answers = [
      new Response('busy', { status: 429, headers: { 'retry-after': '2' } }),
      Response.json({ retCode: 0, result: {} }),
    ]
    const fetch = async (): Promise<Response> => answers.shift() ?? Response.error()
    expect(await client({ clock, fetch }).getServerTime()).toMatchObject({ dryRun: false })
    expect(clock.slept).toEqual([expect.closeTo(2000, -2)])
  })

  test('of an address is told with how long to stay away, and not tried again', async () => {
    const { client } = await desk()
    let requests = 0
    const fetch = async (): Promise<Response> => {
      requests++
      return new Response('<html>403, access too frequent</html>', { status: 403 })
    }
    const error = await failure(() => client({ fetch }).getServerTime())
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('10 minutes') as string,
    })
    expect(requests).toBe(1)
  })
})
