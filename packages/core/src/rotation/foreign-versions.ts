import type { CredentialState, MemberVersions } from '../backend/port.ts'
import { commandLine } from '../backend/refusals.ts'
import { KEY_TYPES } from '../credential/exchange.ts'
import { formatRef } from '../credential/name.ts'
import { SecretsError } from '../errors/secrets-error.ts'

/**
 * What each member has as current where other tools wrote it: what can be adopted.
 *
 * @throws NOT_FOUND where everything is ours, INCOMPLETE where a member is missing
 */
export function foreignVersions({ asWritten, missing, ref }: CredentialState): MemberVersions {
  if (asWritten === null && missing.length === 0) {
    throw new SecretsError(
      'NOT_FOUND',
      `Nothing of ${formatRef(ref)} was written by another tool: there is nothing to adopt.`,
      { hint: `See what there is: ${commandLine('history', ref)}` },
    )
  }
  const lacking =
    asWritten === null
      ? missing
      : KEY_TYPES[ref.exchange].filter((keyType) => asWritten[keyType] === undefined)
  if (asWritten !== null && lacking.length === 0) return asWritten
  throw new SecretsError(
    'INCOMPLETE',
    `${formatRef(ref)} cannot be adopted: ${lacking.join(' and ')} ${lacking.length === 1 ? 'is' : 'are'} missing.`,
    { hint: `Save all of it instead: ${commandLine('save', ref)}` },
  )
}
