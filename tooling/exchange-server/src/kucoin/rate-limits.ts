import { fixedWindow, type Allowance } from '../limits/request-window.ts'
import { kucoinError } from './kucoin-error.ts'

export type LimitHeaders = Readonly<Record<string, string>>

/** https://www.kucoin.com/docs-new/rate-limit */
export interface KucoinLimits {
  /** @param pool of an address for what is public, of an account for the rest. @throws ExchangeError 429000 */
  count(pool: string, weight: number, time: number): LimitHeaders
  reset(): void
}

const WINDOW_MS = 30_000
/** Of the pools "Management" and "Public", for an account without rank. */
const POOL = 2000

export function kucoinLimits(factor: () => number): KucoinLimits {
  const window = fixedWindow(WINDOW_MS, 'first')
  return {
    count(pool, weight, time) {
      const limit = POOL * factor()
      const allowance = window.take(pool, weight, limit, time)
      const headers = limitHeaders(limit, allowance, time)
      if (!allowance.allowed) throw kucoinError(429000, { headers })
      return headers
    },
    reset: () => window.reset(),
  }
}

/** gw-ratelimit-reset is how long the pool still runs, in milliseconds. */
function limitHeaders(
  limit: number,
  { remaining, resetAt }: Allowance,
  time: number,
): LimitHeaders {
  return {
    'gw-ratelimit-limit': String(limit),
    'gw-ratelimit-remaining': String(remaining),
    'gw-ratelimit-reset': String(resetAt - time),
  }
}
