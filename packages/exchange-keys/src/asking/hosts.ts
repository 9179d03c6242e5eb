import type { Exchange } from '@mm-secrets/core'
import { didYouMean, printable, SecretsError } from '@mm-secrets/core'

/**
 * Where the keys of each site are known.
 *
 * https://bybit-exchange.github.io/docs/v5/guide and https://bybit-exchange.github.io/docs/v5/demo,
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-api-information and
 * https://developers.binance.com/docs/binance-spot-api-docs/testnet, https://www.kucoin.com/docs-new/introduction
 */
const HOSTS: Readonly<Record<Exchange, Readonly<Record<string, string>>>> = {
  bybit: {
    mainnet: 'api.bybit.com',
    testnet: 'api-testnet.bybit.com',
    demo: 'api-demo.bybit.com',
    ae: 'api.bybit.ae',
    eu: 'api.bybit.eu',
    ge: 'api.bybitgeorgia.ge',
    id: 'api.bybit.id',
    kz: 'api.bybit.kz',
    nl: 'api.bybit.nl',
    tr: 'api.bybit-tr.com',
  },
  binance: {
    mainnet: 'api.binance.com',
    testnet: 'testnet.binance.vision',
    demo: 'demo-api.binance.com',
  },
  kucoin: {
    mainnet: 'api.kucoin.com',
    eu: 'api.kucoin.eu',
  },
}

/** The sites whose keys can be asked about, the main one first. */
export function sitesOf(exchange: Exchange): readonly string[] {
  return Object.keys(HOSTS[exchange])
}

/**
 * The origin that requests go to: `https://api.bybit.com`.
 *
 * @param endpoint stands for the host of any site, for trying things against a local server
 * @throws USAGE for a site that the exchange does not have, CONFIG for an endpoint that is not on loopback
 */
export function originOf(exchange: Exchange, site: string, endpoint?: string): string {
  const hosts = HOSTS[exchange]
  const host = Object.hasOwn(hosts, site) ? hosts[site] : undefined
  if (host !== undefined)
    return endpoint === undefined ? `https://${host}` : loopbackOrigin(endpoint)
  const sites = sitesOf(exchange)
  throw new SecretsError(
    'USAGE',
    `${exchange} has no site "${printable(site)}".${didYouMean(site, sites)}`,
    { hint: `Its sites are ${sites.join(', ')}.` },
  )
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

function loopbackOrigin(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  const plain = url !== null && url.username === '' && url.password === '' && url.search === ''
  if (url !== null && plain && LOOPBACK.has(url.hostname) && /^https?:$/.test(url.protocol)) {
    return url.origin
  }
  throw new SecretsError('CONFIG', 'The endpoint for exchanges is not a URL on loopback.', {
    hint: 'Keys are sent to the exchanges alone; for a local server write http://127.0.0.1:4570.',
  })
}
