import { afterEach, describe, expect, test } from 'vitest'
import type { BybitRestClientOptions, DryRunRequest } from '../src/index.ts'
import { BybitRestClient } from '../src/index.ts'
import { failure } from './canary.ts'
import type { Desk } from './desk.ts'
import { desk } from './desk.ts'

const ORDER = {
  category: 'linear',
  symbol: 'BTCUSDT',
  side: 'Buy',
  orderType: 'Market',
  qty: '1',
} as const
const CANCELLATION = { category: 'linear', symbol: 'BTCUSDT', orderId: '1' } as const

async function expectNothingSent(at: Desk, client: BybitRestClient): Promise<void> {
  const calls = [
    () => client.placeOrder(ORDER),
    () => client.cancelOrder(CANCELLATION),
    () => client.cancelAllOrders({ category: 'linear' }),
  ]
  for (const call of calls) expect(await failure(call)).toMatchObject({ code: 'DRY_RUN' })
  expect(at.server.orders.count()).toBe(0)
  expect(at.server.requests.count()).toBe(0)
}

describe('with the network, what would change something', () => {
  afterEach(() => {
    for (const name of ['method', 'body', 'networkEnabled', '/v5/order/create']) {
      Reflect.deleteProperty(Object.prototype, name)
    }
  })

  test('throws DRY_RUN before the credential is read, and says what to do', async () => {
    const at = await desk()
    await expectNothingSent(at, at.client())
    expect(at.store.reads()).toBe(0)
    expect((await failure(() => at.client().placeOrder(ORDER))).hint).toContain('networkEnabled')
  })

  test('throws whatever options are added', async () => {
    const at = await desk()
    const wishes = { dryRun: false, live: true, allowOrders: true, method: 'POST', allow: ['*'] }
    await expectNothingSent(at, at.client(wishes as Partial<BybitRestClientOptions>))
  })

  test('throws in a subclass that says that it is offline, or calls a read with its own path', async () => {
    const at = await desk()
    class Bold extends BybitRestClient {
      override get networkEnabled(): boolean {
        return false
      }
      async force(): Promise<unknown> {
        return this.getOpenOrders.call(this, { ...ORDER, path: '/v5/order/create' })
      }
    }
    const client = new Bold({
      secretProvider: at.store.provider,
      apiEnv: 'shadow',
      networkEnabled: true,
      fetch: globalThis.fetch,
      exchangeEndpoint: at.server.url,
      warn: () => undefined,
    })
    await expectNothingSent(at, client)
    await client.force()
    expect(at.server.requests.counts()).toEqual({ 'GET /v5/order/realtime': 1 })
  })

  test('throws on an object that borrows its methods, or exchanges them', async () => {
    const at = await desk()
    const client = at.client()
    const borrowed = Object.create(client, {
      networkEnabled: { value: false },
      getServerTime: { value: BybitRestClient.prototype.placeOrder },
    }) as BybitRestClient
    await expect(borrowed.placeOrder(ORDER)).rejects.toThrow(TypeError)
    await expect(borrowed.getServerTime()).rejects.toThrow(TypeError)
    await expectNothingSent(at, client)
  })

  test('is a GET at most, whatever was added to the prototype of all objects', async () => {
    const at = await desk()
    const sent: unknown[] = []
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      sent.push([init.method, 'body' in init])
      // Both the signer and the network stack refuse a body that every object has.
      Reflect.deleteProperty(Object.prototype, 'body')
      return globalThis.fetch(url, init)
    }
    for (const [name, value] of Object.entries({
      method: 'POST',
      body: '{}',
      '/v5/order/create': 'signed',
    })) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    }
    const client = at.client({ fetch })
    expect(await client.getServerTime()).toMatchObject({ dryRun: false })
    expect(await client.getOpenOrders({ category: 'linear' })).toMatchObject({ dryRun: false })
    expect(await failure(() => client.placeOrder(ORDER))).toMatchObject({ code: 'DRY_RUN' })
    expect(sent).toEqual([
      ['GET', false],
      ['GET', false],
    ])
    expect(at.server.requests.counts()).toEqual({
      'GET /v5/market/time': 1,
      'GET /v5/order/realtime': 1,
    })
    expect(at.server.orders.count()).toBe(0)
  })

  test('shows no private part: there is nothing on a client to patch', async () => {
    const client = (await desk()).client()
    expect(Reflect.ownKeys(client)).toEqual([])
  })
})

describe('the network', () => {
  afterEach(() => void Reflect.deleteProperty(Object.prototype, 'networkEnabled'))

  test('is not enabled by the prototype of all objects', async () => {
    const at = await desk()
    Object.defineProperty(Object.prototype, 'networkEnabled', { value: true, configurable: true })
    const client = new BybitRestClient({
      secretProvider: at.store.provider,
      apiEnv: 'shadow',
      fetch: globalThis.fetch,
      exchangeEndpoint: at.server.url,
    })
    expect(client.networkEnabled).toBe(false)
    expect(((await client.getServerTime()) as DryRunRequest).dryRun).toBe(true)
  })

  test.each(['true', 'false', 1, null, {}])('is not enabled by %j', async (networkEnabled) => {
    const at = await desk()
    const options = { networkEnabled } as unknown as Partial<BybitRestClientOptions>
    expect(await failure(() => at.client(options))).toMatchObject({
      code: 'USAGE',
      message: 'networkEnabled is neither true nor false.',
    })
  })

  test('is not enabled by an assignment afterwards', async () => {
    const at = await desk()
    const client = at.client({ networkEnabled: false })
    expect(() => Object.assign(client, { networkEnabled: true })).toThrow(TypeError)
    await client.getServerTime()
    expect(at.server.requests.count()).toBe(0)
  })
})
