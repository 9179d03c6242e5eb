import type { KeyObject } from 'node:crypto'

import type { Account } from './account.ts'

/** What a signature is checked with: a shared secret, or the public half of the owner's key. */
export type Credential =
  | { readonly kind: 'hmac'; readonly secret: string }
  | { readonly kind: 'rsa' | 'ed25519'; readonly publicKey: KeyObject }

/** What the keys of every exchange have. */
export interface ApiKey {
  /** The exchange's number for it, which is no secret. */
  readonly id: string
  readonly apiKey: string
  readonly credential: Credential
  readonly account: Account
  /** Addresses that it is bound to; none: it is bound to none. */
  readonly ips: readonly string[]
  readonly note: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null
  /** Made by a request, not by hand: only such a key is not known everywhere at once. */
  readonly issued: boolean
}

/** How a key is added by hand: the caller makes its members. */
export interface NewApiKey {
  readonly apiKey: string
  /** For HMAC. */
  readonly secret?: string
  /** PEM or base64 of the SPKI, instead of a secret, for RSA and Ed25519. */
  readonly publicKey?: string
  /** @default the server's first */
  readonly site?: string
  readonly uid: number
  /** Of the account above; null: this is a master account. @default as it is known, or null */
  readonly masterUid?: number | null
  /** The sub-account's name, at Binance its email. @default as it is known, or made of the uid */
  readonly name?: string
  /** @default []: bound to none */
  readonly ips?: readonly string[]
  /** @default '' */
  readonly note?: string
  /** Milliseconds since the epoch. @default now */
  readonly createdAt?: number
  /** Milliseconds since the epoch; null: never. @default as the exchange does it */
  readonly expiresAt?: number | null
}
