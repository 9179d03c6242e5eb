import type { Clock } from '@mm-secrets/core'

/** Time that passes only while everybody waits: no machine is too slow for it, and no hang costs a second. */
export interface VirtualTime {
  readonly clock: Clock
  /** Gives the timers of the machine back. What waits still waits for ever. */
  stop(): void
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** So many turns of the event loop without a sign of work: a request on loopback needs two or three. */
const QUIET_TURNS = 20

/**
 * Puts its own timers in place of the global ones, which limit attempts and whole operations, and moves time on to the
 * next of them as soon as nothing happens any more.
 *
 * @param progress a number that changes whenever something was done, such as the requests that a server answered
 */
export function startVirtualTime(progress: () => number): VirtualTime {
  const { setTimeout, clearTimeout } = globalThis
  const timers = new Map<number, Timer>()
  let now = Date.now()
  let newest = 0
  let stirred = 0
  let running = true

  function set(run: () => void, ms = 0): number {
    stirred++
    timers.set(++newest, { at: now + Math.max(0, ms), run })
    return newest
  }

  function clear(id: unknown): void {
    if (timers.delete(Number(id))) stirred++
  }

  function moveOn(): void {
    const due = Math.min(...[...timers.values()].map(({ at }) => at))
    if (!Number.isFinite(due)) return
    now = Math.max(now, due)
    for (const [id, timer] of timers) {
      if (timer.at <= now && timers.delete(id)) timer.run()
    }
  }

  let seen = -1
  let quiet = 0
  function turn(): void {
    if (!running) return
    const sign = stirred + progress()
    quiet = sign === seen ? quiet + 1 : 0
    seen = sign
    if (quiet >= QUIET_TURNS) {
      quiet = 0
      moveOn()
    }
    setImmediate(turn)
  }

  Object.assign(globalThis, {
    setTimeout: (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      handle(
        set(() => {
          run(...args)
        }, ms),
      ),
    clearTimeout: clear,
  })
  setImmediate(turn)
  return {
    clock: { now: () => now, sleep },
    stop() {
      running = false
      Object.assign(globalThis, { setTimeout, clearTimeout })
    },
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clear(id)
        reject(signal?.reason as Error)
      }
      const id = set(() => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }, ms)
      if (signal?.aborted === true) leave()
      else signal?.addEventListener('abort', leave, { once: true })
    })
  }
}

/** What users of Node's timers may do to one; it can be cleared as it is. */
function handle(id: number): object {
  const self = {
    ref: () => self,
    unref: () => self,
    hasRef: () => true,
    [Symbol.toPrimitive]: () => id,
  }
  return self
}
