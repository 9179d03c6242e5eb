import { setImmediate as turn } from 'node:timers/promises'
import type { MovableClock } from '../../contract/movable-clock.ts'

/** A clock that moves by what is slept without waiting for it: others get their turn all the same. */
export function quickClock(): MovableClock {
  let now = Date.UTC(2026, 2, 1, 12)
  return {
    now: () => now,
    sleep: async (ms) => {
      await turn()
      now += ms
    },
    advance: (ms) => {
      now += ms
    },
  }
}
