/** What a timer of Node can wait; a longer one would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The reason with which `within` gives up. */
export class Overdue extends Error {
  override readonly name = 'Timeout'
}

/**
 * Ends the wait for some work when its time is over or the person leaves, whether or not the work listens: a provider
 * of credentials, for one, does not.
 *
 * @param ms real time: this limits a conversation with another machine
 * @param work takes a signal that aborts in either case
 * @throws Overdue, or the reason of the person's signal
 */
export async function within<T>(
  ms: number,
  person: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  person?.throwIfAborted()
  const end = new AbortController()
  const leave = () => {
    end.abort(person?.reason)
  }
  const timer = setTimeout(
    () => {
      end.abort(new Overdue())
    },
    Math.min(ms, LONGEST_TIMER_MS),
  )
  person?.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([ended(end.signal), work(end.signal)])
  } finally {
    clearTimeout(timer)
    person?.removeEventListener('abort', leave)
  }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })
}
