import type { KeyStore } from '../keys/key-store.ts'
import type { BybitKey } from './bybit-key.ts'

export type Parameters = Readonly<Record<string, unknown>>

export interface PublicCall {
  readonly parameters: Parameters
  /** Milliseconds since the epoch. */
  readonly time: number
}

export interface SignedCall extends PublicCall {
  readonly key: BybitKey
  readonly keys: KeyStore<BybitKey>
}

/** What is answered as `result`, and the words beside it. */
export interface Answer {
  readonly result: unknown
  /** Some endpoints say 'OK', some nothing. @default 'OK' */
  readonly message?: string
}

export type Endpoint =
  | { readonly access: 'public'; handle(call: PublicCall): Answer }
  | {
      readonly access: 'signed'
      /** https://bybit-exchange.github.io/docs/v5/rate-limit */
      readonly perSecond: number
      handle(call: SignedCall): Answer
    }
