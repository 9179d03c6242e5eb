import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Secrets, WholeMembers } from '@mm-secrets/secrets'
import { Redacted, loadSettings, nodeDeps, openSecrets } from '@mm-secrets/secrets'

/** A vault of its own for an example that writes: yours stays as it is. */
export interface ThrowAway extends AsyncDisposable {
  /** What points a provider at this vault. */
  readonly variables: Readonly<Record<string, string>>
  readonly secrets: Secrets
}

export async function throwAway(): Promise<ThrowAway> {
  const home = await fs.mkdtemp(join(tmpdir(), 'mm-secrets-example-'))
  const variables = { SECRETS_BACKEND: 'file', MM_SECRETS_HOME: home }
  const settings = await loadSettings(variables, process.platform, fs)
  const warn = (line: string): void => console.error(line)
  const secrets = openSecrets(settings, nodeDeps({ face: 'library', env: variables, warn }))
  const remove = (): Promise<void> => fs.rm(home, { recursive: true })
  return { variables, secrets, [Symbol.asyncDispose]: remove }
}

/** A pair as an exchange would issue it. */
export function generatedPair(): WholeMembers {
  return { api_key: generated(9), api_secret: generated(18) }
}

function generated(bytes: number): Redacted {
  return new Redacted(randomBytes(bytes).toString('hex'))
}
