/** The server's own time: dates in answers, signatures and lags all follow it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}
