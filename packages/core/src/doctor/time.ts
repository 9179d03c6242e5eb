import type { Instant } from '../credential/version.ts'
import type { Finding } from './finding.ts'

/** Clocks of machines that share a store differ by less. */
const SKEW_MS = 5 * 60_000

/**
 * Whether something was written later than now, as far as its own word goes.
 *
 * @param name what it is, at the head of the message: 'Version 7 of the vault of prod'
 */
export function examineTime(name: string, at: Instant, now: Instant): readonly Finding[] {
  if (at <= now + SKEW_MS) return []
  return [
    {
      check: 'clock',
      level: 'warning',
      message: `${name} was written in the future, at ${new Date(at).toISOString()}: the clock here is behind, or that of the writer was ahead.`,
      fix: 'Compare date -u with a clock that you trust: ages are wrong until it agrees.',
    },
  ]
}
