import { SecretsError } from '../../errors/secrets-error.ts'
import { OtherIdentities } from './age-file.ts'
import type { VaultFolder } from './vault-folder.ts'

/** Shown in a hint; the newest are what matters. */
const VERSIONS_NAMED = 3

const BY_HAND =
  'read an older version with age, move the folder away and save its credentials again'

/** The newest version cannot be decrypted; nothing older is taken for it. */
export function corrupt(
  folder: VaultFolder,
  number: number,
  versions: readonly number[],
  identityPath: string,
  cause: unknown,
): SecretsError {
  const path = folder.vaultPath(number)
  const stranger =
    cause instanceof OtherIdentities
      ? ' If it is whole, this identity is not among its recipients: have a member run mm-secrets vault recipients add.'
      : ''
  const hint = `Put the file back from a backup.${stranger} ${olderOnes(folder, number, versions, identityPath)}`
  return new SecretsError(
    'CORRUPT',
    `The vault of ${folder.env} cannot be decrypted: it is damaged, or was made for another identity: ${path}`,
    { hint, cause },
  )
}

/** What to do when the folder is right, and only this identity does not know it yet. */
function trustIt(folder: VaultFolder): string {
  return `If a colleague gave you this folder, or you brought it to this machine: compare number and SHA-256 with the machine that it is from, then mm-secrets vault trust --env ${folder.env}.`
}

/** Under a key that was never in a version that this identity has seen, and nobody in it vouches for that. */
export function strangeSuccessor(folder: VaultFolder, number: number): SecretsError {
  const error = tampered(folder, number, 'was written by someone who could not open the one before')
  const hint = `${String(error.hint)} ${trustIt(folder)}`
  return new SecretsError('TAMPERED', error.message, { hint })
}

export function noVault(folder: VaultFolder): SecretsError {
  return new SecretsError('NOT_FOUND', `There is no vault of ${folder.env} yet: ${folder.path}`, {
    hint: 'The first save makes it; a backup is put back with mm-secrets vault restore.',
  })
}

/** No version is the one that the other machine told of. */
export function unknownHash(folder: VaultFolder): SecretsError {
  return new SecretsError(
    'CHECK_FAILED',
    `No version of the vault of ${folder.env} in ${folder.path} has this SHA-256; nothing was trusted.`,
    {
      hint: 'Compare it with mm-secrets vault recipients list on the machine that it is from, and copy the newest vault file again.',
    },
  )
}

/** Decrypts, but was not written by who had opened the vault before, or was changed. */
export function tampered(folder: VaultFolder, number: number, problem: string): SecretsError {
  const path = folder.vaultPath(number)
  return new SecretsError('TAMPERED', `The vault of ${folder.env} ${problem}: ${path}`, {
    hint: `Someone else wrote to ${folder.path}: treat it as an incident. Put the whole folder back from a backup, or ${BY_HAND}.`,
  })
}

export function rolledBack(folder: VaultFolder, newest: number, seen: number): SecretsError {
  const now = newest === 0 ? 'no version is there' : `version ${newest} is the newest there`
  return new SecretsError(
    'ROLLED_BACK',
    `The vault of ${folder.env} went back: version ${seen} was seen here, but ${now}: ${folder.path}`,
    {
      hint: `Put ${folder.vaultPath(seen)} back. If you want an older state, put back the whole folder of that time, its seen.*.json included.`,
    },
  )
}

/** No record holds, though there is a vault, or was one. */
export function seenGone(folder: VaultFolder): SecretsError {
  return new SecretsError(
    'TAMPERED',
    `This identity never opened the vault of ${folder.env}, or its record of the newest version seen is gone or not ours, so nothing tells whether an older vault was put back: ${folder.path}`,
    {
      hint: `${trustIt(folder)} If you moved or restored this folder, put back all of it: vault, seen.*.json and the identity that they were made with. Otherwise treat it as an incident.`,
    },
  )
}

function olderOnes(
  folder: VaultFolder,
  number: number,
  versions: readonly number[],
  identityPath: string,
): string {
  const older = versions.filter((version) => version < number).slice(-VERSIONS_NAMED)
  const [newest] = older.slice(-1)
  if (newest === undefined) return 'No older version is there.'
  const command = `age -d -i '${identityPath}' '${folder.vaultPath(newest)}'`
  return `Older versions are still there (${older.join(', ')}): to go on from one, ${BY_HAND}: ${command}`
}

/** The write is refused, since what it would leave could not be opened again. */
export function tooLarge(folder: VaultFolder, maxBytes: number): SecretsError {
  return new SecretsError(
    'UNAVAILABLE',
    `The vault of ${folder.env} would grow beyond ${maxBytes / (1024 * 1024)} MiB.`,
    { hint: 'Nothing was written. Delete what is not needed any more, or shorten long values.' },
  )
}
