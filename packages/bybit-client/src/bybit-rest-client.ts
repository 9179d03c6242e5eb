import { inspect } from 'node:util'
import type { BybitBodyParameters, BybitQueryParameters } from '@mm-secrets/bybit-signer'
import { bybitBody, bybitQuery } from '@mm-secrets/bybit-signer'
import { formatRef } from '@mm-secrets/core'
import type { BybitAnswer } from './answer.ts'
import type { ClockOffset } from './clock-offset.ts'
import type { ClockWatch } from './clock-watch.ts'
import { clockWatch } from './clock-watch.ts'
import type { Credentials } from './credentials.ts'
import { credentialsOf } from './credentials.ts'
import type { DryRunRequest } from './dry-run.ts'
import { dryRun } from './dry-run.ts'
import type { NetworkRead } from './network-reads.ts'
import { networkReads } from './network-reads.ts'
import type { BybitRestClientOptions, Configuration } from './options.ts'
import { configurationOf, usage } from './options.ts'
import type {
  BybitCancelAll,
  BybitCancellation,
  BybitMarketQuery,
  BybitOrder,
  BybitWalletQuery,
} from './parameters.ts'
import type { BybitMutationPath, BybitReadPath } from './reads.ts'
import { accessOf, notSent } from './reads.ts'
import { signing } from './signing.ts'

/** An answer with the network, the masked request without: `dryRun` tells them apart. */
export type BybitRead = BybitAnswer | DryRunRequest

/** What is signed by hand. */
export interface BybitSignatureInput {
  /** Milliseconds since 1970. */
  readonly timestamp: number
  /** Milliseconds. @default the client's */
  readonly recvWindow?: number
  /** Of a GET, as they are, not yet encoded. */
  readonly params: BybitQueryParameters
}

/**
 * Bybit V5 for a bot that must not trade: with `networkEnabled: false` nothing is sent and every method returns the
 * request that would be, masked; with `true` the reads are sent, and what would change something throws DRY_RUN.
 *
 * There is no way from here to a POST: the one function that sends knows GET alone, and a fixed list of paths.
 * Errors are `SecretsError`s; no value is in them, in an answer, or in a client that is printed.
 */
export class BybitRestClient {
  readonly #configuration: Configuration
  readonly #credentials: Credentials
  readonly #watch: ClockWatch
  /** null: there is nothing in this client that could send. */
  readonly #network: NetworkRead | null

  /** @throws USAGE naming the option; CONFIG for an endpoint that is not on this machine */
  constructor(options: BybitRestClientOptions) {
    const configuration = configurationOf(options)
    this.#configuration = configuration
    this.#credentials = credentialsOf(options.secretProvider, configuration.env, options.account)
    this.#watch = clockWatch(configuration.recvWindowMs, configuration.warn)
    this.#network = configuration.networkEnabled ? this.#openNetwork(options) : null
  }

  get networkEnabled(): boolean {
    return this.#network !== null
  }

  /** How this machine's clock stands to Bybit's, by the last answer; null: none yet. Requests are not corrected by it. */
  get clockOffset(): ClockOffset | null {
    return this.#watch.latest()
  }

  /**
   * The signature of a GET with these parameters: hex for a secret of Bybit's, base64 for an RSA key.
   *
   * @throws USAGE naming the parameter, INVALID_VALUE, TORN_PAIR, and whatever the provider throws
   */
  async generateSignature(input: BybitSignatureInput): Promise<string> {
    const credential = await this.#credentials.read()
    return signing(formatRef(credential.ref), this.#credentials.values(), () => {
      const sign = this.#credentials.signer(credential)
      const { headers } = sign(
        // Bybit signs no path.
        { method: 'GET', path: '/', query: bybitQuery(input.params) },
        {
          timestampMs: input.timestamp,
          recvWindowMs: input.recvWindow ?? this.#configuration.recvWindowMs,
        },
      )
      return headers['X-BAPI-SIGN'] ?? ''
    })
  }

  /** Never sent. @throws DRY_RUN with the network; USAGE naming a parameter */
  async placeOrder(order: BybitOrder): Promise<DryRunRequest> {
    return this.#mutation('/v5/order/create', order)
  }

  /** Never sent. @throws as `placeOrder` */
  async cancelOrder(cancellation: BybitCancellation): Promise<DryRunRequest> {
    return this.#mutation('/v5/order/cancel', cancellation)
  }

  /** Never sent. @throws as `placeOrder` */
  async cancelAllOrders(which: BybitCancelAll): Promise<DryRunRequest> {
    return this.#mutation('/v5/order/cancel-all', which)
  }

  /**
   * Open orders, and the last 500 closed ones. https://bybit-exchange.github.io/docs/v5/order/open-order
   *
   * @throws UNAVAILABLE, DENIED, REVOKED, USAGE, and whatever the provider throws; so does every read
   */
  async getOpenOrders(query: BybitMarketQuery): Promise<BybitRead> {
    return this.#read('/v5/order/realtime', query)
  }

  /** https://bybit-exchange.github.io/docs/v5/order/order-list */
  async getOrderHistory(query: BybitMarketQuery): Promise<BybitRead> {
    return this.#read('/v5/order/history', query)
  }

  /** https://bybit-exchange.github.io/docs/v5/position */
  async getPositions(query: BybitMarketQuery): Promise<BybitRead> {
    return this.#read('/v5/position/list', query)
  }

  /** https://bybit-exchange.github.io/docs/v5/account/wallet-balance */
  async getWalletBalance(query: BybitWalletQuery = {}): Promise<BybitRead> {
    return this.#read('/v5/account/wallet-balance', { accountType: 'UNIFIED', ...query })
  }

  /** What Bybit says of the calling key. https://bybit-exchange.github.io/docs/v5/user/apikey-info */
  async getKeyInformation(): Promise<BybitRead> {
    return this.#read('/v5/user/query-api', {})
  }

  /** Not signed. https://bybit-exchange.github.io/docs/v5/market/tickers */
  async getTickers(query: BybitMarketQuery): Promise<BybitRead> {
    return this.#read('/v5/market/tickers', query)
  }

  /** Not signed; `clockOffset` of the answer is what it measured. https://bybit-exchange.github.io/docs/v5/market/time */
  async getServerTime(): Promise<BybitRead> {
    return this.#read('/v5/market/time', {})
  }

  #openNetwork({ fetch }: BybitRestClientOptions): NetworkRead {
    if (typeof fetch !== 'function') {
      throw usage('The network is enabled, and there is no fetch.', 'Pass fetch: globalThis.fetch.')
    }
    const { isReplaced, origin, warn } = this.#configuration
    if (isReplaced) warn(`Requests go to ${origin} in place of Bybit.`)
    return networkReads(this.#configuration, fetch, this.#credentials, this.#watch)
  }

  async #read(path: BybitReadPath, parameters: BybitQueryParameters): Promise<BybitRead> {
    if (this.#network !== null) return this.#network(path, parameters)
    if (accessOf(path) === 'signed') return this.#masked('GET', path, parameters)
    const query = signing(`GET ${path}`, this.#credentials.values(), () => bybitQuery(parameters))
    const url = query === '' ? path : `${path}?${query}`
    const request = { method: 'GET', url, headers: {}, body: null }
    return dryRun(this.#configuration.origin, request, this.#credentials.values())
  }

  async #mutation(path: BybitMutationPath, body: BybitBodyParameters): Promise<DryRunRequest> {
    if (this.#network !== null) throw notSent()
    return this.#masked('POST', path, body)
  }

  async #masked(
    method: 'GET' | 'POST',
    path: string,
    parameters: BybitBodyParameters,
  ): Promise<DryRunRequest> {
    const { origin, clock, recvWindowMs } = this.#configuration
    const credential = await this.#credentials.read()
    const values = this.#credentials.values()
    const signed = signing(`${method} ${path}`, values, () =>
      this.#credentials.signer(credential)(
        method === 'GET'
          ? { method, path, query: bybitQuery(parameters as BybitQueryParameters) }
          : { method, path, body: bybitBody(parameters) },
        { timestampMs: clock.now(), recvWindowMs },
      ),
    )
    return dryRun(origin, signed, values)
  }

  static {
    // Not a method of the class: its computed name could not be declared from this file alone.
    Object.defineProperty(BybitRestClient.prototype, inspect.custom, {
      value(this: BybitRestClient): string {
        if (!(#configuration in this)) return 'BybitRestClient.prototype'
        const { env, site } = this.#configuration
        const network = this.#network === null ? 'dry run' : 'reads only'
        return `BybitRestClient { ${env}/bybit, ${site}, ${network} }`
      },
    })
  }
}
