import type { Clock, Exchange } from '@mm-secrets/core'
import { EXCHANGES, systemClock } from '@mm-secrets/core'
import { describe, expect, test } from 'vitest'
import { askExchange, sitesOf } from '../../src/index.ts'
import { credentialOf, freshValues, pemPair } from '../credentials.ts'
import { ask, issued, MASTER_UID, start } from './with-server.ts'

const DAY_MS = 86_400_000
const KEY_PATHS: Readonly<Record<Exchange, string>> = {
  bybit: 'GET /v5/user/query-api',
  binance: 'GET /sapi/v1/account/apiRestrictions',
  kucoin: 'GET /api/v1/user/api-key',
}
const HOME = '127.0.0.1'

function clockThatIsOff(ms: number): Clock {
  return { now: () => Date.now() + ms, sleep: systemClock.sleep }
}

describe('a key that is alive', () => {
  test.each([
    [
      'bybit',
      {
        owner: '101',
        kind: 'sub',
        permissions: ['Spot/SpotTrade', 'Derivatives/DerivativesTrade'],
        ips: [HOME],
        expiresAt: 'never',
        readOnly: false,
      },
    ],
    [
      'binance',
      {
        owner: '101',
        kind: null,
        permissions: ['enableReading'],
        ips: [],
        expiresAt: null,
        readOnly: true,
      },
    ],
    [
      'kucoin',
      {
        owner: '101',
        kind: 'sub',
        permissions: ['General'],
        ips: ['127.**.1'],
        expiresAt: null,
        readOnly: true,
      },
    ],
  ] as const)('of %s is described', async (exchange, expected) => {
    const server = await start()
    const createdAt = Date.UTC(2026, 0, 1)
    const { credential } = issued(server, exchange, { ips: [HOME], createdAt })
    const answer = await ask(server, credential)
    expect(answer).toMatchObject({
      outcome: 'alive',
      facts: { exchange, site: 'mainnet', ipBound: true, createdAt, withdraw: false, ...expected },
    })
    expect(Math.abs(answer.clockOffsetMs ?? Infinity)).toBeLessThan(30_000)
  })

  test('of Bybit that is bound to nothing ends after 90 days', async () => {
    const server = await start()
    const createdAt = Date.UTC(2026, 10, 1)
    const { credential } = issued(server, 'bybit', { createdAt })
    expect(await ask(server, credential)).toMatchObject({
      facts: { ipBound: false, ips: [], expiresAt: createdAt + 90 * DAY_MS },
    })
  })

  test.each([
    ['bybit', 'rsa'],
    ['binance', 'rsa'],
    ['binance', 'ed25519'],
  ] as const)('of %s may sign with a private key: %s', async (exchange, kind) => {
    const server = await start()
    const { secret, publicKey } = pemPair(kind)
    const values = { ...freshValues(exchange), secret }
    const { credential } = issued(server, exchange, { publicKey }, values)
    expect(await ask(server, credential)).toMatchObject({ outcome: 'alive' })
  })

  test('is asked about with GETs alone, and each once', async () => {
    const server = await start()
    for (const exchange of EXCHANGES) await ask(server, issued(server, exchange).credential)
    const operations = server.requests.all().map(({ operation }) => operation)
    expect(operations).toEqual([
      'GET /v5/market/time',
      KEY_PATHS.bybit,
      'GET /api/v3/time',
      KEY_PATHS.binance,
      'GET /api/v3/account',
      'GET /api/v1/timestamp',
      KEY_PATHS.kucoin,
    ])
  })

  test('of Binance is described though its account is not told', async () => {
    const server = await start()
    const { credential } = issued(server, 'binance')
    server.knobs.set({ next: [{ fault: 'error', operation: 'GET /api/v3/account' }] })
    expect(await ask(server, credential)).toMatchObject({
      outcome: 'alive',
      facts: { owner: null },
    })
  })
})

describe('a key that is dead', () => {
  test('of Bybit has expired', async () => {
    const server = await start()
    const { credential } = issued(server, 'bybit', { expiresAt: Date.now() - 1000 })
    expect(await ask(server, credential)).toMatchObject({
      outcome: 'dead',
      reason: 'expired',
      code: '33004',
      message: 'The key has expired at Bybit (mainnet).',
    })
  })

  test.each([
    ['bybit', '10003'],
    ['kucoin', '400003'],
  ] as const)('of %s is unknown where it is on record', async (exchange, code) => {
    const server = await start()
    const { credential, remove } = issued(server, exchange)
    remove()
    const recorded = { site: 'mainnet', createdAt: Date.now() - DAY_MS }
    expect(await ask(server, credential, { recorded })).toMatchObject({
      outcome: 'dead',
      reason: 'gone',
      code,
    })
  })
})

describe('nothing sure is said of a key', () => {
  test.each(EXCHANGES)('of %s that is unknown while no site is on record', async (exchange) => {
    const server = await start()
    const { credential, remove } = issued(server, exchange)
    remove()
    const answer = await ask(server, credential)
    expect(answer).toMatchObject({ outcome: 'unknown' })
    expect(answer).toHaveProperty('message', expect.stringMatching(/was deleted, (?:or|is)/))
  })

  test.each(['bybit', 'kucoin'] as const)(
    'of %s at a site other than its own',
    async (exchange) => {
      const server = await start({ sites: ['mainnet', 'eu'] })
      const { credential } = issued(server, exchange, { site: 'eu' })
      const recorded = { site: 'eu', createdAt: null }
      expect(await ask(server, credential, { recorded })).toMatchObject({
        outcome: 'unknown',
        reason: 'wrong-site',
        fix: 'Ask at eu.',
      })
      expect(await ask(server, credential, { recorded, site: 'eu' })).toMatchObject({
        outcome: 'alive',
        facts: { site: 'eu' },
      })
    },
  )

  test('of Binance, which does not say why it refuses it', async () => {
    const server = await start()
    const { credential, remove } = issued(server, 'binance')
    remove()
    const recorded = { site: 'mainnet', createdAt: null }
    expect(await ask(server, credential, { recorded })).toMatchObject({
      outcome: 'unknown',
      reason: 'key-ip-or-permission',
      code: '-2015',
    })
  })

  test.each([
    ['bybit', '10010', 'ip-not-bound'],
    ['binance', '-2015', 'key-ip-or-permission'],
    ['kucoin', '400006', 'ip-not-bound'],
  ] as const)('of %s that is bound to other addresses', async (exchange, code, reason) => {
    const server = await start()
    const { credential } = issued(server, exchange, { ips: ['203.0.113.7'] })
    const recorded = { site: 'mainnet', createdAt: null }
    expect(await ask(server, credential, { recorded })).toMatchObject({
      outcome: 'unknown',
      code,
      reason,
    })
  })

  test('that was just made and is not known everywhere', async () => {
    const server = await start({ knobs: { propagationRequests: 1 } })
    server.keys.bybit.addAccount({ uid: 7, masterUid: MASTER_UID })
    const admin = freshValues('bybit')
    server.keys.bybit.add({
      apiKey: admin.key,
      secret: admin.secret,
      uid: MASTER_UID,
      permissions: { Wallet: ['SubMemberTransfer'] },
    })
    const made = await createSubKey(server.url, admin)
    const recorded = { site: 'mainnet', createdAt: Date.now() }
    const credential = credentialOf('bybit', { ...made, passphrase: '' })
    expect(await ask(server, credential, { recorded })).toMatchObject({
      outcome: 'unknown',
      reason: 'not-known-yet',
    })
    expect(await ask(server, credential, { recorded })).toMatchObject({ outcome: 'alive' })
  })

  test.each([
    ['bybit', 'signature', '10004'],
    ['binance', 'signature', '-1022'],
    ['kucoin', 'passphrase', '400004'],
  ] as const)('of %s with the secret of another', async (exchange, reason, code) => {
    const server = await start()
    const values = freshValues(exchange)
    issued(server, exchange, {}, values)
    const { secret } = freshValues(exchange)
    const answer = await ask(server, credentialOf(exchange, { ...values, secret }))
    expect(answer).toMatchObject({ outcome: 'unknown', reason, code })
  })

  test.each([
    ['throttle', 'rate-limit', 'rate-limit', 'rate-limit'],
    ['error', 'server-error', 'server-error', 'server-error'],
    ['blocked', 'blocked', 'blocked', 'blocked'],
    ['banned', 'ip-banned', 'rate-limit', 'rate-limit'],
    ['restricted', 'region', 'region', 'region'],
    ['frozen', 'account-frozen', 'account-frozen', 'account-frozen'],
    ['reset', 'unreachable', 'unreachable', 'unreachable'],
  ] as const)('when the exchange answers as if: %s', async (fault, ...reasons) => {
    const server = await start()
    for (const [at, exchange] of EXCHANGES.entries()) {
      const { credential } = issued(server, exchange)
      server.knobs.set({ next: [{ fault, operation: KEY_PATHS[exchange] }] })
      const recorded = { site: 'mainnet', createdAt: null }
      const answer = await ask(server, credential, { recorded })
      expect(answer).toMatchObject({ outcome: 'unknown', reason: reasons[at] })
    }
  })

  test.each(EXCHANGES)('when %s hangs', async (exchange) => {
    const server = await start()
    const { credential } = issued(server, exchange)
    server.knobs.set({ next: [{ fault: 'hang', operation: KEY_PATHS[exchange] }] })
    const answer = await ask(server, credential, { timeoutMs: 100 })
    expect(answer).toMatchObject({ outcome: 'unknown', reason: 'timeout', code: null })
  })

  test('when nobody is there, and then nothing signed is sent', async () => {
    const server = await start()
    const { credential } = issued(server, 'bybit')
    server.knobs.set({ next: [{ fault: 'reset' }] })
    expect(await ask(server, credential)).toMatchObject({
      reason: 'unreachable',
      clockOffsetMs: null,
    })
    expect(server.requests.all()).toHaveLength(1)
    const gone = server.url
    await server.close()
    const answer = await askExchange(credential, {
      site: 'mainnet',
      fetch,
      clock: systemClock,
      endpoint: gone,
    })
    expect(answer).toMatchObject({ reason: 'unreachable', code: 'ECONNREFUSED' })
  })
})

describe('a clock that is off', () => {
  test.each([90_000, -90_000])('by %d ms is measured and does not hide the facts', async (ms) => {
    const server = await start()
    for (const exchange of EXCHANGES) {
      const { credential } = issued(server, exchange)
      const answer = await ask(server, credential, { clock: clockThatIsOff(ms) })
      expect(answer.outcome).toBe('alive')
      expect(Math.abs((answer.clockOffsetMs ?? Infinity) + ms)).toBeLessThan(30_000)
    }
  })

  test.each([
    ['bybit', 'GET /v5/market/time', '10002'],
    ['binance', 'GET /api/v3/time', '-1021'],
    ['kucoin', 'GET /api/v1/timestamp', '400002'],
  ] as const)(
    'and cannot be measured at %s is named as the cause',
    async (exchange, operation, code) => {
      const server = await start()
      const { credential } = issued(server, exchange)
      server.knobs.set({ next: [{ fault: 'blocked', operation }] })
      const answer = await ask(server, credential, { clock: clockThatIsOff(90_000) })
      expect(answer).toMatchObject({
        outcome: 'unknown',
        reason: 'clock',
        code,
        clockOffsetMs: null,
      })
    },
  )
})

describe('asking', () => {
  test('ends when the person leaves', async () => {
    const server = await start()
    const { credential } = issued(server, 'bybit')
    server.knobs.set({ next: [{ fault: 'hang', operation: KEY_PATHS.bybit }] })
    const person = new AbortController()
    setTimeout(() => {
      person.abort()
    }, 50)
    await expect(ask(server, credential, { signal: person.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
  })

  test.each(EXCHANGES)('goes to the hosts of %s over HTTPS, and nowhere else', async (exchange) => {
    const seen = new Map<string, readonly string[]>()
    for (const site of sitesOf(exchange)) {
      const origins: string[] = []
      const offline: typeof fetch = (input, init) => {
        expect(init).toMatchObject({ method: 'GET', redirect: 'manual' })
        origins.push(new URL(input instanceof Request ? input.url : input).origin)
        return Promise.resolve(new Response('', { status: 503 }))
      }
      const credential = credentialOf(exchange, freshValues(exchange))
      const answer = await askExchange(credential, { site, fetch: offline, clock: systemClock })
      expect(answer).toMatchObject({ outcome: 'unknown', reason: 'server-error' })
      seen.set(site, origins)
    }
    const [first] = seen.values()
    expect(first).toEqual([`https://api.${exchange}.com`, `https://api.${exchange}.com`])
    for (const origins of seen.values()) expect(new Set(origins).size).toBe(1)
    expect(new Set([...seen.values()].flat()).size).toBe(seen.size)
    for (const origin of [...seen.values()].flat()) {
      expect(origin).toMatch(/^https:\/\/[\w.-]*(?:bybit|binance|kucoin)[\w.-]*$/)
    }
  })

  test('at a site that there is not is refused with what was meant', async () => {
    const credential = credentialOf('bybit', freshValues('bybit'))
    const asked = askExchange(credential, { site: 'mainet', fetch, clock: systemClock })
    await expect(asked).rejects.toMatchObject({
      code: 'USAGE',
      message: 'bybit has no site "mainet". Did you mean "mainnet"?',
    })
    const inherited = askExchange(credential, { site: 'toString', fetch, clock: systemClock })
    await expect(inherited).rejects.toMatchObject({ code: 'USAGE' })
    const server = await start()
    await expect(ask(server, credential, { site: 'x' })).rejects.toMatchObject({ code: 'USAGE' })
  })

  test.each([
    'https://api.bybit.com',
    'http://127.0.0.1.example.com',
    'ftp://127.0.0.1',
    'x',
    'http://a:b@127.0.0.1',
  ])('at an endpoint that is not on loopback is refused: %s', async (endpoint) => {
    const credential = credentialOf('bybit', freshValues('bybit'))
    const asked = askExchange(credential, { site: 'mainnet', fetch, clock: systemClock, endpoint })
    await expect(asked).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

/** As an administrator's key has Bybit do it; how such a request is signed is in the signer's tests. */
async function createSubKey(
  url: string,
  admin: { readonly key: string; readonly secret: string },
): Promise<{ readonly key: string; readonly secret: string }> {
  const { bybitBody, prepareBybitSigner } = await import('@mm-secrets/bybit-signer')
  const sign = prepareBybitSigner(admin)
  const body = bybitBody({ subuid: 7, readOnly: 0, permissions: { Spot: ['SpotTrade'] } })
  const path = '/v5/user/create-sub-api'
  const { headers } = sign({ method: 'POST', path, body }, { timestampMs: Date.now() })
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body })
  const { result } = (await response.json()) as { result: { apiKey: string; secret: string } }
  return { key: result.apiKey, secret: result.secret }
}
