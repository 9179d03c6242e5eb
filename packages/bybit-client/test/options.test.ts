import { describe, expect, test } from 'vitest'
import type { BybitRestClientOptions, BybitSite, DryRunRequest } from '../src/index.ts'
import { BYBIT_SITES, BybitRestClient } from '../src/index.ts'
import { failure } from './canary.ts'
import { credentialOf, desk, freshPair, storeOf } from './desk.ts'

function made(options: Partial<BybitRestClientOptions> = {}): BybitRestClient {
  const { provider } = storeOf(credentialOf(freshPair()))
  return new BybitRestClient({ secretProvider: provider, apiEnv: 'shadow', ...options })
}

async function hostOf(client: BybitRestClient): Promise<string> {
  return new URL(((await client.getServerTime()) as DryRunRequest).url).origin
}

describe('the options of a client', () => {
  test('lead each site to its own host, mainnet by default', async () => {
    const hosts = await Promise.all(BYBIT_SITES.map((site) => hostOf(made({ site }))))
    expect(Object.fromEntries(BYBIT_SITES.map((site, at) => [site, hosts[at]]))).toEqual({
      mainnet: 'https://api.bybit.com',
      bytick: 'https://api.bytick.com',
      testnet: 'https://api-testnet.bybit.com',
      demo: 'https://api-demo.bybit.com',
      nl: 'https://api.bybit.nl',
      tr: 'https://api.bybit.tr',
      kz: 'https://api.bybit.kz',
      eu: 'https://api.bybit.eu',
      ae: 'https://api.bybit.ae',
      id: 'https://api.bybit.id',
      georgia: 'https://api.bybitgeorgia.ge',
    })
    expect(await hostOf(made())).toBe('https://api.bybit.com')
  })

  test.each(['mainet', 'toString', '__proto__', 'https://evil.example', 7])(
    'know no site %s',
    async (site) => {
      const error = await failure(() => made({ site: site as BybitSite }))
      expect(error).toMatchObject({ code: 'USAGE' })
      expect(error.hint).toContain('mainnet, bytick, testnet')
    },
  )

  test('suggest the site that was meant', async () => {
    const error = await failure(() => made({ site: 'testnett' as BybitSite }))
    expect(error.message).toContain('Did you mean "testnet"?')
  })

  test.each([
    'https://api.bybit.com',
    'http://127.0.0.1.example.com:80',
    'http://user:word@127.0.0.1:80',
    'http://0.0.0.0:80',
    'ftp://127.0.0.1',
    'nonsense',
    '',
  ])('take no endpoint that is not on this machine: %s', async (exchangeEndpoint) => {
    expect(await failure(() => made({ exchangeEndpoint }))).toMatchObject({ code: 'CONFIG' })
  })

  test('take an endpoint on this machine, and warn once where requests go there', async () => {
    for (const exchangeEndpoint of [
      'http://localhost:1/',
      'http://[::1]:1',
      'http://127.9.9.9:1',
    ]) {
      const origin = new URL(exchangeEndpoint).origin
      expect(await hostOf(made({ exchangeEndpoint }))).toBe(origin)
    }
    const { client, server, warnings } = await desk()
    const bybit = client()
    await bybit.getServerTime()
    await bybit.getServerTime()
    expect(warnings).toEqual([`Requests go to ${server.url} in place of Bybit.`])
  })

  test('name an environment; a wrong one is refused with what was meant', async () => {
    expect(await failure(() => made({ apiEnv: 'shadw' }))).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('shadow') as string,
    })
  })

  test('need fetch with the network', async () => {
    const error = await failure(() => made({ networkEnabled: true }))
    expect(error).toMatchObject({ code: 'USAGE', hint: 'Pass fetch: globalThis.fetch.' })
  })

  test.each([
    { recvWindowMs: 0 },
    { recvWindowMs: -1 },
    { recvWindowMs: 1.5 },
    { recvWindowMs: Number.NaN },
    { timeoutMs: 0 },
    { timeoutMs: 2 ** 31 },
    { maxRateLimitWaitMs: -1 },
  ])('hold whole milliseconds: %j', async (options) => {
    const error = await failure(() => made(options))
    expect(error).toMatchObject({ code: 'USAGE' })
    expect(error.message).toContain(Object.keys(options)[0])
  })
})
