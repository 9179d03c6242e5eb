import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clockOffset, isBeyond } from '../src/clock-offset.ts'
import { failure } from './canary.ts'
import { desk } from './desk.ts'

describe('the offset of the clock', () => {
  test('is measured to within half the round trip, whatever the way took', () => {
    const delay = fc.integer({ min: 0, max: 60_000 })
    fc.assert(
      fc.property(fc.integer({ min: -1e7, max: 1e7 }), delay, delay, (trueMs, outMs, backMs) => {
        const sent = 1_700_000_000_000
        const { offsetMs, uncertaintyMs } = clockOffset(
          sent + outMs + trueMs,
          sent,
          sent + outMs + backMs,
        )
        expect(Math.abs(offsetMs - trueMs)).toBeLessThanOrEqual(uncertaintyMs + 1)
      }),
    )
  })

  test('is not called beyond the window where the way could explain it', () => {
    expect(isBeyond({ offsetMs: -1500, uncertaintyMs: 600 }, 5000, 1)).toBe(false)
    expect(isBeyond({ offsetMs: -1500, uncertaintyMs: 100 }, 5000, 1)).toBe(true)
    expect(isBeyond({ offsetMs: 4000, uncertaintyMs: 100 }, 5000, 1)).toBe(false)
    expect(isBeyond({ offsetMs: 5200, uncertaintyMs: 100 }, 5000, 1)).toBe(true)
  })

  test('is in every answer and on the client; at first there is none', async () => {
    const { client, server } = await desk()
    server.knobs.set({ clockOffsetMs: 400_000 })
    const bybit = client()
    expect(bybit.clockOffset).toBeNull()
    const answer = await bybit.getServerTime()
    expect(answer).toMatchObject({ clockOffset: bybit.clockOffset })
    const { offsetMs, uncertaintyMs } = bybit.clockOffset!
    expect(Math.abs(offsetMs - 400_000)).toBeLessThanOrEqual(uncertaintyMs + 1)
  })

  test.each([
    ['fast', -60_000, /ahead of Bybit's/, /a wider window does not help/],
    ['slow', 60_000, /behind Bybit's/, /^Set the clock by NTP\.$/],
  ] as const)('explains why a %s clock is refused, and corrects nothing', async (...row) => {
    const [, clockOffsetMs, message, hint] = row
    const { client, server, warnings } = await desk()
    server.knobs.set({ clockOffsetMs })
    const bybit = client()
    await bybit.getServerTime()
    const error = await failure(() => bybit.getKeyInformation())
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(error.message).toMatch(/10002/)
    expect(error.message).toMatch(message)
    expect(error.hint).toMatch(hint)
    await failure(() => bybit.getKeyInformation())
    const told = warnings.filter((line) => line.includes('clock'))
    expect(told).toEqual([expect.stringMatching(message)])
  })

  test('is not blamed for a request that was long on its way', async () => {
    const { client } = await desk()
    const nowMs = 1_700_000_000_000
    const times = [nowMs, nowMs + 9000]
    const clock = { now: () => times.shift() ?? nowMs, sleep: async () => undefined }
    const fetch = async (): Promise<Response> =>
      Response.json({ retCode: 10002, retMsg: 'recv_window', time: nowMs + 8000 })
    const error = await failure(() => client({ clock, fetch }).getKeyInformation())
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error.hint).toContain('recvWindowMs')
  })
})
