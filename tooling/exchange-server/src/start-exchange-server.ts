import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { BinanceKey, NewBinanceKey } from './binance/binance-key.ts'
import { binance } from './binance/binance.ts'
import type { BybitKey, NewBybitKey } from './bybit/bybit-key.ts'
import { bybit } from './bybit/bybit.ts'
import { listener } from './http/listener.ts'
import { orderCounter, type Orders } from './http/orders.ts'
import { requestLog, type RequestLog } from './http/request-log.ts'
import { binanceKeys, bybitKeys, kucoinKeys, type Keys } from './keys/add-keys.ts'
import { keyStore } from './keys/key-store.ts'
import { control } from './knobs/control.ts'
import { faults as newFaults } from './knobs/faults.ts'
import { knobs as newKnobs, type Knobs, type KnobSettings } from './knobs/knobs.ts'
import { seededRandom } from './knobs/random.ts'
import { serverClock, type ServerClock } from './knobs/server-clock.ts'
import type { KucoinKey, NewKucoinKey } from './kucoin/kucoin-key.ts'
import { kucoin } from './kucoin/kucoin.ts'

export interface ExchangeServerOptions {
  /** Of the first site; the others listen on those that follow. @default 0: any free ones */
  readonly port?: number
  /** Each has a port and keys of its own. @default ['mainnet', 'testnet'] */
  readonly sites?: readonly string[]
  /** How the knobs stand at the start, and after a reset. */
  readonly knobs?: Partial<KnobSettings>
  /** Of faults, so that a run repeats. @default 1 */
  readonly seed?: number
  /** The time of the machine, in milliseconds since the epoch. @default Date.now */
  readonly systemTime?: () => number
}

export interface ExchangeServer {
  /** Of the first site: 'http://127.0.0.1:4570'. Bybit, Binance and KuCoin are told apart by their paths. */
  readonly url: string
  /** `{mainnet: 'http://127.0.0.1:4570', testnet: 'http://127.0.0.1:4571'}` */
  readonly urls: Readonly<Record<string, string>>
  readonly clock: ServerClock
  readonly knobs: Knobs
  readonly keys: {
    readonly bybit: Keys<NewBybitKey, BybitKey>
    readonly binance: Keys<NewBinanceKey, BinanceKey>
    readonly kucoin: Keys<NewKucoinKey, KucoinKey>
  }
  readonly orders: Orders
  readonly requests: RequestLog
  /** As at the start: keys made by requests are gone, those added by hand are as they were added. */
  reset(): void
  /** Breaks what is open and frees the ports. */
  close(): Promise<void>
}

/**
 * The key, account and time endpoints of Bybit, Binance and KuCoin in memory, on 127.0.0.1.
 *
 * @throws Error EADDRINUSE where a port is taken
 */
export async function startExchangeServer(
  options: ExchangeServerOptions = {},
): Promise<ExchangeServer> {
  const clock = serverClock(options.systemTime ?? Date.now)
  const knobs = newKnobs(options.knobs)
  const time = (): number => clock.now() + knobs.get().clockOffsetMs
  const sites = options.sites ?? ['mainnet', 'testnet']
  const stores = {
    bybit: keyStore<BybitKey>(sites, (uid) => `sub${uid}`),
    binance: keyStore<BinanceKey>(sites, (uid) => `sub${uid}@example.com`),
    kucoin: keyStore<KucoinKey>(sites, (uid) => `sub${uid}`),
  }
  const exchanges = [
    bybit(stores.bybit, knobs.get),
    binance(stores.binance, knobs.get),
    kucoin(stores.kucoin, knobs.get),
  ]
  const faults = newFaults(knobs, () => seededRandom(options.seed ?? 1))
  const requests = requestLog()
  const orders = orderCounter()
  const closing = new AbortController()

  function reset(): void {
    for (const exchange of exchanges) exchange.reset()
    for (const counted of [requests, orders]) counted.clear()
    knobs.reset()
    clock.reset()
    faults.reset()
  }

  const parts = {
    exchanges,
    clock,
    knobs,
    faults,
    requests,
    orders,
    closing: closing.signal,
    control: (request: Parameters<typeof control>[1]) =>
      control({ knobs, clock, requests, orders, reset }, request),
  }
  const servers = sites.map((site) => createServer(listener(parts, site)))
  const ports = await listenAll(servers, options.port ?? 0)
  const urls = sites.map((site, at) => [site, `http://127.0.0.1:${ports[at] ?? 0}`] as const)
  return {
    url: urls[0]?.[1] ?? '',
    urls: Object.fromEntries(urls),
    clock,
    knobs,
    keys: {
      bybit: bybitKeys(stores.bybit, time),
      binance: binanceKeys(stores.binance, time),
      kucoin: kucoinKeys(stores.kucoin, time),
    },
    orders,
    requests,
    reset,
    async close() {
      closing.abort()
      await Promise.all(servers.map(closed))
    },
  }
}

/** One after the other, so that a port that is taken leaves none open. */
async function listenAll(servers: readonly Server[], first: number): Promise<readonly number[]> {
  const ports: number[] = []
  try {
    for (const [at, server] of servers.entries()) {
      ports.push(await listen(server, first === 0 ? 0 : first + at))
    }
    return ports
  } catch (error) {
    await Promise.all(servers.filter(({ listening }) => listening).map(closed))
    throw error
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await done
}
