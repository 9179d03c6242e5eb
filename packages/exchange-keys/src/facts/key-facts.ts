import type { Exchange, Instant } from '@mm-secrets/core'

/** What an exchange says of the key that asks, in one shape. Nothing in it is secret. */
export interface KeyFacts {
  readonly exchange: Exchange
  /** Which host answered: `mainnet`, `testnet`, `eu`. */
  readonly site: string
  /** The account's number; null: the exchange did not tell. */
  readonly owner: string | null
  /** null: the exchange does not tell. */
  readonly kind: 'master' | 'sub' | null
  /** Whether it can change nothing at all, by what the exchange says. */
  readonly readOnly: boolean
  /** In the exchange's words; Bybit's are `Wallet/Withdraw`, group and name. */
  readonly permissions: readonly string[]
  readonly withdraw: boolean
  /** Between accounts of one owner, sub-accounts among them. */
  readonly transfer: boolean
  readonly ipBound: boolean
  /** As far as the exchange names them: Binance names none, KuCoin masks them. */
  readonly ips: readonly string[]
  readonly createdAt: Instant | null
  /** 'never': the exchange says that the key has no end; null: it does not tell. */
  readonly expiresAt: Instant | 'never' | null
}
