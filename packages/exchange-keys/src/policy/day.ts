import type { Instant } from '@mm-secrets/core'

export const DAY_MS = 86_400_000

/** '2026-11-25', by UTC. */
export function dayOf(at: Instant): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? 'a date that cannot be' : date.toISOString().slice(0, 10)
}

/** Whole days from one moment to a later one. */
export function daysBetween(from: Instant, to: Instant): number {
  return Math.floor((to - from) / DAY_MS)
}
