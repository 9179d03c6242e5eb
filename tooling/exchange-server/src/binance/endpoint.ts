import type { KeyStore } from '../keys/key-store.ts'
import type { BinanceKey } from './binance-key.ts'

export interface PublicCall {
  readonly parameters: ReadonlyMap<string, string>
  /** Milliseconds since the epoch. */
  readonly time: number
}

export interface SignedCall extends PublicCall {
  readonly key: BinanceKey
  readonly keys: KeyStore<BinanceKey>
  /** Names of the parameters that came in the query. */
  readonly inQuery: ReadonlySet<string>
}

export interface Weight {
  /** Whose weight it is: the address's or the account's. */
  readonly of: 'ip' | 'uid'
  readonly weight: number
}

export type Endpoint =
  | {
      readonly access: 'public'
      readonly weight: Weight
      handle(call: PublicCall): unknown
    }
  | {
      /** TRADE and USER_DATA are signed alike; a key that may not do the one is refused. */
      readonly access: 'USER_DATA' | 'TRADE'
      readonly weight: Weight
      handle(call: SignedCall): unknown
    }
