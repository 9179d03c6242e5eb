import type { Credential, Exchange } from '@mm-secrets/core'
import { systemClock } from '@mm-secrets/core'
import type { ExchangeServer, ExchangeServerOptions } from '@mm-secrets/exchange-server'
import { startExchangeServer } from '@mm-secrets/exchange-server'
import { afterEach } from 'vitest'
import type { AskOptions, KeyAnswer } from '../../src/index.ts'
import { askExchange } from '../../src/index.ts'
import type { Values } from '../credentials.ts'
import { credentialOf, freshValues } from '../credentials.ts'

const open: ExchangeServer[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

/** A server of its own for one test, closed after it. */
export async function start(options: ExchangeServerOptions = {}): Promise<ExchangeServer> {
  const server = await startExchangeServer(options)
  open.push(server)
  return server
}

/** What the servers of all exchanges take. */
export interface KeyOptions {
  readonly site?: string
  readonly ips?: readonly string[]
  readonly createdAt?: number
  readonly expiresAt?: number | null
  readonly publicKey?: string
}

export const MASTER_UID = 100
const SUB_UID = 101

/** A sub-account's key that the server knows, and the credential that is stored of it. */
export function issued(
  server: ExchangeServer,
  exchange: Exchange,
  options: KeyOptions = {},
  values: Values = freshValues(exchange),
): { readonly credential: Credential; remove(): void } {
  const { key: apiKey, secret, passphrase } = values
  const proof = options.publicKey === undefined ? { secret } : {}
  const common = { apiKey, ...proof, uid: SUB_UID, masterUid: MASTER_UID, ...options }
  const credential = credentialOf(exchange, values)
  if (exchange === 'bybit') {
    const key = server.keys.bybit.add({ ...common, permissions: { Spot: ['SpotTrade'] } })
    return {
      credential,
      remove: () => {
        server.keys.bybit.remove(key)
      },
    }
  }
  if (exchange === 'binance') {
    const key = server.keys.binance.add(common)
    return {
      credential,
      remove: () => {
        server.keys.binance.remove(key)
      },
    }
  }
  const key = server.keys.kucoin.add({ ...common, passphrase })
  return {
    credential,
    remove: () => {
      server.keys.kucoin.remove(key)
    },
  }
}

/** Asks the server's site of that name. */
export function ask(
  server: ExchangeServer,
  credential: Credential,
  options: Partial<AskOptions> = {},
): Promise<KeyAnswer> {
  const { site = 'mainnet' } = options
  const endpoint = server.urls[site] ?? server.url
  return askExchange(credential, { site, fetch, clock: systemClock, endpoint, ...options })
}
