import type { KeyStore } from '../keys/key-store.ts'
import type { KucoinKey } from './kucoin-key.ts'

export interface PublicCall {
  readonly parameters: Readonly<Record<string, unknown>>
  /** Milliseconds since the epoch. */
  readonly time: number
}

export interface SignedCall extends PublicCall {
  readonly key: KucoinKey
  readonly keys: KeyStore<KucoinKey>
}

export type Endpoint =
  | { readonly access: 'public'; readonly weight: number; handle(call: PublicCall): unknown }
  | { readonly access: 'signed'; readonly weight: number; handle(call: SignedCall): unknown }
