import type { ClockOffset } from './clock-offset.ts'
import { clockOffset, describeOffset, isBeyond } from './clock-offset.ts'

/** Measures the clock by every answer. It corrects nothing: a request is signed with the machine's own time. */
export interface ClockWatch {
  /** @param serverMs null: the answer told no time */
  note(serverMs: number | null, sentMs: number, receivedMs: number): ClockOffset | null
  /** By the last answer that told a time; null: none yet. */
  latest(): ClockOffset | null
}

/** @param warn told once, as soon as the clock is half way to where Bybit refuses it */
export function clockWatch(recvWindowMs: number, warn: (line: string) => void): ClockWatch {
  let latest: ClockOffset | null = null
  let hasWarned = false
  return {
    note(serverMs, sentMs, receivedMs) {
      if (serverMs === null) return null
      latest = clockOffset(serverMs, sentMs, receivedMs)
      if (!hasWarned && isBeyond(latest, recvWindowMs, 0.5)) {
        hasWarned = true
        warn(`This machine's clock is ${describeOffset(latest)}: set it by NTP.`)
      }
      return latest
    },
    latest: () => latest,
  }
}
