import { SecretsError } from '../../errors/secrets-error.ts'
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
  const hint = `Put the file back from a backup. ${olderOnes(folder, number, versions, identityPath)}`
  return new SecretsError(
    'CORRUPT',
    `The vault of ${folder.env} cannot be decrypted: it is damaged, or was made for another identity: ${path}`,
    { hint, cause },
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
    `The record of the newest version seen of ${folder.env} is gone or not ours, so nothing tells whether an older vault was put back: ${folder.path}`,
    {
      hint: `If you moved or restored this folder, put back all of it: vault, seen.*.json and the identity that they were made with. Otherwise treat it as an incident: read the vault with age, move the folder away and save its credentials again.`,
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
