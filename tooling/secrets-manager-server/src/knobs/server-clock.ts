import type { Clock } from '../service/clock.ts'

/** The server's time, which tests may move: ages, deletions and lags follow it. Signatures do not. */
export interface ServerClock extends Clock {
  /** Moves time on; it keeps running. */
  advance(ms: number): void
  /** Stops time. @param at milliseconds since the epoch. @default now */
  freeze(at?: number): void
  /** Back to the time of the machine. */
  reset(): void
}

/** @param system the time of the machine, in milliseconds since the epoch */
export function serverClock(system: () => number): ServerClock {
  let offset = 0
  let frozen: number | null = null
  const now = (): number => frozen ?? system() + offset
  return {
    now,
    advance(ms) {
      if (frozen === null) offset += ms
      else frozen += ms
    },
    freeze(at = now()) {
      frozen = at
    },
    reset() {
      offset = 0
      frozen = null
    },
  }
}
