import type { Refusal } from '../exchange/exchange.ts'

/**
 * Besides what an exchange refuses: hang: nothing is done and nothing answered. reset: nothing is done, the connection
 * breaks. lost-reply: it is done, and the connection breaks instead of an answer. late-error: it is done, and answered
 * as if the exchange had failed.
 */
export type Fault = Refusal | 'hang' | 'reset' | 'lost-reply' | 'late-error'

/** A fault for particular requests to come. */
export interface PlannedFault {
  readonly fault: Fault
  /** 'POST /v5/user/create-sub-api'; null: any. @default null */
  readonly operation?: string | null
  /** How many requests are left alone first. @default 0 */
  readonly after?: number
  /** How many requests it then meets. @default 1 */
  readonly times?: number
}

/** Everything that tests may turn while the server runs. Rates are shares of the requests, from 0 to 1. */
export interface KnobSettings {
  readonly latencyMs: number
  readonly throttleRate: number
  readonly errorRate: number
  readonly hangRate: number
  readonly resetRate: number
  readonly lostReplyRate: number
  readonly lateErrorRate: number
  /** How long a hanging request is held before its connection breaks. */
  readonly hangMs: number
  readonly next: readonly PlannedFault[]
  /** How far the exchanges' clock is ahead of the server's; negative: behind. */
  readonly clockOffsetMs: number
  /** How long a key that was made by a request is unknown, by the exchanges' clock. */
  readonly propagationMs: number
  /** How many requests with such a key are answered as if it were unknown. */
  readonly propagationRequests: number
  /** Documented limits are multiplied by this. */
  readonly rateLimitFactor: number
  /** The address that every request is taken to come from; null: its own. */
  readonly sourceIp: string | null
}

export const DEFAULT_KNOBS: KnobSettings = {
  latencyMs: 0,
  throttleRate: 0,
  errorRate: 0,
  hangRate: 0,
  resetRate: 0,
  lostReplyRate: 0,
  lateErrorRate: 0,
  hangMs: 60_000,
  next: [],
  clockOffsetMs: 0,
  propagationMs: 0,
  propagationRequests: 0,
  rateLimitFactor: 1,
  sourceIp: null,
}

export interface Knobs {
  get(): KnobSettings
  /** Those that are given; the others stay. */
  set(changes: Partial<KnobSettings>): void
  reset(): void
}

/** @param initial what `reset` goes back to, over the defaults */
export function knobs(initial: Partial<KnobSettings> = {}): Knobs {
  const start = { ...DEFAULT_KNOBS, ...initial }
  let settings = start
  return {
    get: () => settings,
    set(changes) {
      settings = { ...settings, ...changes }
    },
    reset() {
      settings = start
    },
  }
}
