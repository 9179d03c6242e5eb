import { missingMembers } from '../../credential/credential.ts'
import type { KeyType } from '../../credential/exchange.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { ADMIN_NAMESPACE, formatRef, secretName } from '../../credential/name.ts'
import type { Layout, VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { CredentialState } from '../port.ts'
import type { StoredCredential, StoredVersion } from './stored-credential.ts'

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

/**
 * The credential, where it is there and not deleted.
 *
 * @throws NOT_FOUND, CONFLICT while it is deleted
 */
export function requireLive(ref: CredentialRef, stored: StoredCredential | null): StoredCredential {
  if (stored === null) throw notFound(ref)
  refuseDeleted(ref, stored)
  return stored
}

/** @throws CONFLICT that says until when it can be restored */
export function refuseDeleted(ref: CredentialRef, stored: StoredCredential | null): void {
  if (stored === null || stored.deletedUntil === null) return
  const until = new Date(stored.deletedUntil).toISOString()
  throw new SecretsError(
    'CONFLICT',
    `${formatRef(ref)} is deleted; until ${until} it can be restored.`,
    { hint: `Restore it first: ${commandLine('restore', ref)}` },
  )
}

/** @throws CONFLICT when another version is current than the one that the caller saw */
export function requireBase(
  ref: CredentialRef,
  stored: StoredCredential | null,
  base: CredentialState | null,
): void {
  const seen = base?.current ?? null
  const now = stored?.current ?? null
  if (seen === now) return
  throw new SecretsError(
    'CONFLICT',
    `${formatRef(ref)} changed meanwhile: ${named(now)} is current, not ${named(seen)}.`,
    { hint: `Nothing was written. Look at it again: ${commandLine('history', ref)}` },
  )
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

/** For a version of which only some members were saved. */
export function incomplete(ref: CredentialRef, version: StoredVersion): SecretsError {
  const missing: readonly KeyType[] = missingMembers(ref.exchange, version.values)
  const rest = `--key-type ${missing[0] ?? ''} --complete ${version.id}`
  return new SecretsError(
    'INCOMPLETE',
    `${formatRef(ref)} is incomplete: ${missing.join(' and ')} of version ${version.id} ` +
      `${missing.length === 1 ? 'is' : 'are'} missing.`,
    { hint: `Complete it with: ${commandLine('save', ref, rest)}` },
  )
}

export function revoked(ref: CredentialRef, version: StoredVersion): SecretsError {
  return new SecretsError(
    'REVOKED',
    `Version ${version.id} of ${formatRef(ref)} was frozen by an incident and is refused for good.`,
    { hint: `Rotate to a new key: ${commandLine('rotate', ref)}` },
  )
}

function named(id: VersionId | null): string {
  return id === null ? 'no version' : `version ${id}`
}
