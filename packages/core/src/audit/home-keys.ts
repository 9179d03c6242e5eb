import { join } from 'node:path'
import type { Environment } from '../credential/exchange.ts'
import {
  createFile,
  fileError,
  makePrivateFolder,
  readPrivateFile,
} from '../durable/atomic-file.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'
import type { Deps } from '../runtime/deps.ts'
import type { AuditKey, AuditKeys } from './keys.ts'

const KEY_BYTES = 32
/** 32 bytes in base64. */
const KEY_TEXT = /^[A-Za-z0-9+/]{43}=$/

export interface HomeAuditKeysOptions extends Pick<Deps, 'fs' | 'clock' | 'randomness'> {
  /** Absolute path of the home. */
  readonly home: string
}

/** Keys in the private files `{home}/{env}/audit.key`, for backends without a vault; of vaults they know none. */
export function homeAuditKeys(options: HomeAuditKeysOptions): AuditKeys {
  return {
    current: (env, call) => homeAuditKey(options, env, call),
    find: async (env, id) => (id === 'home' ? findHomeAuditKey(options, env) : null),
  }
}

/** @returns null when there is none. @throws CORRUPT when the file holds no key, CONFIG when others may read it */
async function findHomeAuditKey(
  options: Pick<HomeAuditKeysOptions, 'fs' | 'home'>,
  env: Environment,
): Promise<AuditKey | null> {
  const path = keyPath(options.home, env)
  const bytes = await readPrivateFile(options.fs, path, `the audit key of ${env}`)
  if (bytes === null) return null
  const text = bytes.toString('latin1').trimEnd()
  if (KEY_TEXT.test(text)) return { id: 'home', key: Buffer.from(text, 'base64') }
  throw new SecretsError('CORRUPT', `The audit key of ${env} is damaged: ${path}`, {
    hint: 'Put it back from a backup. A new key (after moving this one away) cannot check older records.',
  })
}

async function homeAuditKey(
  options: HomeAuditKeysOptions,
  env: Environment,
  call: Call,
): Promise<AuditKey> {
  const { fs, clock, home, randomness } = options
  const path = keyPath(home, env)
  for (;;) {
    const found = await findHomeAuditKey(options, env)
    if (found !== null) return found
    try {
      await makePrivateFolder(fs, join(home, env))
      const text = Buffer.from(randomness(KEY_BYTES)).toString('base64')
      await createFile(fs, path, `${text}\n`, { clock, call })
    } catch (error) {
      throw fileError(error, path, `making the audit key of ${env}`)
    }
  }
}

function keyPath(home: string, env: Environment): string {
  return join(home, env, 'audit.key')
}
