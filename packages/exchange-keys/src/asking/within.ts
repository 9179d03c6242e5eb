import type { Clock } from '@mm-secrets/core'

/**
 * Ends the wait for some work when its time is over or the person leaves.
 *
 * @param ms by the clock
 * @param work takes a signal that aborts in either case
 * @returns null when the time is over; what the work rejects with is passed on
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  person: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const overdue = new AbortController()
  const finished = new AbortController()
  const signal = person === undefined ? overdue.signal : AbortSignal.any([person, overdue.signal])
  const timer = clock.sleep(ms, finished.signal).then(() => null)
  try {
    return await Promise.race([timer, work(signal)])
  } finally {
    overdue.abort()
    finished.abort()
  }
}
