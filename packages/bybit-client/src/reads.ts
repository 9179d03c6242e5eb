import { SecretsError } from '@mm-secrets/core'

export type BybitReadPath =
  | '/v5/market/time'
  | '/v5/market/tickers'
  | '/v5/user/query-api'
  | '/v5/account/wallet-balance'
  | '/v5/order/realtime'
  | '/v5/order/history'
  | '/v5/position/list'

/** Everything that is ever sent, each by GET. Frozen, and no method of the client takes a path. */
const READS: Readonly<Record<BybitReadPath, 'public' | 'signed'>> = Object.freeze({
  '/v5/market/time': 'public',
  '/v5/market/tickers': 'public',
  '/v5/user/query-api': 'signed',
  '/v5/account/wallet-balance': 'signed',
  '/v5/order/realtime': 'signed',
  '/v5/order/history': 'signed',
  '/v5/position/list': 'signed',
})

/** What is never sent. */
export type BybitMutationPath = '/v5/order/create' | '/v5/order/cancel' | '/v5/order/cancel-all'

/** @throws DRY_RUN for whatever is not on the list */
export function accessOf(path: BybitReadPath): 'public' | 'signed' {
  if (Object.hasOwn(READS, path)) return READS[path]
  throw notSent()
}

export function notSent(): SecretsError {
  return new SecretsError('DRY_RUN', 'This client sends nothing that would change something.', {
    hint: 'With networkEnabled: false it returns the request that would be sent.',
  })
}
