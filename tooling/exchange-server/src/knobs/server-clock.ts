/** The server's time, which tests may move: windows of signatures, limits and the ages of keys follow it. */
export interface ServerClock {
  /** Milliseconds since the epoch. */
  now(): number
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
