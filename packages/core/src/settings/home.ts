import { posix, win32 } from 'node:path'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Env } from '../runtime/deps.ts'
import { parseAbsolutePath, readVariable } from './environment-variables.ts'

const FOLDER = 'mm-secrets'

/**
 * The folder of vaults, identities, audit logs and `config.json`: `MM_SECRETS_HOME`, else the platform's own place
 * for a user's data. Nothing is created or looked at.
 *
 * @param platform as `process.platform` names it
 * @returns an absolute path
 * @throws CONFIG when the variable that says where the user's data lives is missing or relative
 */
export function homeFolder(env: Env, platform: string): string {
  const chosen = readVariable(env, 'MM_SECRETS_HOME', (text) => parseAbsolutePath(text, platform))
  if (chosen !== null) return chosen
  switch (platform) {
    case 'win32':
      return win32.join(required(env, 'LOCALAPPDATA', platform), FOLDER)
    case 'darwin':
      // File System Programming Guide, "The Library Directory Stores App-Specific Files".
      return posix.join(required(env, 'HOME', platform), 'Library', 'Application Support', FOLDER)
    default:
      return posix.join(xdgDataHome(env, platform), FOLDER)
  }
}

/** XDG Base Directory Specification: unset or empty means `~/.local/share`, and a relative path is to be ignored. */
function xdgDataHome(env: Env, platform: string): string {
  const given = env['XDG_DATA_HOME']
  if (given !== undefined && posix.isAbsolute(given)) return given
  return posix.join(required(env, 'HOME', platform), '.local', 'share')
}

function required(env: Env, name: string, platform: string): string {
  const text = env[name]
  const path = platform === 'win32' ? win32 : posix
  if (text !== undefined && path.isAbsolute(text)) return text
  const problem = text === undefined ? 'is not set' : 'is not an absolute path'
  throw new SecretsError('CONFIG', `${name} ${problem}, so there is no place for the vaults.`, {
    hint: `Set ${name}, or MM_SECRETS_HOME to the absolute path of a folder of your own.`,
  })
}
