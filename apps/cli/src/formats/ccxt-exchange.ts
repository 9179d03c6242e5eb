import type { Exchange } from '@mm-secrets/core'

/**
 * ccxt's ids of these exchanges, which freqtrade uses too. One API key serves spot and derivatives; binanceus is another
 * company.
 *
 * https://github.com/ccxt/ccxt/wiki/Exchange-Markets
 */
const EXCHANGE_BY_ID: ReadonlyMap<string, Exchange> = new Map([
  ['bybit', 'bybit'],
  ['binance', 'binance'],
  ['binanceusdm', 'binance'],
  ['binancecoinm', 'binance'],
  ['kucoin', 'kucoin'],
  ['kucoinfutures', 'kucoin'],
])

/** @returns null for an exchange that is not supported */
export function ccxtExchange(id: string): Exchange | null {
  return EXCHANGE_BY_ID.get(id) ?? null
}

/** https://docs.ccxt.com/#/README?id=authentication: which credentials an exchange may ask for. */
export const CCXT_KEY_TYPES = {
  apiKey: 'api_key',
  secret: 'api_secret',
  password: 'api_passphrase',
} as const
