import { join } from 'node:path'
import type { Environment } from '../../credential/exchange.ts'
import { systemCode } from '../../durable/file-error.ts'
import { TEMPORARY_FILE } from '../../durable/temporary-file.ts'
import type { FileSystem } from '../../runtime/deps.ts'

const VAULT = /^vault\.v(\d{6,})\.age$/
const SEEN = /^seen\.v(\d{6,})\.json$/
const DIGITS = 6

/** The folder of one environment. */
export interface VaultFolder {
  readonly env: Environment
  readonly path: string
  /** Where the identity is made, unless it is kept elsewhere. */
  readonly identityPath: string
  vaultPath(number: number): string
  seenPath(number: number): string
}

/** What was there at one moment; numbers ascending. */
export interface VaultListing {
  readonly versions: readonly number[]
  readonly seen: readonly number[]
  readonly temporaries: readonly string[]
}

export function vaultFolder(home: string, env: Environment): VaultFolder {
  const path = join(home, env)
  return {
    env,
    path,
    identityPath: join(path, 'identity.txt'),
    vaultPath: (number) => join(path, vaultName(number)),
    seenPath: (number) => join(path, seenName(number)),
  }
}

/** @throws the system's own error, for `fileError`; a missing folder is an empty one */
export async function listFolder(fs: FileSystem, folder: VaultFolder): Promise<VaultListing> {
  const names = await fs.readdir(folder.path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  })
  return {
    versions: numbersIn(names, VAULT, vaultName),
    seen: numbersIn(names, SEEN, seenName),
    temporaries: names.filter((name) => TEMPORARY_FILE.test(name)),
  }
}

function vaultName(number: number): string {
  return `vault.v${padded(number)}.age`
}

function seenName(number: number): string {
  return `seen.v${padded(number)}.json`
}

function padded(number: number): string {
  return String(number).padStart(DIGITS, '0')
}

/** A name that its own number would not give (`v0000001`) is not one of ours. */
function numbersIn(
  names: readonly string[],
  pattern: RegExp,
  nameOf: (number: number) => string,
): readonly number[] {
  return names
    .flatMap((name) => {
      const digits = pattern.exec(name)?.[1]
      if (digits === undefined) return []
      const number = Number(digits)
      return nameOf(number) === name ? [number] : []
    })
    .sort((a, b) => a - b)
}
