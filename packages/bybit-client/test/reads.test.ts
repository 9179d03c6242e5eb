import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BybitAnswer } from '../src/index.ts'
import { expectNoValue } from './canary.ts'
import { desk } from './desk.ts'

describe('a read over the network', () => {
  test('returns what Bybit answers, with its time and its limits', async () => {
    const { client, server } = await desk()
    const answer = (await client().getOpenOrders({ category: 'linear' })) as BybitAnswer
    expect(answer).toMatchObject({
      dryRun: false,
      result: { category: 'linear', list: [] },
      rateLimit: { limit: 50, remaining: 49 },
    })
    expect(answer.timeMs).toBeTypeOf('number')
    expect(server.requests.all()).toMatchObject([{ keyId: expect.any(String) as string }])
  })

  test('reaches every endpoint that the exchange server has', async () => {
    const { client, server } = await desk()
    const bybit = client()
    const market = { category: 'linear', symbol: 'BTCUSDT' } as const
    expect(await bybit.getServerTime()).toMatchObject({
      result: { timeSecond: expect.any(String) as string },
      rateLimit: null,
    })
    expect(await bybit.getTickers(market)).toMatchObject({ result: { category: 'linear' } })
    expect(await bybit.getPositions(market)).toMatchObject({ result: { list: [] } })
    expect(await bybit.getWalletBalance()).toMatchObject({
      result: { list: [{ accountType: 'UNIFIED' }] },
    })
    expect(await bybit.getKeyInformation()).toMatchObject({ result: { userID: 100 } })
    expect(server.requests.all().map(({ status, code }) => [status, code])).toEqual(
      Array.from({ length: 5 }, () => [200, null]),
    )
  })

  test('asks for the history of orders at its own path', async () => {
    const urls: string[] = []
    const { client } = await desk()
    const fetch = async (url: string): Promise<Response> => {
      urls.push(new URL(url).pathname)
      return Response.json({ retCode: 0, retMsg: 'OK', result: { list: [] } })
    }
    expect(await client({ fetch }).getOrderHistory({ category: 'spot' })).toMatchObject({
      result: { list: [] },
      timeMs: null,
      clockOffset: null,
    })
    expect(urls).toEqual(['/v5/order/history'])
  })

  test('sends what is signed, whatever the parameters: the exchange accepts it', async () => {
    const { client } = await desk({}, { knobs: { rateLimitFactor: 1000 } })
    const bybit = client()
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom('a%3Db', '%', '100%25', "it's", 'a+b c&d=e#f?', 'ä漢🙂', '%E4%', '../x'),
    )
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).map((n) => `p${n}`)
    const more = fc.dictionary(name, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 4 })
    await fc.assert(
      fc.asyncProperty(text, more, async (cursor, parameters) => {
        const query = { ...parameters, category: 'linear', cursor } as const
        expect(await bybit.getOpenOrders(query)).toMatchObject({ dryRun: false })
      }),
      { numRuns: 150 },
    )
  })

  test('masks the key that the description of a key repeats, and nothing else', async () => {
    const { client, pair } = await desk({ note: 'desk', ips: ['127.0.0.1'] })
    const answer = await client().getKeyInformation()
    expect(answer).toMatchObject({
      result: {
        apiKey: `${pair.apiKey.slice(0, 3)}...***`,
        note: 'desk',
        ips: ['127.0.0.1'],
        readOnly: 0,
        isMaster: true,
        permissions: { Spot: ['SpotTrade'], Wallet: [] },
      },
    })
    expectNoValue(answer, pair)
  })

  test('reads the account that the client is for', async () => {
    const { client, store } = await desk()
    const asked: unknown[] = []
    const secretProvider = {
      ...store.provider,
      getCredential: async (...args: Parameters<typeof store.provider.getCredential>) => {
        asked.push(args)
        return store.provider.getCredential('shadow', 'bybit')
      },
    }
    await client({ secretProvider, account: 'hedge' }).getKeyInformation()
    await client({ secretProvider }).getKeyInformation()
    expect(asked).toEqual([
      ['shadow', 'bybit', 'hedge'],
      ['shadow', 'bybit'],
    ])
  })
})
