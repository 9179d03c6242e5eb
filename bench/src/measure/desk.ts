import { randomBytes, randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deps, Members, Secrets, VersionId } from '@mm-secrets/core'
import { Redacted, loadSettings, parseVersionId } from '@mm-secrets/core'
import { nodeDeps, openSecrets } from '@mm-secrets/secrets'

/** Runs with a folder of its own, removed afterwards. */
export async function inTemporaryFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'mm-secrets-bench-'))
  try {
    await work(folder)
  } finally {
    await fs.rm(folder, { recursive: true })
  }
}

/** Secrets as a face opens them, on the file backend of a home. */
export async function openHome(home: string, instead: Partial<Deps> = {}): Promise<Secrets> {
  const env = { MM_SECRETS_HOME: home, SECRETS_BACKEND: 'file' }
  const settings = await loadSettings(env, process.platform, fs)
  const deps = nodeDeps({ face: 'library', env, warn: refuse })
  return openSecrets(settings, { ...deps, ...instead })
}

/** A Bybit pair in the lengths of real ones. */
export function freshPair(): Members {
  return { api_key: freshValue(9), api_secret: freshValue(18) }
}

export function freshVersionId(): VersionId {
  const id = parseVersionId(randomUUID())
  if (id === null) throw new Error('A UUID was refused as a version id.')
  return id
}

function freshValue(bytes: number): Redacted {
  return new Redacted(randomBytes(bytes).toString('hex'))
}

/** A benchmark in which something was warned of does not measure what it says. */
function refuse(line: string): never {
  throw new Error(line)
}
