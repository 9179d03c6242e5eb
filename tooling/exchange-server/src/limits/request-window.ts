/** What is left after a request was counted. */
export interface Allowance {
  readonly allowed: boolean
  readonly used: number
  readonly remaining: number
  /** When there is room again, in milliseconds since the epoch. */
  readonly resetAt: number
}

/** Counts requests in a window of time, apart for each name. */
export interface RequestWindow {
  /** Counts where there is room. @param weight of this request */
  take(name: string, weight: number, limit: number, time: number): Allowance
  reset(): void
}

/** The window that ends now. */
export function rollingWindow(windowMs: number): RequestWindow {
  const taken = new Map<string, { readonly time: number; readonly weight: number }[]>()
  return {
    take(name, weight, limit, time) {
      const recent = (taken.get(name) ?? []).filter(
        (each) => each.time > time - windowMs && each.time <= time,
      )
      const before = recent.reduce((sum, each) => sum + each.weight, 0)
      const allowed = before + weight <= limit
      if (allowed) recent.push({ time, weight })
      taken.set(name, recent)
      const used = allowed ? before + weight : before
      const oldest = recent[0]?.time ?? time
      const remaining = Math.max(0, limit - used)
      return { allowed, used, remaining, resetAt: allowed ? time : oldest + windowMs }
    },
    reset: () => taken.clear(),
  }
}

/**
 * Windows one after the other.
 *
 * @param from 'clock': they begin where the clock is a multiple of their length; 'first': with the first request
 */
export function fixedWindow(windowMs: number, from: 'clock' | 'first'): RequestWindow {
  const windows = new Map<string, { readonly start: number; used: number }>()
  return {
    take(name, weight, limit, time) {
      let window = windows.get(name)
      if (window === undefined || time >= window.start + windowMs || time < window.start) {
        window = { start: from === 'clock' ? time - (time % windowMs) : time, used: 0 }
        windows.set(name, window)
      }
      const allowed = window.used + weight <= limit
      window.used += weight
      const { used, start } = window
      return { allowed, used, remaining: Math.max(0, limit - used), resetAt: start + windowMs }
    },
    reset: () => windows.clear(),
  }
}
