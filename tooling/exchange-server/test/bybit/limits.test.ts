import { describe, expect, it } from 'vitest'

import { outcome, send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { admin, holder, SUB_UID } from './fixture.ts'

const QUERY = '/v5/user/query-api'
const NOW = 1_700_000_000_000

describe('the limit of an account', () => {
  it('is told with every answer, and rolls', async () => {
    const server = await start({ systemTime: () => NOW })
    const { client } = holder(server)
    const call = { timestamp: NOW }
    const first = await client.get(QUERY, '', call)
    expect(limits(first.headers)).toEqual(['10', '9', String(NOW)])
    for (let left = 8; left >= 0; left -= 1) {
      const { headers } = await client.get(QUERY, '', call)
      expect(headers.get('x-bapi-limit-status')).toBe(String(left))
    }
    const refused = await client.get(QUERY, '', call)
    expect(refused.status).toBe(200)
    expect(refused.json).toMatchObject({
      retCode: 10006,
      retMsg: 'Too many visits. Exceeded the API Rate Limit.',
    })
    expect(limits(refused.headers)).toEqual(['10', '0', String(NOW + 1000)])
    server.clock.advance(1000)
    expect(await outcome(client.get(QUERY, '', { timestamp: NOW + 1000 }))).toBe('ok')
  })

  it('is of one account and one endpoint, whichever of its keys is used', async () => {
    const server = await start({ systemTime: () => NOW })
    const [one, same, other] = [holder(server), holder(server), holder(server, { uid: 7 })]
    const call = { timestamp: NOW }
    for (let index = 0; index < 10; index += 1) await one.client.get(QUERY, '', call)
    expect(await outcome(same.client.get(QUERY, '', call))).toBe('10006')
    expect(await outcome(other.client.get(QUERY, '', call))).toBe('ok')
    const balance = one.client.get('/v5/account/wallet-balance', 'accountType=UNIFIED', call)
    expect(await outcome(balance)).toBe('ok')
  })

  it('lets one key a second be made', async () => {
    const server = await start({ systemTime: () => NOW })
    const { client } = admin(server)
    const body = { subuid: SUB_UID, readOnly: 1, permissions: { Spot: ['SpotTrade'] } }
    const create = () =>
      outcome(client.post('/v5/user/create-sub-api', body, { timestamp: server.clock.now() }))
    expect([await create(), await create()]).toEqual(['ok', '10006'])
    server.clock.advance(1000)
    expect(await create()).toBe('ok')
    expect(server.keys.bybit.all()).toHaveLength(3)
  })

  it('is told with an error of the endpoint too', async () => {
    const { client } = holder(await start())
    const { headers, json } = await client.get('/v5/order/realtime')
    expect([json['retCode'], headers.get('x-bapi-limit')]).toEqual([10001, '50'])
  })

  it('may be multiplied by a knob', async () => {
    const server = await start({ systemTime: () => NOW, knobs: { rateLimitFactor: 2 } })
    const { client } = holder(server)
    const { headers } = await client.get(QUERY, '', { timestamp: NOW })
    expect(headers.get('x-bapi-limit')).toBe('20')
  })
})

it('an address that sends 600 requests in five seconds is locked out for ten minutes', async () => {
  const server = await start({ systemTime: () => NOW, knobs: { rateLimitFactor: 0.01 } })
  const time = () => send(server.url, { target: '/v5/market/time' })
  for (let index = 0; index < 6; index += 1) expect(await outcome(time())).toBe('ok')
  const { status, body } = await time()
  expect(status).toBe(403)
  expect(body).toContain('access too frequent')
  server.clock.advance(10 * 60_000 - 1)
  expect(await outcome(time())).toBe('HTTP 403')
  server.clock.advance(1)
  expect(await outcome(time())).toBe('ok')
})

function limits(headers: Headers): readonly (string | null)[] {
  return ['x-bapi-limit', 'x-bapi-limit-status', 'x-bapi-limit-reset-timestamp'].map((name) =>
    headers.get(name),
  )
}
