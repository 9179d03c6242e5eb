import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Credential, CredentialRefParts, Env, Members, Secrets } from '@mm-secrets/core'
import { Redacted, loadSettings, resolveRef } from '@mm-secrets/core'
import { onTestFinished } from 'vitest'
import { nodeDeps } from '../src/node-deps.ts'
import { openSecrets } from '../src/open-secrets.ts'

/** A home of its own, removed after the test. */
export async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'mm-secrets-'))
  onTestFinished(() => rm(home, { recursive: true }))
  return home
}

/** Whoever keeps the vault of a home that a bot reads: another process in real life. */
export async function keeperOf(home: string): Promise<{
  readonly secrets: Secrets
  /** Stores new values, over those that are there. */
  save(asked: Partial<CredentialRefParts>, values?: Members): Promise<Members>
}> {
  const env: Env = { MM_SECRETS_HOME: home }
  const settings = await loadSettings(env, process.platform, fs)
  const secrets = openSecrets(settings, nodeDeps({ face: 'cli', env, warn: () => undefined }))
  return {
    secrets,
    async save(asked, values = freshPair()) {
      await secrets.save(resolveRef(settings, asked, 'write'), values)
      return values
    },
  }
}

export function freshPair(): Members {
  return { api_key: freshValue(9), api_secret: freshValue(18) }
}

export function freshValue(bytes: number): Redacted {
  return new Redacted(randomBytes(bytes).toString('hex'))
}

/** The values of a credential, to be compared with those that were saved. */
export function plain({ members }: Credential | { readonly members: Members }): object {
  return Object.fromEntries(
    Object.entries(members).map(([keyType, value]) => [keyType, (value as Redacted).reveal()]),
  )
}
