import type { CredentialRef } from '../../credential/name.ts'
import type { Instant } from '../../credential/version.ts'
import type { CredentialState } from '../port.ts'
import { checkRecoveryDays, notFound } from '../refusals.ts'
import { requireBase, requireLive } from './refusals.ts'
import type { StoredCredential } from './stored-credential.ts'

const DAY_MS = 86_400_000

/** Hides a credential until its recovery window has passed. */
export function deleteCredential(
  ref: CredentialRef,
  stored: StoredCredential | null,
  base: CredentialState,
  recoveryDays: number,
  now: Instant,
): StoredCredential {
  checkRecoveryDays(recoveryDays)
  const live = requireLive(ref, stored)
  requireBase(ref, live, base)
  return { ...live, deletedUntil: now + recoveryDays * DAY_MS }
}

/** Brings a deleted credential back; a live one stays as it is, as AWS has it. */
export function restore(ref: CredentialRef, stored: StoredCredential | null): StoredCredential {
  if (stored === null) throw notFound(ref)
  return stored.deletedUntil === null ? stored : { ...stored, deletedUntil: null }
}

/**
 * Whether an entry's recovery window has passed, seen without parsing it: every write looks at all of them.
 *
 * @param raw an entry of the document, of whatever shape
 */
export function isGone(raw: unknown, now: Instant): boolean {
  if (typeof raw !== 'object' || raw === null || !('deletedUntil' in raw)) return false
  return typeof raw.deletedUntil === 'number' && raw.deletedUntil <= now
}
