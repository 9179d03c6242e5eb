/** How far a view of the store is behind. Both may be given; the older view wins. */
export interface Lag {
  /** Changes younger than this are not seen, in milliseconds of the server's clock. @default 0 */
  readonly ms?: number
  /** This many of the latest changes are not seen. @default 0 */
  readonly changes?: number
  /** Each read draws how many changes it misses, from none to `changes`. @default false */
  readonly varying?: boolean
}

/**
 * throttle, error: refused before anything is done. hang: nothing is done and nothing answered. reset: nothing is
 * done, the connection breaks. lost-reply: it is done, and the connection breaks instead of an answer. late-error: it
 * is done, and answered as if it had failed.
 */
export type Fault = 'throttle' | 'error' | 'hang' | 'reset' | 'lost-reply' | 'late-error'

/** A fault for particular calls to come. */
export interface PlannedFault {
  readonly fault: Fault
  /** 'PutSecretValue'; null: any. @default null */
  readonly operation?: string | null
  /** How many calls are left alone first. @default 0 */
  readonly after?: number
  /** How many calls it then meets. @default 1 */
  readonly times?: number
}

/** granted; denied: "Access to KMS is not allowed"; failing: DecryptionFailure and EncryptionFailure. */
export type KmsState = 'granted' | 'denied' | 'failing'

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
  /** What GetSecretValue, DescribeSecret, ListSecretVersionIds and a batch of ids do not see yet. */
  readonly readLag: Lag
  /** What ListSecrets and a batch by filters do not see yet. */
  readonly listLag: Lag
  /** Before each page of a listing comes an empty one that has a NextToken. */
  readonly emptyPages: boolean
  readonly kms: KmsState
  /** How long a secret deleted without recovery is still in the way, in milliseconds of the server's clock. */
  readonly forceDeletionMs: number
  /** Versions of a secret beyond which a write fails with LimitExceededException; null: no limit. */
  readonly versionQuota: number | null
  /** How long an event takes until LookupEvents finds it, in milliseconds of the server's clock. */
  readonly eventDelayMs: number
  /** How far the clock that signatures are checked against is ahead of the machine's, in milliseconds. */
  readonly signatureSkewMs: number
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
  readLag: {},
  listLag: {},
  emptyPages: false,
  kms: 'granted',
  forceDeletionMs: 0,
  versionQuota: null,
  eventDelayMs: 0,
  signatureSkewMs: 0,
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
