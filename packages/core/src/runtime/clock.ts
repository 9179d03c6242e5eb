import { setTimeout as sleep } from 'node:timers/promises'
import type { Instant } from '../credential/version.ts'

/** Time as an argument: tests move it, programs pass `systemClock`. */
export interface Clock {
  now(): Instant
  /** Resolves after so many milliseconds. @throws the signal's reason when it aborts */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
}
