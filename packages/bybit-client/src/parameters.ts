import type { BybitBodyValue } from '@mm-secrets/bybit-signer'

export type BybitCategory = 'spot' | 'linear' | 'inverse' | 'option'

/** https://bybit-exchange.github.io/docs/v5/order/create-order; amounts and prices are decimal strings. */
export interface BybitOrder {
  readonly category: BybitCategory
  readonly symbol: string
  readonly side: 'Buy' | 'Sell'
  readonly orderType: 'Market' | 'Limit'
  readonly qty: string
  readonly price?: string
  readonly [more: string]: BybitBodyValue | undefined
}

/** https://bybit-exchange.github.io/docs/v5/order/cancel-order: by `orderId` or `orderLinkId`. */
export interface BybitCancellation {
  readonly category: BybitCategory
  readonly symbol: string
  readonly orderId?: string
  readonly orderLinkId?: string
  readonly [more: string]: BybitBodyValue | undefined
}

/** https://bybit-exchange.github.io/docs/v5/order/cancel-all */
export interface BybitCancelAll {
  readonly category: BybitCategory
  readonly symbol?: string
  readonly [more: string]: BybitBodyValue | undefined
}

/** Parameters of a read that asks for a kind of market. */
export interface BybitMarketQuery {
  readonly category: BybitCategory
  readonly symbol?: string
  readonly [more: string]: string | number | boolean | undefined
}

/** https://bybit-exchange.github.io/docs/v5/account/wallet-balance */
export interface BybitWalletQuery {
  /** @default 'UNIFIED' */
  readonly accountType?: string
  readonly [more: string]: string | number | boolean | undefined
}
