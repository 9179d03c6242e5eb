import type { CredentialProvider } from '@mm-secrets/core'

type Cache = Pick<CredentialProvider, 'clearCache'>

/** Held weakly: a provider that nobody holds any more goes with its values. */
const caches = new Set<WeakRef<Cache>>()

/** Makes a cache one of those that `clearCache` empties. */
export function rememberCache(cache: Cache): void {
  for (const known of caches) {
    if (known.deref() === undefined) caches.delete(known)
  }
  caches.add(new WeakRef(cache))
}

/** Empties the caches of all providers of this process: the next read of each asks its store. */
export function clearCache(): void {
  for (const cache of caches) cache.deref()?.clearCache()
}
