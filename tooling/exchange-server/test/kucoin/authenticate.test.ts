import { describe, expect, it } from 'vitest'

import { letters } from '../client/key-material.ts'
import { kucoinClient, kucoinSignature } from '../client/kucoin-client.ts'
import { outcome, send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { admin, holder, SUB_NAME, SUB_UID } from './fixture.ts'

const INFO = '/api/v1/user/api-key'
const NOW = 1_700_000_000_000

describe('a signature', () => {
  it('holds over the path as it was before it was encoded', async () => {
    const { client } = holder(await start())
    for (const [target, wire] of [
      ['/api/v1/accounts?currency=USDT&type=main', undefined],
      ['/api/v1/accounts?note=a b/ю', '/api/v1/accounts?note=a%20b%2F%D1%8E'],
      ['/api/v1/accounts?note=a%', '/api/v1/accounts?note=a%25'],
    ] as const) {
      expect(await outcome(client({ target, ...(wire === undefined ? {} : { wire }) }))).toBe('ok')
    }
  })

  it('does not hold over the encoded path, in which KuCoin is unlike the others', async () => {
    const { client } = holder(await start())
    const target = '/api/v1/accounts?note=a%20b'
    const { status, json } = await client({ target })
    expect([status, json]).toEqual([401, { code: '400005', msg: 'Invalid KC-API-SIGN.' }])
  })

  it('covers the method and the body', async () => {
    const server = await start()
    const { client, secret } = admin(server)
    const timestamp = String(Date.now())
    const target = '/api/v1/sub/api-key'
    const body = { subName: SUB_NAME, passphrase: letters(8), remark: 'ключ' }
    const text = JSON.stringify(body)
    const signs = (signed: string) => ({
      'KC-API-SIGN': kucoinSignature(secret, `${timestamp}${signed}`),
    })
    const post = (signed: string) =>
      outcome(client({ method: 'POST', target, body, timestamp, headers: signs(signed) }))
    expect(await post(`post${target}${text}`)).toBe('400005')
    expect(await post(`POST${target}${text} `)).toBe('400005')
    expect(await post(`POST${target}`)).toBe('400005')
    expect(await post(`POST${target}${text}`)).toBe('ok')
  })

  it.each(['KC-API-KEY', 'KC-API-SIGN', 'KC-API-TIMESTAMP', 'KC-API-PASSPHRASE'])(
    'has to come with %s',
    async (name) => {
      const { client } = holder(await start())
      const { status, json } = await client({ target: INFO, headers: { [name]: '' } })
      expect([status, json['code']]).toEqual([400, '400001'])
      expect(json['msg']).toContain('Please check the header of your request for KC-API-KEY')
    },
  )
})

describe('the time of a request', () => {
  it.each([
    [0, 'ok'],
    [5000, 'ok'],
    [5001, '400002'],
    [-5000, 'ok'],
    [-5001, '400002'],
  ])('that is off by %i ms: %s', async (off, wanted) => {
    const { client } = holder(await start({ systemTime: () => NOW }))
    expect(await outcome(client({ target: INFO, timestamp: NOW + off }))).toBe(wanted)
  })

  it('in seconds, or as a date, is refused', async () => {
    const { client } = holder(await start({ systemTime: () => NOW }))
    for (const timestamp of [NOW / 1000, '2023-11-14T22:13:20Z']) {
      const { status, json } = await client({ target: INFO, timestamp })
      expect([status, json['msg']]).toEqual([400, 'Invalid KC-API-TIMESTAMP.'])
    }
  })

  it('is held against the time that its endpoint tells', async () => {
    const server = await start({ systemTime: () => NOW, knobs: { clockOffsetMs: 6000 } })
    const { json } = await send(server.url, { target: '/api/v1/timestamp' })
    expect(json).toEqual({ code: '200000', data: NOW + 6000 })
    const { client } = holder(server)
    expect(await outcome(client({ target: INFO, timestamp: NOW }))).toBe('400002')
  })
})

describe('a passphrase', () => {
  it.each([1, 2, 3] as const)('of a key of version %i', async (version) => {
    const server = await start()
    const { apiKey, secret, passphrase } = holder(server, { version })
    const sent = (header: string) => {
      const signer = { apiKey, secret, passphrase, version: header }
      return outcome(kucoinClient(server.url, signer)({ target: INFO }))
    }
    const [plain, hashed] = version === 1 ? ['ok', '400004'] : ['400004', 'ok']
    expect([await sent('1'), await sent('2'), await sent('3')]).toEqual([plain, hashed, hashed])
  })

  it('is plain where no version is told', async () => {
    const { client } = holder(await start(), { version: 1 })
    expect(await outcome(client({ target: INFO, headers: { 'KC-API-KEY-VERSION': '' } }))).toBe(
      'ok',
    )
  })

  it('of a version that there is not is refused', async () => {
    const { client } = holder(await start())
    const { json } = await client({ target: INFO, headers: { 'KC-API-KEY-VERSION': '4' } })
    expect(json).toEqual({ code: '400009', msg: 'Invalid KC-API-KEY-VERSION.' })
  })

  it('that is wrong is told before a signature that is', async () => {
    const server = await start()
    const { apiKey, passphrase } = holder(server)
    const client = kucoinClient(server.url, { apiKey, passphrase, secret: letters(36) })
    const { status, json } = await client({ target: INFO })
    expect([status, json]).toEqual([401, { code: '400004', msg: 'Invalid KC-API-PASSPHRASE.' }])
  })
})

describe('a key', () => {
  it('that is unknown, of another site or ended does not exist', async () => {
    const server = await start()
    const clients = [
      kucoinClient(server.url, { apiKey: 'x', secret: 'y', passphrase: 'z' }),
      holder(server, { site: 'testnet' }).client,
      holder(server, { expiresAt: Date.now() - 1 }).client,
    ]
    for (const client of clients) {
      const { status, json } = await client({ target: INFO })
      expect([status, json]).toEqual([401, { code: '400003', msg: 'KC-API-KEY does not exist.' }])
    }
  })

  it('that is bound elsewhere is told the address that it came from', async () => {
    const server = await start()
    const { client } = holder(server, { ips: ['203.0.113.7'] })
    const { status, json } = await client({ target: INFO })
    expect([status, json]).toEqual([
      403,
      { code: '400006', msg: 'Invalid request IP, the current client IP is: 127.0.0.1.' },
    ])
    server.knobs.set({ sourceIp: '203.0.113.7' })
    expect(await outcome(client({ target: INFO }))).toBe('ok')
  })

  it('without General may read nothing', async () => {
    const { client } = holder(await start(), { permissions: ['Spot'] })
    const { status, json } = await client({ target: '/api/v1/accounts' })
    expect([status, json]).toEqual([
      403,
      { code: '400007', msg: 'Access denied, requires more permission.' },
    ])
  })

  it('describes itself, its addresses masked', async () => {
    const server = await start()
    const { client, key } = holder(server, {
      uid: SUB_UID,
      masterUid: 100,
      name: 'bot1',
      note: 'mine',
      permissions: ['General', 'Spot'],
      ips: ['127.0.0.1', '203.0.113.34'],
    })
    expect((await client({ target: INFO })).json).toEqual({
      code: '200000',
      data: {
        subName: 'bot1',
        remark: 'mine',
        apiKey: key.apiKey,
        apiVersion: 3,
        permission: 'General,Spot',
        ipWhitelist: '127.**.1,203.**.34',
        createdAt: key.createdAt,
        uid: SUB_UID,
        isMaster: false,
      },
    })
    const { json } = await holder(server).client({ target: INFO })
    expect(json['data']).toMatchObject({ isMaster: true })
    expect(json['data']).not.toHaveProperty('ipWhitelist')
    expect(json['data']).not.toHaveProperty('subName')
  })

  it('reads its accounts', async () => {
    const { client } = holder(await start())
    const { json } = await client({ target: '/api/v1/accounts?currency=USDT&type=trade' })
    expect(json['data']).toEqual([
      {
        id: '548674591753',
        currency: 'USDT',
        type: 'trade',
        balance: '26.66',
        available: '26.66',
        holds: '0',
      },
    ])
    expect(await outcome(client({ target: '/api/v1/accounts?type=none' }))).toBe('400100')
  })
})

it('what has no endpoint is not found', async () => {
  const { url } = await start()
  const { status, json } = await send(url, { target: '/api/v1/nothing' })
  expect([status, json]).toEqual([404, { code: '404000', msg: 'Url Not Found' }])
})

describe('the pool of an account', () => {
  it('is told with every answer, and starts with its first request', async () => {
    const server = await start({ systemTime: () => NOW, knobs: { rateLimitFactor: 0.02 } })
    const { client } = holder(server)
    const first = await client({ target: INFO, timestamp: NOW })
    expect(pool(first.headers)).toEqual(['40', '20', '30000'])
    server.clock.advance(1000)
    await client({ target: INFO, timestamp: NOW })
    const refused = await client({ target: INFO, timestamp: NOW })
    expect([refused.status, refused.json['code']]).toEqual([429, '429000'])
    expect(pool(refused.headers)).toEqual(['40', '0', '29000'])
    server.clock.advance(29_000)
    expect(await outcome(client({ target: INFO, timestamp: NOW + 30_000 }))).toBe('ok')
  })

  it('is another than that of public requests', async () => {
    const server = await start({ systemTime: () => NOW })
    const { headers } = await send(server.url, { target: '/api/v1/timestamp' })
    expect(pool(headers)).toEqual(['2000', '1997', '30000'])
  })
})

function pool(headers: Headers): readonly (string | null)[] {
  return ['limit', 'remaining', 'reset'].map((name) => headers.get(`gw-ratelimit-${name}`))
}
