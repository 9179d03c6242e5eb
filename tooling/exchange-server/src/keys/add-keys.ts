import { READING_ONLY, type BinanceKey, type NewBinanceKey } from '../binance/binance-key.ts'
import { expiryOf, type BybitKey, type NewBybitKey } from '../bybit/bybit-key.ts'
import type { KucoinKey, NewKucoinKey } from '../kucoin/kucoin-key.ts'
import type { Account, NewAccount } from './account.ts'
import type { ApiKey, NewApiKey } from './api-key.ts'
import { credentialOf } from './credential.ts'
import type { KeyStore } from './key-store.ts'

/** The accounts and keys of one exchange, as tests and the program add and look at them. */
export interface Keys<New extends NewApiKey, Key extends ApiKey> {
  /** A key that is known at once and everywhere. @throws Error where it is not one, there already, or of no site */
  add(key: New): Key
  /** An account that needs no key: one below a master, for keys to be made by requests. */
  addAccount(account: NewAccount): Account
  /** By hand, so that it is unknown from now on. */
  remove(key: Key): void
  /** @param site @default the first. @returns null: there is none, or none any more */
  find(apiKey: string, site?: string): Key | null
  /** In the order of their making. */
  all(): readonly Key[]
}

/** @param now milliseconds since the epoch */
export function bybitKeys(
  store: KeyStore<BybitKey>,
  now: () => number,
): Keys<NewBybitKey, BybitKey> {
  return keysOf(store, (key) => {
    const common = commonOf(store, key, now())
    const { permissions = {}, readOnly = false } = key
    const expiresAt =
      key.expiresAt === undefined ? expiryOf(common.ips, common.createdAt) : key.expiresAt
    return { ...common, permissions, readOnly, expiresAt }
  })
}

/** @param now milliseconds since the epoch */
export function binanceKeys(
  store: KeyStore<BinanceKey>,
  now: () => number,
): Keys<NewBinanceKey, BinanceKey> {
  return keysOf(store, (key) => ({
    ...commonOf(store, key, now()),
    permissions: { ...READING_ONLY, ...key.permissions },
  }))
}

/** @param now milliseconds since the epoch */
export function kucoinKeys(
  store: KeyStore<KucoinKey>,
  now: () => number,
): Keys<NewKucoinKey, KucoinKey> {
  return keysOf(store, (key) => {
    const common = commonOf(store, key, now())
    if (common.credential.kind !== 'hmac') throw new Error('KuCoin knows keys with a secret alone.')
    const { passphrase, version = 3, permissions = ['General'] } = key
    return { ...common, passphrase, version, permissions }
  })
}

function keysOf<New extends NewApiKey, Key extends ApiKey>(
  store: KeyStore<Key>,
  build: (key: New) => Key,
): Keys<New, Key> {
  return {
    add(key) {
      if (store.find(key.apiKey, key.site) !== null) {
        throw new Error('There is a key with this apiKey already.')
      }
      const built = build(key)
      store.seed(built)
      return built
    },
    addAccount: store.addAccount,
    remove: store.remove,
    find: store.find,
    all: store.all,
  }
}

function commonOf<Key extends ApiKey>(store: KeyStore<Key>, key: NewApiKey, now: number): ApiKey {
  const { apiKey, ips = [], note = '', createdAt = now, expiresAt = null } = key
  const credential = credentialOf(key)
  const account = store.addAccount(key)
  return {
    id: store.nextId(),
    apiKey,
    credential,
    account,
    ips,
    note,
    createdAt,
    expiresAt,
    issued: false,
  }
}
