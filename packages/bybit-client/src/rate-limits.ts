import type { Clock } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'

/** What Bybit says of the limit of an endpoint. https://bybit-exchange.github.io/docs/v5/rate-limit */
export interface BybitRateLimit {
  /** Requests in one second, of one account. */
  readonly limit: number
  readonly remaining: number
  /** When there is room again, by Bybit's clock, in milliseconds since 1970. */
  readonly resetAtMs: number
}

/** Keeps requests back while an endpoint has no room. */
export interface RateLimits {
  /** Waits for the endpoint. @throws UNAVAILABLE when that takes longer than is left */
  admit(path: string, patience: Patience): Promise<void>
  /** Bybit has refused a request to this endpoint. */
  close(path: string, waitMs: number): void
}

/** How long one call may still wait, in milliseconds. */
export interface Patience {
  leftMs: number
}

/** Limits are counted per second: after one of them there is room again, whatever was not said. */
const WINDOW_MS = 1000
/** A wait is never shorter, so that patience runs out. */
const SHORTEST_WAIT_MS = 50

export function rateLimits(clock: Clock): RateLimits {
  const closed = new Map<string, { readonly from: number; readonly waitMs: number }>()

  function waitFor(path: string): number {
    const gate = closed.get(path)
    if (gate === undefined) return 0
    const elapsed = clock.now() - gate.from
    // A clock that was set back must not keep the gate closed.
    if (elapsed >= 0 && elapsed < gate.waitMs) return gate.waitMs - elapsed
    closed.delete(path)
    return 0
  }

  return {
    async admit(path, patience) {
      for (let waitMs = waitFor(path); waitMs > 0; waitMs = waitFor(path)) {
        const pauseMs = Math.max(waitMs, SHORTEST_WAIT_MS)
        if (pauseMs > patience.leftMs) throw tooLong(path, waitMs)
        patience.leftMs -= pauseMs
        await clock.sleep(pauseMs)
      }
    },
    close(path, waitMs) {
      closed.set(path, { from: clock.now(), waitMs: Math.max(waitMs, SHORTEST_WAIT_MS) })
    },
  }
}

/** @returns null: the answer says nothing of limits, as those that precede any account do */
export function rateLimitOf(headers: Headers): BybitRateLimit | null {
  const limit = numberIn(headers, 'x-bapi-limit')
  const remaining = numberIn(headers, 'x-bapi-limit-status')
  const resetAtMs = numberIn(headers, 'x-bapi-limit-reset-timestamp')
  if (limit === null || remaining === null || resetAtMs === null) return null
  return { limit, remaining, resetAtMs }
}

/** @param serverMs Bybit's time in the answer; null: it had none */
export function waitMsOf(headers: Headers, serverMs: number | null): number {
  const seconds = numberIn(headers, 'retry-after')
  if (seconds !== null) return seconds * 1000
  const reset = rateLimitOf(headers)?.resetAtMs ?? null
  return reset === null || serverMs === null || reset <= serverMs ? WINDOW_MS : reset - serverMs
}

function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name)
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}

function tooLong(path: string, waitMs: number): SecretsError {
  const seconds = Math.ceil(waitMs / 1000)
  return new SecretsError(
    'UNAVAILABLE',
    `Bybit's rate limit of GET ${path} has no room for another ${seconds} s.`,
    { hint: 'Ask less often, or let requests wait longer with maxRateLimitWaitMs.' },
  )
}
