import { describe, expect, it } from 'vitest'

import { bybitClient, bybitSignature } from '../client/bybit-client.ts'
import { letters, madeUp, rsaPair } from '../client/key-material.ts'
import { outcome, send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { holder, SUB_UID } from './fixture.ts'

const QUERY = '/v5/user/query-api'
const NOW = 1_700_000_000_000

describe('a signature', () => {
  it('holds over the query as it is on the wire, whatever its order and its encoding', async () => {
    const { client } = holder(await start())
    for (const query of [
      'symbol=BTCUSDT&category=linear',
      'category=linear&symbol=BTC%2FUSDT',
      'category=linear&cursor=1%253A2%252C3',
      'category=linear&baseCoin=%e2%82%ac&a=&b',
    ]) {
      expect(await outcome(client.get('/v5/order/realtime', query))).toBe('ok')
    }
  })

  it('does not hold where the text was encoded after it was signed', async () => {
    const server = await start()
    const { apiKey, secret } = holder(server)
    const timestamp = String(Date.now())
    const signed = `${timestamp}${apiKey}5000category=linear&cursor=a:b`
    const reply = await send(server.url, {
      target: '/v5/order/realtime?category=linear&cursor=a%3Ab',
      headers: {
        'X-BAPI-API-KEY': apiKey,
        'X-BAPI-TIMESTAMP': timestamp,
        'X-BAPI-SIGN': bybitSignature({ apiKey, secret }, signed),
        'X-BAPI-RECV-WINDOW': '5000',
      },
    })
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ retCode: 10004, result: {}, retExtInfo: {} })
  })

  it('that does not hold is answered with what was to be signed, the API key in it', async () => {
    const server = await start()
    const { apiKey } = holder(server)
    const wrong = bybitClient(server.url, { apiKey, secret: letters(36) })
    const timestamp = Date.now()
    const { json } = await wrong.get('/v5/order/realtime', 'category=spot', { timestamp })
    expect(json['retMsg']).toBe(`error sign! origin_string[${timestamp}${apiKey}5000category=spot]`)
    const posted = await wrong.post('/v5/user/delete-sub-api', '{"apikey": "€"}', { timestamp })
    expect(posted.json['retMsg']).toBe(
      `error sign! origin_string[${timestamp}${apiKey}5000{"apikey": "€"}]`,
    )
  })

  it('covers the body byte for byte, spaces and all that is not ASCII', async () => {
    const { client } = holder(await start(), { permissions: { Spot: ['SpotTrade'] } })
    const body =
      '{ "category": "spot",\n"symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "qty": "1", "orderLinkId": "ордер" }'
    expect(await outcome(client.post('/v5/order/create', body))).toBe('ok')
  })

  it('is hexadecimal in lower case', async () => {
    const server = await start()
    const { apiKey, secret, client } = holder(server)
    const timestamp = Date.now()
    const sign = bybitSignature({ apiKey, secret }, `${timestamp}${apiKey}5000`).toUpperCase()
    const call = { timestamp, headers: { 'X-BAPI-SIGN': sign } }
    expect(await outcome(client.get(QUERY, '', call))).toBe('10004')
  })

  it('of a secret that is not ASCII is over its UTF-8', async () => {
    const server = await start()
    const apiKey = letters(18)
    const secret = `${letters(30)}клюˈ€`
    server.keys.bybit.add({ apiKey, secret, uid: 1 })
    expect(await outcome(bybitClient(server.url, { apiKey, secret }).get(QUERY))).toBe('ok')
  })

  it('may be of RSA, as base64', async () => {
    const server = await start()
    const { apiKey } = madeUp('bybit')
    const { privateKey, publicKey } = rsaPair()
    server.keys.bybit.add({ apiKey, publicKey, uid: 1 })
    const { json } = await bybitClient(server.url, { apiKey, privateKey }).get(QUERY)
    expect(json).toMatchObject({ retCode: 0, result: { rsaPublicKey: publicKey } })
    const other = bybitClient(server.url, { apiKey, privateKey: rsaPair().privateKey })
    expect(await outcome(other.get(QUERY))).toBe('10004')
    const hmac = bybitClient(server.url, { apiKey, secret: publicKey })
    expect(await outcome(hmac.get(QUERY))).toBe('10004')
  })

  it('has to be there, with the key and the time', async () => {
    const server = await start()
    const { client } = holder(server)
    for (const name of ['X-BAPI-API-KEY', 'X-BAPI-SIGN', 'X-BAPI-TIMESTAMP']) {
      const { status, json } = await client.get(QUERY, '', { headers: { [name]: '' } })
      expect([status, json['retCode']]).toEqual([401, 10007])
    }
    expect((await send(server.url, { target: QUERY })).status).toBe(401)
  })
})

describe('the time of a request', () => {
  it.each([
    [0, '5000', 'ok'],
    [999, '5000', 'ok'],
    [1000, '5000', '10002'],
    [1000, '60000', '10002'],
    [-5000, '5000', 'ok'],
    [-5001, '5000', '10002'],
    [-5001, '5001', 'ok'],
    [-1, '0', '10002'],
    [0, '-1', '10002'],
    [0, '5s', '10001'],
    [0, '', '10001'],
  ])('that is off by %i ms in a window of %j: %s', async (off, recvWindow, wanted) => {
    const { client } = holder(await start({ systemTime: () => NOW }))
    const call = { timestamp: NOW + off, recvWindow }
    expect(await outcome(client.get(QUERY, '', call))).toBe(wanted)
  })

  it('without a window is held against 5000, of which nothing is signed', async () => {
    const { client } = holder(await start({ systemTime: () => NOW }))
    const call = (timestamp: number) => ({ timestamp, recvWindow: null })
    expect(await outcome(client.get(QUERY, '', call(NOW - 5000)))).toBe('ok')
    expect(await outcome(client.get(QUERY, '', call(NOW - 5001)))).toBe('10002')
  })

  it('in seconds, or not a number, is refused', async () => {
    const { client } = holder(await start({ systemTime: () => NOW }))
    const seconds = await client.get(QUERY, '', { timestamp: NOW / 1000 })
    expect(seconds.json['retMsg']).toBe(
      'invalid request, please check your server timestamp or recv_window param. ' +
        `req_timestamp[1700000000],server_timestamp[${NOW}],recv_window[5000]`,
    )
    expect(await outcome(client.get(QUERY, '', { timestamp: 'now' }))).toBe('10001')
  })

  it('is held against a clock that is off by a knob, which the time endpoint tells', async () => {
    const server = await start({ systemTime: () => NOW, knobs: { clockOffsetMs: 7000 } })
    const { client } = holder(server)
    expect(await outcome(client.get(QUERY, '', { timestamp: NOW }))).toBe('10002')
    const { json, headers } = await send(server.url, { target: '/v5/market/time' })
    expect(headers.get('date')).toBe(new Date(NOW + 7000).toUTCString())
    expect(json['result']).toEqual({
      timeSecond: String((NOW + 7000) / 1000),
      timeNano: `${NOW + 7000}000000`,
    })
    expect(await outcome(client.get(QUERY, '', { timestamp: NOW + 7000 }))).toBe('ok')
  })
})

describe('a key', () => {
  it('that is unknown, or of another site, is invalid', async () => {
    const server = await start()
    const stranger = bybitClient(server.url, madeUp('bybit'))
    const { json } = await stranger.get(QUERY)
    expect(json).toMatchObject({ retCode: 10003, retMsg: 'API key is invalid.' })
    const { apiKey, secret } = holder(server, { site: 'testnet' })
    expect(await outcome(bybitClient(server.url, { apiKey, secret }).get(QUERY))).toBe('10003')
    const testnet = server.urls['testnet'] ?? ''
    expect(await outcome(bybitClient(testnet, { apiKey, secret }).get(QUERY))).toBe('ok')
  })

  it('that is bound to other addresses is refused after its signature held', async () => {
    const server = await start()
    const { apiKey, secret, client } = holder(server, { ips: ['192.0.2.1', '192.0.2.2'] })
    const { json } = await client.get(QUERY)
    expect(json['retCode']).toBe(10010)
    expect(json['retMsg']).toBe("Unmatched IP, please check your API key's bound IP addresses.")
    const wrong = bybitClient(server.url, { apiKey, secret: `${secret}x` })
    expect(await outcome(wrong.get(QUERY))).toBe('10004')
    server.knobs.set({ sourceIp: '192.0.2.2' })
    expect(await outcome(client.get(QUERY))).toBe('ok')
  })

  it('that is bound to nothing ends after 90 days, one that is bound never', async () => {
    const server = await start({ systemTime: () => NOW })
    const unbound = holder(server)
    const bound = holder(server, { ips: ['127.0.0.1'] })
    const at = (timestamp: number) => ({ timestamp })
    const end = NOW + 90 * 86_400_000
    server.clock.freeze(end - 1)
    expect(await outcome(unbound.client.get(QUERY, '', at(end - 1)))).toBe('ok')
    server.clock.freeze(end)
    const { json } = await unbound.client.get(QUERY, '', at(end))
    expect(json).toMatchObject({ retCode: 33004, retMsg: 'Your api key has expired.' })
    expect(await outcome(bound.client.get(QUERY, '', at(end)))).toBe('ok')
  })

  it('describes itself, and no other', async () => {
    const server = await start({ systemTime: () => NOW })
    const permissions = { ContractTrade: ['Order'], Wallet: ['Withdraw'] }
    const { client, key } = holder(server, { permissions, note: 'bot' })
    const { json } = await client.get(QUERY, '', { timestamp: NOW })
    expect(json).toMatchObject({
      retCode: 0,
      retMsg: '',
      time: NOW,
      result: {
        id: key.id,
        note: 'bot',
        apiKey: key.apiKey,
        readOnly: 0,
        secret: '',
        ips: ['*'],
        deadlineDay: 90,
        expiredAt: '2024-02-12T22:13:20Z',
        createdAt: '2023-11-14T22:13:20Z',
        userID: 100,
        isMaster: true,
        parentUid: '0',
      },
    })
    const result = json['result'] as { permissions: unknown }
    expect(result.permissions).toEqual({
      ContractTrade: ['Order'],
      Spot: [],
      Wallet: ['Withdraw'],
      Options: [],
      Derivatives: ['DerivativesTrade'],
      CopyTrading: [],
      BlockTrade: [],
      Exchange: [],
      NFT: [],
      Affiliate: [],
      Earn: [],
    })
  })

  it('that is bound to an address has no days left to count, and 1970 as its end', async () => {
    const server = await start()
    const sub = { uid: SUB_UID, masterUid: 100, ips: ['127.0.0.1'], readOnly: true }
    const { client } = holder(server, sub)
    const { json } = await client.get(QUERY)
    expect(json['result']).toMatchObject({
      deadlineDay: -2,
      expiredAt: '1970-01-01T00:00:00Z',
      ips: ['127.0.0.1'],
      readOnly: 1,
      isMaster: false,
      parentUid: '100',
    })
  })
})

it('a GET with a body is forbidden before anything else is looked at', async () => {
  const server = await start()
  const { status, headers } = await send(server.url, { target: QUERY, body: '{}' })
  expect([status, headers.get('content-type')]).toEqual([403, 'text/html'])
})

it.each([
  ['GET', '/v5/user/nothing'],
  ['PUT', QUERY],
  ['GET', '/v5/user/query-api/'],
])('%s %s is no route', async (method, target) => {
  const server = await start()
  const { status, json } = await send(server.url, { method, target })
  expect([status, json['retCode'], json['retMsg']]).toEqual([404, 10017, 'Route not found.'])
})
