/** The four environments, isolated from each other, always. */
export const ENVIRONMENTS = ['dev', 'shadow', 'soak', 'prod'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

export const EXCHANGES = ['bybit', 'binance', 'kucoin'] as const
export type Exchange = (typeof EXCHANGES)[number]

export type KeyType = 'api_key' | 'api_secret' | 'api_passphrase'

/** The members of each exchange's credential; the first, the anchor, decides what is current. */
export const KEY_TYPES: Readonly<Record<Exchange, readonly ['api_key', ...KeyType[]]>> = {
  bybit: ['api_key', 'api_secret'],
  binance: ['api_key', 'api_secret'],
  kucoin: ['api_key', 'api_secret', 'api_passphrase'],
}

/** Every key type that some exchange uses, the anchor first. */
export const ALL_KEY_TYPES: readonly KeyType[] = ['api_key', 'api_secret', 'api_passphrase']

export function isEnvironment(text: string): text is Environment {
  return (ENVIRONMENTS as readonly string[]).includes(text)
}

export function isExchange(text: string): text is Exchange {
  return (EXCHANGES as readonly string[]).includes(text)
}

export function isKeyType(text: string): text is KeyType {
  return (ALL_KEY_TYPES as readonly string[]).includes(text)
}
