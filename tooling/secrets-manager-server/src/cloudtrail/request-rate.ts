import { ServiceError } from '../service/service-error.ts'

export interface RequestRate {
  /**
   * @param key whose requests are counted together
   * @param now milliseconds since the epoch
   * @throws ServiceError ThrottlingException
   */
  count(key: string, now: number): void
}

interface Bucket {
  readonly tokens: number
  readonly filledAt: number
}

/**
 * A token bucket, as AWS has them: who keeps to the rate is never throttled, though requests arrive unevenly.
 *
 * @param perSecond how many requests are answered at once, and then each second
 */
export function requestRate(perSecond: number): RequestRate {
  const buckets = new Map<string, Bucket>()
  return {
    count(key, now) {
      const { tokens, filledAt } = buckets.get(key) ?? { tokens: perSecond, filledAt: now }
      // A clock that was set back refills nothing.
      const refill = (Math.max(0, now - filledAt) * perSecond) / 1000
      const filled = Math.min(perSecond, tokens + refill)
      if (filled < 1) {
        buckets.set(key, { tokens: filled, filledAt: now })
        throw new ServiceError('ThrottlingException', 'Rate exceeded')
      }
      buckets.set(key, { tokens: filled - 1, filledAt: now })
    },
  }
}
