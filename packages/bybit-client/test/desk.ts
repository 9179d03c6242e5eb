import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock, Credential } from '@mm-secrets/core'
import { Redacted, cachingProvider, credentialRef, systemClock } from '@mm-secrets/core'
import type {
  ExchangeServer,
  ExchangeServerOptions,
  NewBybitKey,
} from '@mm-secrets/exchange-server'
import { startExchangeServer } from '@mm-secrets/exchange-server'
import { afterEach } from 'vitest'
import type { BybitRestClientOptions, BybitSecretProvider } from '../src/index.ts'
import { BybitRestClient } from '../src/index.ts'

export interface Pair {
  readonly apiKey: string
  readonly secret: string
}

/** As Bybit issues them, made when a test runs. */
export function freshPair(): Pair {
  return { apiKey: letters(18), secret: letters(36) }
}

function letters(length: number): string {
  const text = randomBytes(2 * length).toString('base64')
  return text.replace(/[^A-Za-z0-9]/g, 'x').slice(0, length)
}

type VersionId = Credential['versionId']

export function credentialOf({ apiKey, secret }: Pair, env = 'shadow'): Credential {
  const versionId = randomUUID() as string as VersionId
  return Object.freeze({
    ref: credentialRef({ env, exchange: 'bybit' }),
    versionId,
    createdAt: null,
    layout: 'pair',
    paired: true,
    members: Object.freeze({
      api_key: new Redacted(apiKey, { keyType: 'api_key', versionId }),
      api_secret: new Redacted(secret, { keyType: 'api_secret', versionId }),
    }),
  })
}

export interface Store {
  /** Caches as a bot's provider does. */
  readonly provider: BybitSecretProvider
  /** What the store has from now on. */
  rotate(credential: Credential): void
  /** How often the store was asked. */
  reads(): number
}

export function storeOf(first: Credential): Store {
  let current = first
  let reads = 0
  const read = async (): Promise<Credential> => {
    reads++
    return current
  }
  const cache = cachingProvider({ read }, systemClock)
  return {
    provider: {
      getCredential: (env, exchange, account = null) =>
        cache.getCredential(credentialRef({ env, exchange, account })),
      invalidate: cache.invalidate,
    },
    rotate(credential) {
      current = credential
    },
    reads: () => reads,
  }
}

/** Everything that reads, and an order: what a trading bot's key may do. */
const TRADING: NonNullable<NewBybitKey['permissions']> = {
  ContractTrade: ['Order', 'Position'],
  Spot: ['SpotTrade'],
}

export interface Desk {
  readonly server: ExchangeServer
  readonly pair: Pair
  readonly store: Store
  readonly warnings: readonly string[]
  /** A client with the network, of the server's first site, unless said otherwise. */
  client(options?: Partial<BybitRestClientOptions>): BybitRestClient
  /** Makes a key known at the server. */
  add(pair: Pair, key?: Partial<NewBybitKey>): void
}

const open: ExchangeServer[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

/** An exchange, a key that it knows, a store that has it. */
export async function desk(
  key: Partial<NewBybitKey> = {},
  options: ExchangeServerOptions = {},
): Promise<Desk> {
  const server = await startExchangeServer(options)
  open.push(server)
  const pair = freshPair()
  const store = storeOf(credentialOf(pair))
  const warnings: string[] = []
  const add = (added: Pair, more: Partial<NewBybitKey> = {}): void => {
    server.keys.bybit.add({ ...added, uid: 100, permissions: TRADING, ...more })
  }
  add(pair, key)
  return {
    server,
    pair,
    store,
    warnings,
    add,
    client: (more) =>
      new BybitRestClient({
        secretProvider: store.provider,
        apiEnv: 'shadow',
        networkEnabled: true,
        fetch: globalThis.fetch,
        exchangeEndpoint: server.url,
        warn: (line) => void warnings.push(line),
        ...more,
      }),
  }
}

/** Time of the machine and of the server, moved on by whoever sleeps: nobody waits. */
export function jumpingClock({ clock }: ExchangeServer): Clock & { slept: number[] } {
  let ahead = 0
  const slept: number[] = []
  return {
    slept,
    now: () => Date.now() + ahead,
    sleep: async (ms) => {
      slept.push(ms)
      ahead += ms
      clock.advance(ms)
    },
  }
}
