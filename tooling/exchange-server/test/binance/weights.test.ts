import { describe, expect, it } from 'vitest'

import { outcome, send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { admin, EMAIL, holder } from './fixture.ts'

/** A whole minute. */
const NOW = 1_700_000_040_000
const ACCOUNT = '/api/v3/account'

describe('the weight of an address', () => {
  it('is told with every answer, and starts anew each minute', async () => {
    const server = await start({ systemTime: () => NOW })
    const { client } = holder(server)
    const time = await send(server.url, { target: '/api/v3/time' })
    expect(time.headers.get('x-mbx-used-weight-1m')).toBe('1')
    const account = await client({ path: ACCOUNT, timestamp: NOW })
    expect(account.headers.get('x-mbx-used-weight')).toBe('21')
    const refused = await client({ path: ACCOUNT, timestamp: NOW - 6000 })
    expect([refused.json['code'], refused.headers.get('x-mbx-used-weight-1m')]).toEqual([
      -1021,
      '41',
    ])
    server.clock.advance(60_000)
    const later = await send(server.url, { target: '/api/v3/time' })
    expect(later.headers.get('x-mbx-used-weight-1m')).toBe('1')
  })

  it('beyond its limit is 429 with the seconds to wait', async () => {
    const factor = 50 / 6000
    const server = await start({
      systemTime: () => NOW + 20_000,
      knobs: { rateLimitFactor: factor },
    })
    const { client } = holder(server)
    const call = () => client({ path: ACCOUNT, timestamp: NOW + 20_000 })
    expect([await outcome(call()), await outcome(call())]).toEqual(['ok', 'ok'])
    const { status, json, headers } = await call()
    expect([status, json['code'], headers.get('retry-after')]).toEqual([429, -1003, '40'])
    expect(json['msg']).toContain('current limit is 50 request weight per 1 MINUTE')
    server.clock.advance(40_000)
    expect(await outcome(client({ path: ACCOUNT, timestamp: NOW + 60_000 }))).toBe('ok')
  })

  it('of one that does not wait is a ban, 418, that grows', async () => {
    const server = await start({ systemTime: () => NOW, knobs: { rateLimitFactor: 1 / 6000 } })
    const time = () => send(server.url, { target: '/api/v3/time' })
    const insist = async (): Promise<void> => {
      for (let index = 0; index < 11; index += 1) await time()
    }
    await insist()
    const banned = await time()
    expect([banned.status, banned.headers.get('retry-after')]).toEqual([418, '120'])
    expect(banned.json).toMatchObject({
      code: -1003,
      msg: expect.stringContaining(`IP banned until ${NOW + 120_000}`) as unknown,
    })
    server.clock.advance(120_000)
    expect(await outcome(time())).toBe('ok')
    await insist()
    expect((await time()).headers.get('retry-after')).toBe('240')
  })
})

it('the weight of an account is counted for each endpoint of its own', async () => {
  const server = await start({ systemTime: () => NOW, knobs: { rateLimitFactor: 6000 / 180_000 } })
  const { client } = admin(server)
  const query = `email=${encodeURIComponent(EMAIL)}`
  const path = '/sapi/v1/sub-account/subAccountApi'
  const list = () => client({ path, query, timestamp: NOW })
  expect((await list()).headers.get('x-sapi-used-uid-weight-1m')).toBe('3000')
  expect((await list()).headers.get('x-sapi-used-uid-weight-1m')).toBe('6000')
  expect((await list()).status).toBe(429)
  const restrictions = await client({ path: '/sapi/v1/account/apiRestrictions', timestamp: NOW })
  expect(restrictions.headers.get('x-sapi-used-ip-weight-1m')).toBe('1')
})
