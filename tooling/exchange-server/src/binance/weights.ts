import type { ExchangeRequest } from '../exchange/exchange.ts'
import { fixedWindow } from '../limits/request-window.ts'
import { banError, weightError } from './binance-error.ts'
import type { Weight } from './endpoint.ts'

export type WeightHeaders = Readonly<Record<string, string>>

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits */
export interface BinanceWeights {
  /** @throws ExchangeError -1003 with HTTP 418 where the address is banned */
  admits(request: ExchangeRequest): void
  /** @param uid whose account, where the weight is the account's. @throws ExchangeError -1003 with HTTP 429 */
  count(request: ExchangeRequest, weight: Weight, uid: number): WeightHeaders
  reset(): void
}

const MINUTE_MS = 60_000
/** https://developers.binance.com/docs/sub_account/general-info#limits, and 6000 for the spot API. */
const SPOT_IP_LIMIT = 6000
const SAPI_IP_LIMIT = 12_000
const SAPI_UID_LIMIT = 180_000

/** "from 2 minutes to 3 days"; after how many refused requests a ban comes, Binance does not say. */
const FIRST_BAN_MS = 2 * MINUTE_MS
const LONGEST_BAN_MS = 3 * 24 * 60 * MINUTE_MS
const REFUSED_BEFORE_BAN = 10

interface Offender {
  refused: number
  bans: number
  /** Milliseconds since the epoch. */
  bannedUntil: number
}

export function binanceWeights(factor: () => number): BinanceWeights {
  const window = fixedWindow(MINUTE_MS, 'clock')
  const offenders = new Map<string, Offender>()

  function refused({ sourceIp, time }: ExchangeRequest): void {
    const offender = offenders.get(sourceIp) ?? { refused: 0, bans: 0, bannedUntil: 0 }
    offenders.set(sourceIp, offender)
    offender.refused += 1
    if (offender.refused < REFUSED_BEFORE_BAN) return
    offender.refused = 0
    offender.bannedUntil = time + Math.min(LONGEST_BAN_MS, FIRST_BAN_MS * 2 ** offender.bans)
    offender.bans += 1
  }

  return {
    admits({ sourceIp, time }) {
      const { bannedUntil } = offenders.get(sourceIp) ?? { bannedUntil: 0 }
      if (time >= bannedUntil) return
      const headers = { 'Retry-After': seconds(bannedUntil - time) }
      throw banError(bannedUntil, { status: 418, headers })
    },
    count(request, { of, weight }, uid) {
      const { path, site, sourceIp, time } = request
      const spot = path.startsWith('/api/')
      const limit = (spot ? SPOT_IP_LIMIT : of === 'ip' ? SAPI_IP_LIMIT : SAPI_UID_LIMIT) * factor()
      // Each endpoint of /sapi has a limit of its own, those of /api share one.
      const name = spot ? `${site} ${sourceIp}` : `${site} ${of === 'ip' ? sourceIp : uid} ${path}`
      const { allowed, used, resetAt } = window.take(name, weight, limit, time)
      const headers = usedHeaders(spot, of, used)
      if (allowed) return headers
      refused(request)
      const retryAfter = { 'Retry-After': seconds(resetAt - time) }
      throw weightError(limit, { status: 429, headers: { ...headers, ...retryAfter } })
    },
    reset() {
      window.reset()
      offenders.clear()
    },
  }
}

function usedHeaders(spot: boolean, of: Weight['of'], used: number): WeightHeaders {
  const weight = String(used)
  if (spot) return { 'X-MBX-USED-WEIGHT': weight, 'X-MBX-USED-WEIGHT-1M': weight }
  return of === 'ip'
    ? { 'X-SAPI-USED-IP-WEIGHT-1M': weight }
    : { 'X-SAPI-USED-UID-WEIGHT-1M': weight }
}

function seconds(ms: number): string {
  return String(Math.ceil(ms / 1000))
}
