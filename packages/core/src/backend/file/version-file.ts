import { readRegularFile } from '../../durable/private-file.ts'
import type { FileSystem } from '../../runtime/deps.ts'
import { deepFreeze } from '../document/deep-freeze.ts'
import type { AgeIdentity } from './age-file.ts'
import { openAgeFile } from './age-file.ts'
import { corrupt, tampered } from './refusals.ts'
import type { VaultContent } from './vault-content.ts'
import { hashOf, parseVault } from './vault-content.ts'
import type { VaultFolder } from './vault-folder.ts'

/** A thousand values of the greatest length. */
/** Of one version's file. Room for a hundred thousand credentials; what is larger was not written here. */
export const MAX_VAULT_BYTES: number = 256 * 1024 * 1024

/** A version that was decrypted and holds in itself. */
export interface OpenedVersion {
  readonly number: number
  /** SHA-256 of its file, in hex. */
  readonly hash: string
  readonly content: VaultContent
}

/** What opening a version takes. */
export interface Opening {
  readonly folder: VaultFolder
  readonly identity: AgeIdentity
  readonly identityPath: string
  /** Those that are there, for the hint. */
  readonly versions: readonly number[]
}

/**
 * Reads and decrypts one version and checks what it says of itself: number, environment, MAC. Whether its `macKey` is
 * the vault's own is for the caller to check.
 *
 * @returns null when it is not there (any more)
 * @throws CORRUPT, TAMPERED
 */
export async function openVersion(
  fs: FileSystem,
  number: number,
  opening: Opening,
): Promise<OpenedVersion | null> {
  const { folder } = opening
  const file = await readVersionFile(fs, folder, number)
  if (file === null) return null
  const content = parseVault(await decrypt(file, number, opening))
  if (content === null) throw tampered(folder, number, 'was changed: its MAC does not hold')
  if (content.number !== number) {
    throw tampered(folder, number, `holds version ${content.number} under another number`)
  }
  if (content.env !== folder.env) throw tampered(folder, number, 'is that of another environment')
  return { number, hash: hashOf(file), content: deepFreeze(content) }
}

/** @returns null when it is not there. @throws CORRUPT for what is too large to be one; what `readRegularFile` throws */
export function readVersionFile(
  fs: FileSystem,
  folder: VaultFolder,
  number: number,
): Promise<Buffer | null> {
  const what = `the vault of ${folder.env}`
  return readRegularFile(fs, folder.vaultPath(number), what, MAX_VAULT_BYTES)
}

async function decrypt(file: Buffer, number: number, opening: Opening): Promise<string> {
  const { folder, identity, identityPath, versions } = opening
  try {
    return (await openAgeFile(file, identity)).toString('utf8')
  } catch (error) {
    throw corrupt(folder, number, versions, identityPath, error)
  }
}
