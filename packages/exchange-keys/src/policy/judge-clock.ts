import type { Exchange } from '@mm-secrets/core'
import { clockWords } from '../asking/explain.ts'
import { EXCHANGE_NAMES } from '../facts/exchange-names.ts'
import type { Finding, RuleVerdict } from './rule-verdict.ts'
import { fail, pass, unknown } from './rule-verdict.ts'

/** How far a clock may be off, in milliseconds, with the window that clients use where they name none. */
const LIMITS: Readonly<Record<Exchange, { readonly ahead: number; readonly behind: number }>> = {
  // server_time - recv_window <= timestamp < server_time + 1000, https://bybit-exchange.github.io/docs/v5/guide
  bybit: { ahead: 1000, behind: 5000 },
  // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security
  binance: { ahead: 1000, behind: 5000 },
  // https://www.kucoin.com/docs-new/authentication
  kucoin: { ahead: 5000, behind: 5000 },
}

/**
 * Whether an exchange would serve a bot that signs by this machine's clock.
 *
 * @param offsetMs the exchange's clock minus this machine's, as `KeyAnswer` has it
 */
export function judgeClock(exchange: Exchange, offsetMs: number | null): RuleVerdict {
  return { rule: 'clock', level: 'required', ...finding(exchange, offsetMs) }
}

function finding(exchange: Exchange, offsetMs: number | null): Finding {
  const words = clockWords(offsetMs)
  if (offsetMs === null) return unknown(words, null)
  const { ahead, behind } = LIMITS[exchange]
  if (-offsetMs < ahead && offsetMs <= behind) return pass(words)
  return fail(
    `${words} ${EXCHANGE_NAMES[exchange]} refuses requests that are ${ahead / 1000} s ahead or ${behind / 1000} s behind.`,
    'Set the clock of this machine by NTP.',
  )
}
