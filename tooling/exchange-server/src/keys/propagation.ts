import type { ApiKey } from './api-key.ts'

export interface PropagationSettings {
  readonly propagationMs: number
  readonly propagationRequests: number
}

/** A key that was just made is not known to every server of an exchange at once. */
export interface Propagation {
  /** Counts one use of the key. @param time by the exchange's clock, in milliseconds since the epoch */
  reached(key: ApiKey, time: number): boolean
  reset(): void
}

export function propagation(settings: () => PropagationSettings): Propagation {
  const refused = new Map<string, number>()
  return {
    reached(key, time) {
      if (!key.issued) return true
      const { propagationMs, propagationRequests } = settings()
      const times = refused.get(key.id) ?? 0
      if (time - key.createdAt >= propagationMs && times >= propagationRequests) return true
      refused.set(key.id, times + 1)
      return false
    },
    reset: () => refused.clear(),
  }
}
