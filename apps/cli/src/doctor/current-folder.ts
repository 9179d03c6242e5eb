import { constants } from 'node:fs'
import { join } from 'node:path'
import type { FileSystem, Finding } from '@mm-secrets/core'
import { errorCode, fine } from '@mm-secrets/core'
import type { Place, Reading } from '../formats/found.ts'
import type { Source } from '../formats/read-file.ts'
import { readSource } from '../formats/read-file.ts'

const CHECK = 'current-folder'
/** No file of settings is as large. */
const MAX_BYTES = 1_048_576

/** Where bots keep their keys: in `.env` files, in freqtrade's configuration, in the keys.json of ccxt. */
const FILES: readonly (readonly [name: string, source: Source])[] = [
  ['.env', 'dotenv'],
  ['.env.local', 'dotenv'],
  ['.envrc', 'dotenv'],
  ['config.json', 'freqtrade'],
  ['config-private.json', 'freqtrade'],
  ['user_data/config.json', 'freqtrade'],
  ['user_data/config-private.json', 'freqtrade'],
  ['keys.json', 'ccxt'],
  ['keys.local.json', 'ccxt'],
]

/**
 * Values in clear in the files of a folder where other tools keep them: names and lines, never what stands there. A
 * symbolic link is not followed.
 */
export async function examineCurrentFolder(
  fs: Pick<FileSystem, 'open'>,
  folder: string,
): Promise<readonly Finding[]> {
  const found: Finding[] = []
  for (const [name, source] of FILES) {
    const text = await readText(fs, join(folder, name))
    if (text !== null) found.push(...examineText(name, source, text))
  }
  if (found.length > 0) return found
  return [fine(CHECK, 'No file of the current folder is known to hold a credential in clear.')]
}

/** @returns null for what is not there, cannot be read, or is no file of settings */
async function readText(fs: Pick<FileSystem, 'open'>, path: string): Promise<string | null> {
  // A pipe that nobody writes to would be waited for. Windows knows neither flag.
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>
  const file = await fs.open(path, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null)
  if (file === null) return null
  try {
    const stats = await file.stat()
    if (!stats.isFile() || stats.size > MAX_BYTES) return null
    return (await file.readFile('utf8')).replace(/^\ufeff/, '')
  } catch {
    return null
  } finally {
    await file.close()
  }
}

function examineText(name: string, source: Source, text: string): readonly Finding[] {
  const reading = read(source, text)
  if (reading === null) return []
  const { found, leftOut } = reading
  const findings: Finding[] = []
  if (found.length > 0) {
    findings.push({
      check: CHECK,
      level: 'warning',
      message: `${name} holds ${listed(found)} in clear.`,
      fix: `Store it (mm-secrets import --from ${source} ${name}), then take it out of the file.`,
    })
  }
  if (leftOut.length > 0) {
    findings.push({
      check: CHECK,
      level: 'note',
      message: `${name} may hold a value in clear at ${listed(leftOut)}.`,
      fix: 'Look at these lines, and remove what is a credential.',
    })
  }
  return findings
}

/** @returns null for a file of another kind, or one that no reader understands */
function read(source: Source, text: string): Reading | null {
  try {
    return readSource(source, text)
  } catch (error) {
    if (errorCode(error) === null) throw error
    return null
  }
}

function listed(places: readonly Place[]): string {
  return places.map(({ line, name }) => `${name} (line ${line})`).join(', ')
}
