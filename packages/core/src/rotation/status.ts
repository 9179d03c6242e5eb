import type { CredentialState, Version } from '../backend/port.ts'
import type { CredentialRef } from '../credential/name.ts'
import type { Instant, VersionId } from '../credential/version.ts'

const DAY_MS = 86_400_000

/** A key is due from this share of its life on. */
const DUE_SHARE = 0.8

export type StatusCondition =
  | 'ambiguous'
  | 'incomplete'
  | 'foreign'
  | 'unpaired'
  | 'frozen'
  | 'exposed'
  | 'pending'
  /** A new version is live; the store, or readers that are not ours, do not follow it yet. */
  | 'out-of-step'
  | 'overdue'
  | 'due'
  | 'deleted'
  | 'age-unknown'
  | 'fine'

/** What a person must know of a credential; `condition` is the first that holds, worst first. */
export interface StatusRow {
  readonly ref: CredentialRef
  /** The start of the current key's age. */
  readonly createdAt: Instant | null
  /** By the rotation policy or by the exchange's own expiry, whichever comes first. */
  readonly dueAt: Instant | null
  readonly overdueAt: Instant | null
  readonly condition: StatusCondition
  /** The previous key, alive at the exchange as far as we know. */
  readonly notRevoked: VersionId | null
}

/**
 * Judges a credential under the rotation policy.
 *
 * @param periodDays how old its key may grow
 */
export function statusRow(state: CredentialState, periodDays: number, now: Instant): StatusRow {
  const current = versionById(state, state.current)
  const createdAt = current?.metadata.createdAt ?? null
  const { dueAt, overdueAt } = dates(current, periodDays)
  return {
    ref: state.ref,
    createdAt,
    dueAt,
    overdueAt,
    condition: condition(state, current, dueAt, overdueAt, now),
    notRevoked: notRevoked(state, current),
  }
}

function condition(
  state: CredentialState,
  current: Version | null,
  dueAt: Instant | null,
  overdueAt: Instant | null,
  now: Instant,
): StatusCondition {
  if (state.condition === 'ambiguous') return 'ambiguous'
  // A deleted key may still be alive at the exchange, so an exposed one stays in view; its age no longer matters.
  if (state.deletedUntil !== null) return isExposed(current) ? 'exposed' : 'deleted'
  if (state.condition === 'incomplete' || state.condition === 'absent') return 'incomplete'
  if (state.condition === 'foreign' || state.condition === 'unpaired') return state.condition
  if (current?.frozen === true) return 'frozen'
  if (isExposed(current)) return 'exposed'
  if (state.pending.some(({ phase }) => phase !== 'live')) return 'pending'
  if (state.pending.length > 0) return 'out-of-step'
  if (overdueAt === null || dueAt === null) return 'age-unknown'
  if (now >= overdueAt) return 'overdue'
  return now >= dueAt ? 'due' : 'fine'
}

function isExposed(version: Version | null): boolean {
  return version !== null && version.metadata.exposedAt !== null
}

function dates(
  current: Version | null,
  periodDays: number,
): Pick<StatusRow, 'dueAt' | 'overdueAt'> {
  const createdAt = current?.metadata.createdAt ?? null
  const expiresAt = current?.metadata.expiresAt ?? null
  const periodMs = periodDays * DAY_MS
  const ends = [createdAt === null ? null : createdAt + periodMs, expiresAt].filter(
    (end): end is Instant => end !== null,
  )
  if (ends.length === 0) return { dueAt: null, overdueAt: null }
  const overdueAt = Math.min(...ends)
  const lifeMs = createdAt === null ? periodMs : Math.max(0, overdueAt - createdAt)
  return { dueAt: Math.round(overdueAt - lifeMs * (1 - DUE_SHARE)), overdueAt }
}

function notRevoked(state: CredentialState, current: Version | null): VersionId | null {
  const previous = versionById(state, state.previous)
  if (previous === null || previous.metadata.revokedAt !== null) return null
  // A rollback repeats an older one; an adoption repeats what was current.
  if (current?.metadata.copyOf === previous.id) return null
  const sameKey =
    previous.metadata.fingerprints.api_key !== undefined &&
    previous.metadata.fingerprints.api_key === current?.metadata.fingerprints.api_key
  return sameKey ? null : previous.id
}

function versionById(state: CredentialState, id: VersionId | null): Version | null {
  return state.versions.find((version) => version.id === id) ?? null
}
