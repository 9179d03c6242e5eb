import { setTimeout as wait } from 'node:timers/promises'
import type { Instant } from '../../src/credential/version.ts'
import type { Clock } from '../../src/runtime/clock.ts'

/** A clock that moves by what is slept and by what a test moves it. */
export interface MovableClock extends Clock {
  advance(ms: number): void
}

/** @param start epoch milliseconds; @default 1 March 2026, noon UTC */
export function movableClock(start: Instant = Date.UTC(2026, 2, 1, 12)): MovableClock {
  let now = start
  return {
    now: () => now,
    // Really waits, so that other writers get on; no test asserts for how long.
    sleep: async (ms, signal) => {
      await wait(ms, undefined, signal === undefined ? {} : { signal })
      now += ms
    },
    advance: (ms) => {
      now += ms
    },
  }
}
