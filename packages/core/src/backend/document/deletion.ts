import type { CredentialRef } from '../../credential/name.ts'
import type { Instant } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { CredentialState } from '../port.ts'
import { notFound, requireBase, requireLive } from './refusals.ts'
import type { StoredCredential } from './stored-credential.ts'

/** AWS Secrets Manager, DeleteSecret: RecoveryWindowInDays is 7 to 30. */
const SHORTEST_RECOVERY_DAYS = 7
const LONGEST_RECOVERY_DAYS = 30
const DAY_MS = 86_400_000

/** Hides a credential until its recovery window has passed. */
export function deleteCredential(
  ref: CredentialRef,
  stored: StoredCredential | null,
  base: CredentialState,
  recoveryDays: number,
  now: Instant,
): StoredCredential {
  if (
    !Number.isInteger(recoveryDays) ||
    recoveryDays < SHORTEST_RECOVERY_DAYS ||
    recoveryDays > LONGEST_RECOVERY_DAYS
  ) {
    throw new SecretsError('USAGE', 'The recovery window is not valid.', {
      hint: `It is a whole number of days, ${SHORTEST_RECOVERY_DAYS} to ${LONGEST_RECOVERY_DAYS}.`,
    })
  }
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
