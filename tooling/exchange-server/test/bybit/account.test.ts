import { describe, expect, it } from 'vitest'

import { outcome, send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { holder } from './fixture.ts'

describe('reads', () => {
  it('answer a key that may do nothing else', async () => {
    const { client } = holder(await start(), { readOnly: true })
    const balance = await client.get('/v5/account/wallet-balance', 'accountType=UNIFIED')
    expect(balance.json).toMatchObject({
      retCode: 0,
      retMsg: 'OK',
      result: { list: [{ accountType: 'UNIFIED', coin: [{ coin: 'USDT' }] }] },
    })
    const orders = await client.get('/v5/order/realtime', 'category=spot')
    expect(orders.json['result']).toEqual({ category: 'spot', list: [], nextPageCursor: '' })
    const positions = await client.get('/v5/position/list', 'category=linear&settleCoin=USDT')
    expect(positions.json['result']).toEqual({ category: 'linear', list: [], nextPageCursor: '' })
  })

  it.each([
    ['/v5/account/wallet-balance', ''],
    ['/v5/order/realtime', ''],
    ['/v5/order/realtime', 'category=nothing'],
    ['/v5/position/list', 'category=linear'],
  ])('refuse %s?%s', async (path, query) => {
    const { client } = holder(await start())
    expect(await outcome(client.get(path, query))).toBe('10001')
  })

  it('of a market need no key', async () => {
    const { url } = await start()
    const target = '/v5/market/tickers?category=linear&symbol=ETHUSDT'
    const { json } = await send(url, { target })
    expect(json['result']).toMatchObject({ category: 'linear', list: [{ symbol: 'ETHUSDT' }] })
    expect(await outcome(send(url, { target: '/v5/market/tickers' }))).toBe('10001')
  })
})

describe('orders', () => {
  const ORDER = { category: 'spot', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '1' }

  it('are counted, whatever becomes of them', async () => {
    const server = await start()
    const trading = { permissions: { Spot: ['SpotTrade'] } }
    const { client } = holder(server, trading)
    const created = await client.post('/v5/order/create', { ...ORDER, orderLinkId: 'mine' })
    expect(created.json['result']).toMatchObject({ orderLinkId: 'mine' })
    const { orderId } = created.json['result'] as { orderId: string }
    const { category, symbol } = ORDER
    const cancelled = await client.post('/v5/order/cancel', { category, symbol, orderId })
    expect(cancelled.json['result']).toEqual({ orderId, orderLinkId: '' })
    const silent = holder(server, { ...trading, readOnly: true })
    expect(await outcome(silent.client.post('/v5/order/create', ORDER))).toBe('10005')
    expect((await send(server.url, { method: 'POST', target: '/v5/order/create' })).status).toBe(
      401,
    )
    await send(server.url, { method: 'DELETE', target: '/api/v3/order?symbol=LTCBTC' })
    await send(server.url, { method: 'POST', target: '/api/v1/hf/orders', body: '{}' })
    await send(server.url, { method: 'DELETE', target: '/api/v3/openOrders' })
    expect(server.orders.all().map(({ operation }) => operation)).toEqual([
      'POST /v5/order/create',
      'POST /v5/order/cancel',
      'POST /v5/order/create',
      'POST /v5/order/create',
      'DELETE /api/v3/order',
      'POST /api/v1/hf/orders',
      'DELETE /api/v3/openOrders',
    ])
    server.reset()
    expect(server.orders.count()).toBe(0)
  })

  it('that are only read are not', async () => {
    const server = await start()
    const { client } = holder(server)
    await client.get('/v5/order/realtime', 'category=spot')
    expect(server.orders.count()).toBe(0)
  })

  it.each([{ symbol: '' }, { qty: 1 }, { category: 'none' }, { side: undefined }])(
    'are refused with %j',
    async (more) => {
      const { client } = holder(await start(), { permissions: { Spot: ['SpotTrade'] } })
      expect(await outcome(client.post('/v5/order/create', { ...ORDER, ...more }))).toBe('10001')
    },
  )
})
