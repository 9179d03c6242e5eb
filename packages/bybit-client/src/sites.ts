import { SecretsError, didYouMean } from '@mm-secrets/core'

export type BybitSite =
  'mainnet' | 'bytick' | 'testnet' | 'demo' | 'nl' | 'tr' | 'kz' | 'eu' | 'ae' | 'id' | 'georgia'

/**
 * Where Bybit answers. A key belongs to one site: those of mainnet (and its mirror bytick), testnet, demo and of each
 * region are unknown at the others.
 *
 * @see https://bybit-exchange.github.io/docs/v5/guide
 * @see https://bybit-exchange.github.io/docs/v5/demo
 */
const ORIGINS: Readonly<Record<BybitSite, string>> = Object.freeze({
  mainnet: 'https://api.bybit.com',
  bytick: 'https://api.bytick.com',
  testnet: 'https://api-testnet.bybit.com',
  demo: 'https://api-demo.bybit.com',
  nl: 'https://api.bybit.nl',
  tr: 'https://api.bybit.tr',
  kz: 'https://api.bybit.kz',
  eu: 'https://api.bybit.eu',
  ae: 'https://api.bybit.ae',
  id: 'https://api.bybit.id',
  georgia: 'https://api.bybitgeorgia.ge',
})

/** Every site that a client can ask. */
export const BYBIT_SITES: readonly BybitSite[] = Object.freeze(Object.keys(ORIGINS) as BybitSite[])

/** @throws USAGE with a suggestion */
export function parseSite(site: unknown): BybitSite {
  if (typeof site === 'string' && Object.hasOwn(ORIGINS, site)) return site as BybitSite
  const meant = typeof site === 'string' ? didYouMean(site, BYBIT_SITES) : ''
  throw new SecretsError('USAGE', `Bybit has no such site.${meant}`, {
    hint: `The sites are ${BYBIT_SITES.join(', ')}.`,
  })
}

/** Scheme and host: `https://api.bybit.com`. */
export function siteOrigin(site: BybitSite): string {
  return ORIGINS[site]
}
