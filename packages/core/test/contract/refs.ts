import type { CredentialRef } from '../../src/credential/name.ts'
import { credentialRef } from '../../src/credential/name.ts'

/** A pair. */
export const BYBIT: CredentialRef = credentialRef({ env: 'shadow', exchange: 'bybit' })
/** A triple. */
export const KUCOIN: CredentialRef = credentialRef({ env: 'shadow', exchange: 'kucoin' })
export const HEDGE: CredentialRef = credentialRef({
  env: 'shadow',
  exchange: 'bybit',
  account: 'hedge',
})
export const COPY: CredentialRef = credentialRef({
  env: 'shadow',
  exchange: 'bybit',
  suffix: '-new',
})
/** Credentials that differ in one part of their name each. */
export const NEIGHBOURS: readonly CredentialRef[] = [
  BYBIT,
  KUCOIN,
  HEDGE,
  COPY,
  credentialRef({ env: 'shadow', exchange: 'bybit', account: 'hedge', suffix: '-new' }),
  credentialRef({ env: 'shadow', exchange: 'bybit', account: 'hedge-new' }),
  credentialRef({ env: 'shadow', exchange: 'binance' }),
  credentialRef({ env: 'dev', exchange: 'bybit' }),
  credentialRef({ env: 'prod', exchange: 'bybit' }),
  credentialRef({ env: 'shadow', exchange: 'bybit', namespace: 'mm-admin' }),
]
