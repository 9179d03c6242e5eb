import type { ApiKey, NewApiKey } from '../keys/api-key.ts'

/** https://www.kucoin.com/docs-new/introduction; Transfer is withdrawing, which a sub-account cannot have. */
export const KUCOIN_PERMISSIONS = [
  'General',
  'Spot',
  'Margin',
  'Futures',
  'Unified',
  'Earn',
  'InnerTransfer',
  'Transfer',
] as const

export type KucoinPermission = (typeof KUCOIN_PERMISSIONS)[number]

/** How the passphrase is sent: as it is with keys of version 1, as an HMAC with those of 2 and 3. */
export type KucoinKeyVersion = 1 | 2 | 3

export interface KucoinKey extends ApiKey {
  readonly permissions: readonly KucoinPermission[]
  readonly passphrase: string
  readonly version: KucoinKeyVersion
}

export interface NewKucoinKey extends NewApiKey {
  readonly passphrase: string
  /** @default 3 */
  readonly version?: KucoinKeyVersion
  /** @default ['General'] */
  readonly permissions?: readonly KucoinPermission[]
}
