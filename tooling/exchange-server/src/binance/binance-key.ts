import type { ApiKey, NewApiKey } from '../keys/api-key.ts'

/** What GET /sapi/v1/account/apiRestrictions tells of a key. */
export interface BinancePermissions {
  readonly enableReading: boolean
  readonly enableSpotAndMarginTrading: boolean
  readonly enableWithdrawals: boolean
  readonly enableInternalTransfer: boolean
  readonly permitsUniversalTransfer: boolean
  readonly enableMargin: boolean
  readonly enableFutures: boolean
  readonly enableVanillaOptions: boolean
  readonly enablePortfolioMarginTrading: boolean
  readonly enableFixApiTrade: boolean
  readonly enableFixReadOnly: boolean
}

/** A new key reads and does nothing else. */
export const READING_ONLY: BinancePermissions = {
  enableReading: true,
  enableSpotAndMarginTrading: false,
  enableWithdrawals: false,
  enableInternalTransfer: false,
  permitsUniversalTransfer: false,
  enableMargin: false,
  enableFutures: false,
  enableVanillaOptions: false,
  enablePortfolioMarginTrading: false,
  enableFixApiTrade: false,
  enableFixReadOnly: false,
}

export interface BinanceKey extends ApiKey {
  readonly permissions: BinancePermissions
}

export interface NewBinanceKey extends NewApiKey {
  /** Over a key that reads and does nothing else. */
  readonly permissions?: Partial<BinancePermissions>
}
