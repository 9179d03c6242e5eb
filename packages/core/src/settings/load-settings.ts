import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import { posix, win32 } from 'node:path'
import { fileError, systemCode } from '../durable/file-error.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Env, FileSystem } from '../runtime/deps.ts'
import { homeFolder } from './home.ts'
import { parseJson } from './json.ts'
import { configPath, parseSettings } from './parse-settings.ts'
import type { Settings } from './settings.ts'

const MAX_CONFIG_BYTES = 1_048_576

/** Writable by the group or by all. */
const WRITABLE_BY_OTHERS = 0o022

/** systemd.exec(5), LoadCredential=: where the service manager puts what a unit was given. */
const SYSTEMD_CREDENTIAL = 'mm-identity'

/**
 * Every setting, from the environment's variables and `config.json` in the home.
 *
 * @param platform as `process.platform` names it
 * @throws CONFIG
 */
export async function loadSettings(env: Env, platform: string, fs: FileSystem): Promise<Settings> {
  const file = configPath(homeFolder(env, platform), platform)
  const settings = parseSettings(env, await readConfig(fs, file), platform)
  if (settings.identityFile !== null) return settings
  return { ...settings, identityFile: await systemdIdentity(env, platform, fs) }
}

/**
 * The JSON of `config.json`; `{}` where there is none.
 *
 * It decides which account and key are used, so nobody else may have written it: a regular file of this user's, or of
 * root's as an administrator provides it. It holds no secret, so others may read it.
 */
async function readConfig(fs: FileSystem, path: string): Promise<unknown> {
  try {
    // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever. Windows knows neither flag.
    const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>
    const flags = constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK
    const file = await fs.open(path, flags)
    try {
      checkOrigin(await file.stat(), path)
      return parseJson(decode(await file.readFile(), path), path)
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return {}
    if (code === 'ELOOP') throw refused(path, 'is a symbolic link', 'Put the file itself there.')
    throw fileError(error, path, 'reading the configuration')
  }
}

function checkOrigin(stats: Stats, path: string): void {
  if (!stats.isFile()) throw refused(path, 'is not a regular file', 'Put a file there.')
  const user = process.getuid?.()
  if (user !== undefined && stats.uid !== user && stats.uid !== 0) {
    const mend = `If you trust its content, take it over: chown ${user} '${path}'`
    throw refused(path, 'belongs to another user', mend)
  }
  if (user !== undefined && (stats.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw refused(path, 'can be written by others', `Close it: chmod go-w '${path}'`)
  }
  if (stats.size > MAX_CONFIG_BYTES) {
    throw refused(path, 'is larger than 1 MiB', 'Keep nothing but settings in it.')
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    // It also drops a byte order mark, which editors on Windows write.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refused(path, 'is not UTF-8 text', 'Save it anew as UTF-8.')
  }
}

async function systemdIdentity(env: Env, platform: string, fs: FileSystem): Promise<string | null> {
  const path = platform === 'win32' ? win32 : posix
  const folder = env['CREDENTIALS_DIRECTORY']
  if (folder === undefined || !path.isAbsolute(folder)) return null
  const file = path.join(folder, SYSTEMD_CREDENTIAL)
  try {
    await fs.lstat(file)
    return file
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw fileError(error, file, 'looking for the identity')
  }
}

function refused(path: string, problem: string, hint: string): SecretsError {
  return new SecretsError('CONFIG', `${path} ${problem}.`, { hint })
}
