import { SecretsError } from '@mm-secrets/core'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Above this, setTimeout fires at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const MOST_MS = 86_400_000

/**
 * A short span of time such as `200ms`, `60s`, `5m` or `1h`.
 *
 * @returns milliseconds, up to a day
 * @throws USAGE naming the option
 */
export function parseInterval(option: string, text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? []
  const ms = Number(amount) * (UNITS[unit] ?? Number.NaN)
  if (ms <= MOST_MS) return ms
  throw new SecretsError('USAGE', `${option} is not a short span of time.`, {
    hint: 'Write seconds, minutes or hours, such as 60s, 5m or 1h; a day at most.',
  })
}
