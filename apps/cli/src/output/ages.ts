const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** A span of time in its largest whole unit up to days: `45 days`, `3 hours`, `under a minute`. */
export function formatSpan(ms: number): string {
  const span = Math.abs(ms)
  if (span >= DAY_MS) return count(Math.floor(span / DAY_MS), 'day')
  if (span >= HOUR_MS) return count(Math.floor(span / HOUR_MS), 'hour')
  if (span >= MINUTE_MS) return count(Math.floor(span / MINUTE_MS), 'minute')
  return 'under a minute'
}

/**
 * The time until something, to the nearest unit: a key saved a minute ago with a period of 30 days has 30 days, while
 * its age is counted in whole units that have passed.
 */
export function formatRemaining(ms: number): string {
  const rounded = [MINUTE_MS, HOUR_MS, DAY_MS].reduce(
    (span, unit) => (span < unit ? span : Math.round(span / unit) * unit),
    ms,
  )
  return formatSpan(rounded)
}

/** How long ago something began, or `unknown`. */
export function formatAge(since: number | null, now: number): string {
  // A clock that runs behind would give a negative age; it is as good as none.
  return since === null ? 'unknown' : formatSpan(Math.max(0, now - since))
}

function count(amount: number, unit: string): string {
  return amount === 1 ? `1 ${unit}` : `${amount} ${unit}s`
}
