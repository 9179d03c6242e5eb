import type { ExchangeRequest } from '../exchange/exchange.ts'
import { rollingWindow } from '../limits/request-window.ts'
import { bybitError } from './bybit-error.ts'
import type { BybitKey } from './bybit-key.ts'

/** https://bybit-exchange.github.io/docs/v5/rate-limit */
export interface BybitLimits {
  /** All requests of one address. @returns false: it has sent too many and is locked out */
  admits(request: ExchangeRequest): boolean
  /** Requests of one account to one endpoint. @throws ExchangeError 10006 */
  count(key: BybitKey, operation: string, perSecond: number, time: number): LimitHeaders
  reset(): void
}

export type LimitHeaders = Readonly<Record<string, string>>

const IP_REQUESTS = 600
const IP_WINDOW_MS = 5000
const IP_LOCK_MS = 10 * 60 * 1000

export function bybitLimits(factor: () => number): BybitLimits {
  const byIp = rollingWindow(IP_WINDOW_MS)
  const byAccount = rollingWindow(1000)
  const locked = new Map<string, number>()
  return {
    admits({ sourceIp, time }) {
      if (time < (locked.get(sourceIp) ?? 0)) return false
      if (byIp.take(sourceIp, 1, IP_REQUESTS * factor(), time).allowed) return true
      locked.set(sourceIp, time + IP_LOCK_MS)
      return false
    },
    count({ account }, operation, perSecond, time) {
      const limit = perSecond * factor()
      const name = `${account.site}/${account.uid} ${operation}`
      const { allowed, remaining, resetAt } = byAccount.take(name, 1, limit, time)
      const headers = {
        'X-Bapi-Limit': String(limit),
        'X-Bapi-Limit-Status': String(remaining),
        'X-Bapi-Limit-Reset-Timestamp': String(resetAt),
      }
      if (!allowed) throw bybitError(10006, { headers })
      return headers
    },
    reset() {
      byIp.reset()
      byAccount.reset()
      locked.clear()
    },
  }
}
