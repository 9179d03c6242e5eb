import type { Exchange } from '@mm-secrets/core'

/** As they write themselves, for what people read. */
export const EXCHANGE_NAMES: Readonly<Record<Exchange, string>> = {
  bybit: 'Bybit',
  binance: 'Binance',
  kucoin: 'KuCoin',
}
