import type { ApiKey, NewApiKey } from '../keys/api-key.ts'

/** https://bybit-exchange.github.io/docs/v5/user/apikey-info */
export const BYBIT_PERMISSIONS = {
  ContractTrade: ['Order', 'Position'],
  Spot: ['SpotTrade'],
  Wallet: ['AccountTransfer', 'SubMemberTransfer', 'SubMemberTransferList', 'Withdraw'],
  Options: ['OptionsTrade'],
  Derivatives: ['DerivativesTrade'],
  CopyTrading: ['CopyTrading'],
  BlockTrade: ['BlockTrade'],
  Exchange: ['ExchangeHistory'],
  NFT: ['NFTQueryProductList'],
  Affiliate: ['Affiliate'],
  Earn: ['Earn'],
} as const

export type BybitPermissionGroup = keyof typeof BYBIT_PERMISSIONS
export type BybitPermissions = Readonly<Partial<Record<BybitPermissionGroup, readonly string[]>>>

export interface BybitKey extends ApiKey {
  readonly permissions: BybitPermissions
  readonly readOnly: boolean
}

export interface NewBybitKey extends NewApiKey {
  /** @default {}: nothing but describing itself */
  readonly permissions?: BybitPermissions
  /** @default false */
  readonly readOnly?: boolean
}

/** A key that is bound to no address ends after 90 days. */
const UNBOUND_KEY_MS = 90 * 24 * 60 * 60 * 1000

export function expiryOf(ips: readonly string[], from: number): number | null {
  return ips.length > 0 ? null : from + UNBOUND_KEY_MS
}

/** @param wanted any one of these is enough: 'Wallet/AccountTransfer' */
export function mayDo({ permissions }: BybitKey, wanted: readonly string[]): boolean {
  return Object.entries(permissions).some(([group, each]) =>
    each.some((name) => wanted.includes(`${group}/${name}`)),
  )
}

/** Every group by its name, as the answers have them. Who has a unified account may trade derivatives. */
export function describePermissions(
  permissions: BybitPermissions,
): Readonly<Record<string, readonly string[]>> {
  const groups = Object.keys(BYBIT_PERMISSIONS) as BybitPermissionGroup[]
  return {
    ...Object.fromEntries(groups.map((group) => [group, permissions[group] ?? []])),
    Derivatives: BYBIT_PERMISSIONS.Derivatives,
  }
}
