import { SecretsError } from '@mm-secrets/core'
import { describe, expect, test } from 'vitest'
import { expectNoValue, failure } from './canary.ts'
import { credentialOf, desk, freshPair } from './desk.ts'

describe('after an authentication failure', () => {
  test('the credential is read anew once, and the request sent again with the newer one', async () => {
    const at = await desk()
    const bybit = at.client()
    await bybit.getKeyInformation()
    const next = freshPair()
    at.add(next)
    at.store.rotate(credentialOf(next))
    at.server.keys.bybit.remove(at.server.keys.bybit.find(at.pair.apiKey)!)
    at.server.requests.clear()
    expect(await bybit.getKeyInformation()).toMatchObject({ dryRun: false })
    expect(at.server.requests.all().map(({ code }) => code)).toEqual(['10003', null])
    expect(at.store.reads()).toBe(2)
  })

  test('requests that fail together all go on with the newer one', async () => {
    const at = await desk()
    const bybit = at.client()
    await bybit.getKeyInformation()
    const next = freshPair()
    at.add(next)
    at.store.rotate(credentialOf(next))
    at.server.keys.bybit.remove(at.server.keys.bybit.find(at.pair.apiKey)!)
    const all = await Promise.all(
      Array.from({ length: 8 }, () => bybit.getOpenOrders({ category: 'spot' })),
    )
    expect(all.every(({ dryRun }) => !dryRun)).toBe(true)
    expect(at.store.reads()).toBe(2)
  })

  test('nothing is sent again where the store has nothing newer', async () => {
    const at = await desk()
    at.server.keys.bybit.remove(at.server.keys.bybit.find(at.pair.apiKey)!)
    const error = await failure(() => at.client().getKeyInformation())
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(at.server.requests.count()).toBe(1)
    expect(at.store.reads()).toBe(2)
  })

  test('a dead key does not turn every request into a read of the store', async () => {
    const at = await desk()
    at.server.keys.bybit.remove(at.server.keys.bybit.find(at.pair.apiKey)!)
    const bybit = at.client()
    for (let i = 0; i < 5; i++) await failure(() => bybit.getKeyInformation())
    expect(at.server.requests.count()).toBe(5)
    expect(at.store.reads()).toBe(2)
  })

  test('a newer key that is refused too is not followed by a third request', async () => {
    const at = await desk()
    const bybit = at.client()
    await bybit.getServerTime()
    at.server.keys.bybit.remove(at.server.keys.bybit.find(at.pair.apiKey)!)
    at.server.requests.clear()
    const next = freshPair()
    await at.store.provider.getCredential('shadow', 'bybit')
    at.store.rotate(credentialOf(next))
    const error = await failure(() => bybit.getKeyInformation())
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(at.server.requests.all().map(({ code }) => code)).toEqual(['10003', '10003'])
    expectNoValue(error, at.pair, next)
  })

  test('HTTP 401 counts as one', async () => {
    const at = await desk()
    const statuses = [401, 200]
    const keys: (string | null)[] = []
    const fetch = async (_url: string, { headers }: RequestInit): Promise<Response> => {
      keys.push(new Headers(headers).get('x-bapi-api-key'))
      return Response.json(statuses.length === 2 ? 'no' : { retCode: 0, result: {} }, {
        status: statuses.shift() ?? 500,
      })
    }
    const bybit = at.client({ fetch })
    const next = freshPair()
    await at.store.provider.getCredential('shadow', 'bybit')
    at.store.rotate(credentialOf(next))
    expect(await bybit.getKeyInformation()).toMatchObject({ dryRun: false })
    expect(keys).toEqual([at.pair.apiKey, next.apiKey])
  })

  test('the refusal is told also where the store fails, with the code of its failure', async () => {
    const at = await desk()
    at.server.keys.bybit.remove(at.server.keys.bybit.find(at.pair.apiKey)!)
    let reads = 0
    const secretProvider = {
      ...at.store.provider,
      getCredential: async () => {
        if (reads++ > 0) throw new SecretsError('UNAVAILABLE', 'The store is busy.')
        return at.store.provider.getCredential('shadow', 'bybit')
      },
    }
    const error = await failure(() => at.client({ secretProvider }).getKeyInformation())
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(error.message).toMatch(/10003.*newer key is unknown \(UNAVAILABLE\)\.$/)
  })

  test('other refusals lead to no second read', async () => {
    const at = await desk({ ips: ['192.0.2.7'] })
    await failure(() => at.client().getKeyInformation())
    expect(at.store.reads()).toBe(1)
    expect(at.server.requests.count()).toBe(1)
  })
})
