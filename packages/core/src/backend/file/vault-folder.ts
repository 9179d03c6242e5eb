import { join } from 'node:path'
import type { Environment } from '../../credential/exchange.ts'
import { systemCode } from '../../durable/file-error.ts'
import { TEMPORARY_FILE } from '../../durable/temporary-file.ts'
import type { FileSystem } from '../../runtime/deps.ts'

const VAULT = /^vault\.v(\d{6,})\.age$/
/** Without a tag: made before there were several identities. */
const SEEN = /^seen\.v(\d{6,})(?:\.([0-9a-f]{12}))?\.json$/
const DIGITS = 6

/** The folder of one environment. */
export interface VaultFolder {
  readonly env: Environment
  readonly path: string
  /** Where the identity is made, unless it is kept elsewhere. */
  readonly identityPath: string
  vaultPath(number: number): string
  seenPath(record: SeenName): string
}

/** Which record of the newest version seen: each identity keeps its own. */
export interface SeenName {
  readonly number: number
  /** Tells the records of several identities apart. */
  readonly tag: string | null
}

/** What was there at one moment; numbers ascending. */
export interface VaultListing {
  readonly versions: readonly number[]
  readonly seen: readonly SeenName[]
  readonly temporaries: readonly string[]
}

export function vaultFolder(home: string, env: Environment): VaultFolder {
  const path = join(home, env)
  return {
    env,
    path,
    identityPath: join(path, 'identity.txt'),
    vaultPath: (number) => join(path, vaultName(number)),
    seenPath: (record) => join(path, seenName(record)),
  }
}

/** @throws the system's own error, for `fileError`; a missing folder is an empty one */
export async function listFolder(fs: FileSystem, folder: VaultFolder): Promise<VaultListing> {
  const names = await fs.readdir(folder.path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  })
  return {
    versions: versionsIn(names),
    seen: seenIn(names),
    temporaries: names.filter((name) => TEMPORARY_FILE.test(name)),
  }
}

function vaultName(number: number): string {
  return `vault.v${padded(number)}.age`
}

function seenName({ number, tag }: SeenName): string {
  return `seen.v${padded(number)}${tag === null ? '' : `.${tag}`}.json`
}

function padded(number: number): string {
  return String(number).padStart(DIGITS, '0')
}

/** A name that its own number would not give (`v0000001`) is not one of ours. */
function versionsIn(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => {
      const number = Number(VAULT.exec(name)?.[1])
      return vaultName(number) === name ? [number] : []
    })
    .sort((a, b) => a - b)
}

function seenIn(names: readonly string[]): readonly SeenName[] {
  return names
    .flatMap((name) => {
      const [, digits, tag = null] = SEEN.exec(name) ?? []
      const record = { number: Number(digits), tag }
      return seenName(record) === name ? [record] : []
    })
    .sort((a, b) => a.number - b.number)
}
