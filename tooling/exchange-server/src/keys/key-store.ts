import type { Account, NewAccount } from './account.ts'
import type { ApiKey } from './api-key.ts'

/** The accounts and keys of one exchange. */
export interface KeyStore<K extends ApiKey> {
  /** A key that is there from the start: `reset` brings it back as it is here. */
  seed(key: K): void
  /** Adds a key, or puts another state in the place of the one with its id. */
  put(key: K): void
  remove(key: K): void
  /** @param site @default the first */
  find(apiKey: string, site?: string): K | null
  /** In the order of their making. */
  ofAccount(account: Account): readonly K[]
  all(): readonly K[]
  /** @throws Error where there is no such site */
  addAccount(account: NewAccount): Account
  account(site: string, uid: number): Account | null
  /** Sub-accounts of one master. */
  accountsBelow(master: Account): readonly Account[]
  nextId(): string
  reset(): void
}

const FIRST_ID = 16_651_283

/**
 * @param sites the first is that of accounts that are given none
 * @param nameOf what an account is called that was given no name
 */
export function keyStore<K extends ApiKey>(
  sites: readonly string[],
  nameOf: (uid: number) => string,
): KeyStore<K> {
  const defaultSite = sites[0] ?? ''
  const seeds = new Map<string, K>()
  const accounts = new Map<string, Account>()
  let keys = new Map<string, K>()
  let id = FIRST_ID
  return {
    seed(key) {
      seeds.set(key.id, key)
      keys.set(key.id, key)
    },
    put: (key) => void keys.set(key.id, key),
    remove: (key) => void keys.delete(key.id),
    find: (apiKey, site = defaultSite) =>
      [...keys.values()].find((key) => key.apiKey === apiKey && key.account.site === site) ?? null,
    ofAccount: ({ site, uid }) =>
      [...keys.values()].filter(({ account }) => account.site === site && account.uid === uid),
    all: () => [...keys.values()],
    addAccount({ site = defaultSite, uid, name, ...given }) {
      if (!sites.includes(site)) {
        throw new Error(`There is no site '${site}'. There are: ${sites.join(', ')}.`)
      }
      const known = accounts.get(`${site}/${uid}`)
      const { masterUid = known?.masterUid ?? null } = given
      const account = { site, uid, masterUid, name: name ?? known?.name ?? nameOf(uid) }
      accounts.set(`${site}/${uid}`, account)
      return account
    },
    account: (site, uid) => accounts.get(`${site}/${uid}`) ?? null,
    accountsBelow: ({ site, uid }) =>
      [...accounts.values()].filter((each) => each.site === site && each.masterUid === uid),
    nextId() {
      id += 1
      return String(id)
    },
    reset() {
      keys = new Map(seeds)
    },
  }
}
