import { SecretsError } from '@mm-secrets/core'
import { DAY_MS } from '../output/ages.ts'

const UNITS: Readonly<Record<string, number>> = { h: DAY_MS / 24, d: DAY_MS, w: 7 * DAY_MS }

/**
 * A span of time such as `12h`, `7d` or `2w`.
 *
 * @returns milliseconds
 * @throws USAGE naming the option
 */
export function parseDuration(option: string, text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,4})([hdw])$/.exec(text) ?? []
  const unitMs = UNITS[unit]
  if (unitMs !== undefined) return Number(amount) * unitMs
  throw new SecretsError('USAGE', `${option} is not a span of time.`, {
    hint: 'Write hours, days or weeks, such as 12h, 7d or 2w.',
  })
}

/**
 * A whole number within bounds.
 *
 * @throws USAGE naming the option and the bounds
 */
export function parseCount(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new SecretsError('USAGE', `${option} is not a whole number from ${least} to ${most}.`)
}
