import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it, vi } from 'vitest'

import type { Fault } from '../../src/index.ts'
import { holder as binanceHolder } from '../binance/fixture.ts'
import { admin, holder, SUB_UID } from '../bybit/fixture.ts'
import { bybitClient } from '../client/bybit-client.ts'
import { outcome, send, type Reply } from '../client/reply.ts'
import { start } from '../client/with-server.ts'

const TIMES = ['/v5/market/time', '/api/v3/time', '/api/v1/timestamp']
const CREATE = '/v5/user/create-sub-api'
const NEW_KEY = { subuid: SUB_UID, readOnly: 1, permissions: { Spot: ['SpotTrade'] }, note: 'mine' }

describe('faults for the next requests', () => {
  it.each([
    ['throttle', ['10006', '-1003', '429000'], [200, 429, 429]],
    ['error', ['10016', '-1000', '500000'], [200, 500, 500]],
    ['blocked', ['HTTP 403', 'HTTP 403', 'HTTP 403'], [403, 403, 403]],
    ['banned', ['10009', '-1003', 'HTTP 429'], [200, 418, 429]],
    ['frozen', ['10008', '-1002', '411100'], [200, 401, 403]],
    ['restricted', ['10024', '0', '400301'], [200, 451, 403]],
  ] as const)('%s: %j of Bybit, Binance and KuCoin', async (fault, codes, statuses) => {
    const server = await start({ knobs: { next: [{ fault, times: 3 }] } })
    const replies: Reply[] = []
    for (const target of TIMES) replies.push(await send(server.url, { target }))
    expect(await Promise.all(replies.map((each) => outcome(Promise.resolve(each))))).toEqual(codes)
    expect(replies.map(({ status }) => status)).toEqual(statuses)
    expect(await outcome(send(server.url, { target: TIMES[0] ?? '' }))).toBe('ok')
  })

  it('throttle without the headers of a limit at Bybit, with the seconds to wait at Binance', async () => {
    const server = await start({ knobs: { next: [{ fault: 'throttle', times: 3 }] } })
    const [bybit, binance, kucoin] = await Promise.all(
      TIMES.map((target) => send(server.url, { target })),
    )
    expect(bybit?.headers.get('x-bapi-limit-reset-timestamp')).toBeNull()
    expect(binance?.headers.get('retry-after')).toBe('120')
    expect(kucoin?.headers.get('gw-ratelimit-remaining')).toBe('0')
  })

  it('a lost reply: the key is made, and the connection breaks', async () => {
    const server = await start()
    const { client } = admin(server)
    const operation = `POST ${CREATE}`
    server.knobs.set({ next: [{ fault: 'lost-reply', operation }] })
    await expect(client.post(CREATE, NEW_KEY)).rejects.toThrow()
    const { json } = await client.get('/v5/user/sub-apikeys', `subMemberId=${SUB_UID}`)
    expect(json['result']).toMatchObject({ result: [{ note: 'mine', secret: '******' }] })
    expect(server.requests.all().map((each) => [each.operation, each.status])).toEqual([
      [operation, null],
      ['GET /v5/user/sub-apikeys', 200],
    ])
  })

  it('a late error: the key is made, and it is answered as if it were not', async () => {
    const server = await start()
    const { client } = admin(server)
    server.knobs.set({ next: [{ fault: 'late-error' }] })
    expect(await outcome(client.post(CREATE, NEW_KEY))).toBe('10016')
    expect(server.keys.bybit.all()).toHaveLength(2)
  })

  it.each<Fault>(['reset', 'hang', 'throttle', 'error', 'blocked'])(
    '%s: no key is made',
    async (fault) => {
      const server = await start({ knobs: { hangMs: 10 } })
      const { client } = admin(server)
      server.knobs.set({ next: [{ fault }] })
      expect(await outcome(client.post(CREATE, NEW_KEY))).not.toBe('ok')
      expect(server.keys.bybit.all()).toHaveLength(1)
    },
  )

  it('meet the operation they name, after those they leave alone, as often as they say', async () => {
    const server = await start()
    const planned = { fault: 'error', operation: 'GET /api/v3/time', after: 1, times: 2 } as const
    server.knobs.set({ next: [planned] })
    const outcomes: string[] = []
    for (const at of [1, 0, 1, 1, 1]) {
      outcomes.push(await outcome(send(server.url, { target: TIMES[at] ?? '' })))
    }
    expect(outcomes).toEqual(['ok', 'ok', '-1000', '-1000', 'ok'])
    expect(server.knobs.get().next).toEqual([])
  })
})

describe('rates', () => {
  const RATES = { throttleRate: 0.3, errorRate: 0.1, resetRate: 0.05, lostReplyRate: 0.05 }

  async function run(seed: number): Promise<readonly string[]> {
    const server = await start({ seed, knobs: RATES })
    const outcomes = []
    for (let index = 0; index < 100; index += 1) {
      outcomes.push(await outcome(send(server.url, { target: '/v5/market/time' })))
    }
    return outcomes
  }

  it('are kept about, and one seed gives one run', async () => {
    const outcomes = await run(7)
    const share = (wanted: string): number =>
      outcomes.filter((each) => each === wanted).length / outcomes.length
    expect(share('10006')).toBeGreaterThan(0.15)
    expect(share('10006')).toBeLessThan(0.45)
    expect(share('10016')).toBeGreaterThan(0.02)
    expect(share('broken')).toBeGreaterThan(0.02)
    expect(share('ok')).toBeGreaterThan(0.35)
    expect(await run(7)).toEqual(outcomes)
    expect(await run(8)).not.toEqual(outcomes)
  })

  it('begin anew after a reset', async () => {
    const server = await start({ knobs: { errorRate: 0.5 } })
    const some = async (): Promise<readonly string[]> => {
      const outcomes = []
      for (let index = 0; index < 20; index += 1) {
        outcomes.push(await outcome(send(server.url, { target: '/api/v3/time' })))
      }
      return outcomes
    }
    const first = await some()
    server.reset()
    expect(await some()).toEqual(first)
  })
})

it('what hangs is counted at once, and ended by close', async () => {
  const server = await start({ knobs: { hangRate: 1 } })
  const hanging = outcome(send(server.url, { target: '/v5/market/time' }))
  await vi.waitFor(() => {
    expect(server.requests.all()).toMatchObject([{ status: null }])
  })
  await server.close()
  expect(await hanging).toBe('broken')
})

it('latency holds every answer back', async () => {
  const server = await start({ knobs: { latencyMs: 3_600_000 } })
  const waiting = outcome(send(server.url, { target: '/v5/market/time' }))
  expect(await Promise.race([waiting, sleep(100, 'still waiting')])).toBe('still waiting')
  await server.close()
  await waiting
})

describe('the propagation of a new key', () => {
  async function made(server: Awaited<ReturnType<typeof start>>) {
    const { json } = await admin(server).client.post(CREATE, { ...NEW_KEY, ips: '127.0.0.1' })
    return json['result'] as { apiKey: string; secret: string }
  }

  it('takes as long as it is told to', async () => {
    const server = await start({ knobs: { propagationMs: 2000 } })
    server.clock.freeze()
    const client = bybitClient(server.url, await made(server))
    const query = () => outcome(client.get('/v5/user/query-api'))
    expect(await query()).toBe('10003')
    server.clock.advance(1999)
    expect(await query()).toBe('10003')
    server.clock.advance(1)
    expect(await query()).toBe('ok')
  })

  it('takes as many requests as it is told to', async () => {
    const server = await start({ knobs: { propagationRequests: 2 } })
    const client = bybitClient(server.url, await made(server))
    const outcomes = []
    for (let index = 0; index < 4; index += 1) {
      outcomes.push(await outcome(client.get('/v5/user/query-api')))
    }
    expect(outcomes).toEqual(['10003', '10003', 'ok', 'ok'])
  })

  it('is not of keys that were added by hand', async () => {
    const server = await start({ knobs: { propagationMs: 60_000, propagationRequests: 5 } })
    expect(await outcome(holder(server).client.get('/v5/user/query-api'))).toBe('ok')
    expect(await outcome(binanceHolder(server).client({ path: '/api/v3/account' }))).toBe('ok')
  })
})
