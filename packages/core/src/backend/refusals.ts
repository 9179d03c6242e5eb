import type { KeyType } from '../credential/exchange.ts'
import type { CredentialRef } from '../credential/name.ts'
import { ADMIN_NAMESPACE, formatRef, secretName } from '../credential/name.ts'
import type { Instant, Layout, VersionId } from '../credential/version.ts'
import { SecretsError } from '../errors/secrets-error.ts'

/** A command line for hints: `mm-secrets restore --env prod --exchange bybit`. */
export function commandLine(verb: string, ref: CredentialRef, rest = ''): string {
  return [
    `mm-secrets ${verb} --env ${ref.env} --exchange ${ref.exchange}`,
    ...(ref.account === null ? [] : [`--account ${ref.account}`]),
    ...(ref.suffix === null ? [] : [`--suffix ${ref.suffix}`]),
    ...(ref.namespace === ADMIN_NAMESPACE ? ['--admin'] : []),
    ...(rest === '' ? [] : [rest]),
  ].join(' ')
}

/** @throws USAGE for a suffix copy in JSON layout */
export function refuseLayout(ref: CredentialRef, layout: Layout): void {
  if (layout === 'json') secretName(ref, 'json')
}

export function notFound(ref: CredentialRef): SecretsError {
  return new SecretsError('NOT_FOUND', `There is no ${formatRef(ref)}.`, {
    hint: `Store it with: ${commandLine('save', ref)}`,
  })
}

export function noSuchVersion(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError('NOT_FOUND', `${formatRef(ref)} has no version ${id}.`, {
    hint: `See the versions that it has: ${commandLine('history', ref)}`,
  })
}

/** @param until when the recovery window ends */
export function deleted(ref: CredentialRef, until: Instant): SecretsError {
  const day = new Date(until).toISOString()
  return new SecretsError(
    'CONFLICT',
    `${formatRef(ref)} is deleted; until ${day} it can be restored.`,
    { hint: `Restore it first: ${commandLine('restore', ref)}` },
  )
}

/** Another version is current than the one that the caller saw. */
export function changedMeanwhile(
  ref: CredentialRef,
  seen: VersionId | null,
  now: VersionId | null,
): SecretsError {
  return new SecretsError(
    'CONFLICT',
    `${formatRef(ref)} changed meanwhile: ${named(now)} is current, not ${named(seen)}.`,
    { hint: `Nothing was written. Look at it again: ${commandLine('history', ref)}` },
  )
}

/** For a version of which only some members were saved. */
export function incomplete(
  ref: CredentialRef,
  id: VersionId,
  missing: readonly KeyType[],
): SecretsError {
  const rest = `--key-type ${missing[0] ?? ''} --complete ${id}`
  return new SecretsError(
    'INCOMPLETE',
    `${formatRef(ref)} is incomplete: ${missing.join(' and ')} of version ${id} ` +
      `${missing.length === 1 ? 'is' : 'are'} missing.`,
    { hint: `Complete it with: ${commandLine('save', ref, rest)}` },
  )
}

export function revoked(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError(
    'REVOKED',
    `Version ${id} of ${formatRef(ref)} was frozen by an incident and is refused for good.`,
    { hint: `Rotate to a new key: ${commandLine('rotate', ref)}` },
  )
}

/** A commit of what was discarded, or of what another version overtook. */
export function overtaken(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError(
    'CONFLICT',
    `Version ${id} of ${formatRef(ref)} is not pending: ` +
      'it was discarded, or another version became current first.',
    { hint: `See which one is current: ${commandLine('history', ref)}` },
  )
}

export function superseded(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError(
    'SUPERSEDED',
    `Version ${id} of ${formatRef(ref)} went live, and a later one has replaced it.`,
    { hint: `See which one is current: ${commandLine('history', ref)}` },
  )
}

/** A discard of what went live. */
export function currentAlready(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError('CONFLICT', `Version ${id} of ${formatRef(ref)} is current already.`, {
    hint: `Go back to the one before with: ${commandLine('rotate', ref, '--rollback')}`,
  })
}

/** Another value than the one that the version holds. */
export function otherValue(ref: CredentialRef, id: VersionId, keyType: KeyType): SecretsError {
  return new SecretsError(
    'CONFLICT',
    `Version ${id} of ${formatRef(ref)} already holds another ${keyType}.`,
    { hint: `Start anew: ${commandLine('rotate', ref, '--discard')}, then save again.` },
  )
}

/** A half for a version that is not pending any more. */
export function joinsNothing(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError(
    'CONFLICT',
    `Version ${id} of ${formatRef(ref)} is not pending any more.`,
    {
      hint: `See what became of it: ${commandLine('history', ref)}`,
    },
  )
}

/** As many as a store of labels has room for; every backend keeps to it. */
const MAX_PENDING = 5

/**
 * Refuses a new version where there is no room for it beside those that are pending.
 *
 * @param half whether it is one: a half begins nothing while anything is pending
 * @throws CONFLICT
 */
export function refuseCrowd(
  ref: CredentialRef,
  pending: readonly VersionId[],
  half: boolean,
): void {
  const [ticket] = pending
  if (ticket === undefined) return
  if (half) {
    throw new SecretsError('CONFLICT', `Version ${ticket} of ${formatRef(ref)} is pending.`, {
      hint:
        `Join it with --complete ${ticket}, or drop it first: ` +
        commandLine('rotate', ref, '--discard'),
    })
  }
  if (pending.length >= MAX_PENDING) {
    throw new SecretsError(
      'CONFLICT',
      `${formatRef(ref)} has ${MAX_PENDING} pending versions, and there is no room for more.`,
      {
        hint:
          `Finish or drop one: ${commandLine('rotate', ref, '--resume')}, ` +
          commandLine('rotate', ref, '--discard'),
      },
    )
  }
}

/** AWS Secrets Manager, DeleteSecret: RecoveryWindowInDays is 7 to 30. */
const SHORTEST_RECOVERY_DAYS = 7
const LONGEST_RECOVERY_DAYS = 30

/** @throws USAGE for a recovery window that AWS would not take */
export function checkRecoveryDays(days: number): void {
  if (Number.isInteger(days) && days >= SHORTEST_RECOVERY_DAYS && days <= LONGEST_RECOVERY_DAYS) {
    return
  }
  throw new SecretsError('USAGE', 'The recovery window is not valid.', {
    hint: `It is a whole number of days, ${SHORTEST_RECOVERY_DAYS} to ${LONGEST_RECOVERY_DAYS}.`,
  })
}

function named(id: VersionId | null): string {
  return id === null ? 'no version' : `version ${id}`
}
