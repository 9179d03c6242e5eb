import type { KeyType } from '../../credential/exchange.ts'
import { KEY_TYPES } from '../../credential/exchange.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import { commandLine, incomplete } from '../refusals.ts'
import type { Round } from './read.ts'
import { isOwn } from './read.ts'

/** The anchor was written by other tools, and a mate by us: nobody knows which of them belong together. */
export function foreignWrite(ref: CredentialRef, round: Round): SecretsError {
  const versions = round.map(({ member, version }) =>
    version === null ? `${member} has none` : `${member} is at version ${version.id}`,
  )
  return new SecretsError(
    'FOREIGN_WRITE',
    `Another tool wrote a member of ${formatRef(ref)}: ${versions.join(', ')}.`,
    {
      hint:
        `Look at what each has and take it over: ${commandLine('rotate', ref, '--adopt')}; ` +
        `or store a whole credential: ${commandLine('rotate', ref)}`,
    },
  )
}

/** No members that belong together could be read. */
export function halfRead(ref: CredentialRef, round: Round): SecretsError {
  const ours = round.find(({ version }) => isOwn(version))?.version ?? null
  const there = (keyType: KeyType): boolean => {
    const version = round.find(({ member }) => member === keyType)?.version ?? null
    return ours === null ? version !== null : version?.id === ours.id && isOwn(version)
  }
  const missing = KEY_TYPES[ref.exchange].filter((keyType) => !there(keyType))
  if (ours !== null) return incomplete(ref, ours.id, missing)
  return new SecretsError(
    'INCOMPLETE',
    `${formatRef(ref)} is incomplete: ${missing.join(' and ')} is missing, ` +
      'and what is there was written by another tool.',
    { hint: `Store the whole credential: ${commandLine('save', ref)}` },
  )
}
