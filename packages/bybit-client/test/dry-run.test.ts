import { describe, expect, test } from 'vitest'
import type { DryRunRequest } from '../src/index.ts'
import { BybitRestClient } from '../src/index.ts'
import { expectNoValue, failure } from './canary.ts'
import { credentialOf, desk, freshPair, storeOf } from './desk.ts'

const ORDER = {
  category: 'linear',
  symbol: 'BTCUSDT',
  side: 'Buy',
  orderType: 'Limit',
  qty: '0.001',
  price: '50000',
} as const

function offline(pair = freshPair()): BybitRestClient {
  const { provider } = storeOf(credentialOf(pair))
  return new BybitRestClient({ secretProvider: provider, apiEnv: 'shadow', networkEnabled: false })
}

describe('without the network', () => {
  test('an order is the request that would be sent, with the key and the signature masked', async () => {
    const pair = freshPair()
    const request = await offline(pair).placeOrder(ORDER)
    expect(request).toMatchObject({
      dryRun: true,
      method: 'POST',
      url: 'https://api.bybit.com/v5/order/create',
      body: JSON.stringify(ORDER),
    })
    expect(request.headers).toMatchObject({
      'X-BAPI-API-KEY': `${pair.apiKey.slice(0, 3)}...***`,
      'X-BAPI-RECV-WINDOW': '5000',
      'Content-Type': 'application/json',
    })
    expect(request.headers['X-BAPI-SIGN']).toMatch(/^[0-9a-f]{3}\.\.\.\*\*\*$/)
    expectNoValue(request, pair)
  })

  test('no method sends anything, even where there is an exchange and a fetch', async () => {
    const { client, server, pair } = await desk()
    const shadow = client({ networkEnabled: false })
    const requests = [
      await shadow.placeOrder(ORDER),
      await shadow.cancelOrder({ category: 'linear', symbol: 'BTCUSDT', orderId: '1' }),
      await shadow.cancelAllOrders({ category: 'linear' }),
      await shadow.getOpenOrders({ category: 'linear' }),
      await shadow.getOrderHistory({ category: 'linear' }),
      await shadow.getPositions({ category: 'linear', symbol: 'BTCUSDT' }),
      await shadow.getWalletBalance(),
      await shadow.getKeyInformation(),
      await shadow.getTickers({ category: 'linear' }),
      await shadow.getServerTime(),
    ] as DryRunRequest[]
    expect(requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      'POST /v5/order/create',
      'POST /v5/order/cancel',
      'POST /v5/order/cancel-all',
      'GET /v5/order/realtime',
      'GET /v5/order/history',
      'GET /v5/position/list',
      'GET /v5/account/wallet-balance',
      'GET /v5/user/query-api',
      'GET /v5/market/tickers',
      'GET /v5/market/time',
    ])
    for (const request of requests) expect(request.dryRun).toBe(true)
    expect(server.requests.count()).toBe(0)
    expectNoValue(requests, pair)
  })

  test('reads of the market carry no key', async () => {
    const request = (await offline().getTickers({ category: 'spot' })) as DryRunRequest
    expect(request).toMatchObject({
      url: 'https://api.bybit.com/v5/market/tickers?category=spot',
      headers: {},
      body: null,
    })
  })

  test('a value that was pasted into a parameter is masked there too', async () => {
    const pair = freshPair()
    const client = offline(pair)
    expectNoValue(await client.placeOrder({ ...ORDER, orderLinkId: pair.secret }), pair)
    expectNoValue(await client.getOpenOrders({ category: 'spot', cursor: pair.apiKey }), pair)
  })

  test('a parameter that cannot arrive as it is is refused by name', async () => {
    const error = await failure(() => offline().placeOrder({ ...ORDER, leverage: Number.NaN }))
    expect(error).toMatchObject({ code: 'USAGE' })
    expect(error.message).toBe('POST /v5/order/create: The parameter leverage is NaN or infinite.')
  })

  test('a parameter whose name is a value is refused without that name', async () => {
    const pair = freshPair()
    const order = { ...ORDER, [pair.secret]: Number.NaN }
    expectNoValue(await failure(() => offline(pair).placeOrder(order)), pair)
  })

  test('what is returned cannot be changed on its way to a log', async () => {
    const request = await offline().placeOrder(ORDER)
    expect(Object.isFrozen(request) && Object.isFrozen(request.headers)).toBe(true)
  })
})
