import { expect, it } from 'vitest'

import { admin as binanceAdmin, EMAIL } from '../binance/fixture.ts'
import { holder as bybitHolder } from '../bybit/fixture.ts'
import { letters } from '../client/key-material.ts'
import { bybitClient } from '../client/bybit-client.ts'
import { start } from '../client/with-server.ts'
import { admin as kucoinAdmin, SUB_NAME } from '../kucoin/fixture.ts'

it('tells of each request what it was, whose, and how it ended', async () => {
  const server = await start()
  const { client, key, apiKey } = bybitHolder(server, { ips: ['192.0.2.1'] })
  await client.get('/v5/user/query-api')
  await bybitClient(server.url, { apiKey, secret: letters(36) }).get('/v5/user/query-api')
  await bybitClient(server.urls['testnet'] ?? '', { apiKey, secret: '' }).get('/v5/user/query-api')
  server.knobs.set({ sourceIp: '192.0.2.1' })
  await client.get('/v5/user/query-api')
  const common = { exchange: 'bybit', operation: 'GET /v5/user/query-api', status: 200 }
  expect(server.requests.all()).toEqual([
    { ...common, site: 'mainnet', keyId: key.id, code: '10010' },
    { ...common, site: 'mainnet', keyId: null, code: '10004' },
    { ...common, site: 'testnet', keyId: null, code: '10003' },
    { ...common, site: 'mainnet', keyId: key.id, code: null },
  ])
  expect(server.requests.count('GET /v5/user/query-api')).toBe(4)
})

it('holds nothing secret: no key, no signature, no parameter', async () => {
  const server = await start()
  const bybit = bybitHolder(server)
  const binance = binanceAdmin(server)
  const kucoin = kucoinAdmin(server)
  const passphrase = letters(20)
  await bybit.client.get('/v5/order/realtime', `category=spot&orderId=${passphrase}`)
  await binance.client({
    method: 'POST',
    path: '/sapi/v1/sub-account/subAccountApi',
    body: `email=${encodeURIComponent(EMAIL)}&status=1&apiName=${passphrase}`,
  })
  const query = new URLSearchParams({ subName: SUB_NAME, apiKey: 'none', passphrase }).toString()
  await kucoin.client({ method: 'DELETE', target: `/api/v1/sub/api-key?${query}` })
  expect(server.requests.count()).toBe(3)
  const text = JSON.stringify([server.requests.all(), server.requests.counts()])
  for (const { apiKey, secret } of [bybit, binance, kucoin]) {
    expect(text).not.toContain(apiKey)
    expect(text).not.toContain(secret)
  }
  expect(text).not.toContain(passphrase)
})
