import { basename, dirname, join } from 'node:path'
import type { FileSystem } from '../runtime/deps.ts'
import { systemCode } from './file-error.ts'

/** Made by a writer that died before it could remove it, when it is old. */
export const TEMPORARY_FILE: RegExp = /^\..+\.tmp$/

/** link(2): what file systems without hard links (vfat, exfat, some network ones) answer. */
const NO_HARD_LINKS: ReadonlySet<string | null> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
])

const FILE_MODE = 0o600

let temporaries = 0

/** A new file of its own name beside `path`, whole and durable. */
export async function writeTemporary(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array | string,
): Promise<string> {
  const { temporary, file } = await openTemporary(fs, path)
  try {
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await unlinkQuietly(fs, temporary)
    throw error
  }
  return temporary
}

async function openTemporary(
  fs: FileSystem,
  path: string,
): Promise<{ temporary: string; file: Awaited<ReturnType<FileSystem['open']>> }> {
  for (;;) {
    const name = `.${basename(path)}.${process.pid}-${++temporaries}.tmp`
    const temporary = join(dirname(path), name)
    try {
      return { temporary, file: await fs.open(temporary, 'wx', FILE_MODE) }
    } catch (error) {
      // Left by a dead process that had our number, or made by one in another container.
      if (systemCode(error) !== 'EEXIST') throw error
    }
  }
}

/**
 * Gives a temporary file its name unless that is taken; the temporary stays.
 *
 * @returns 'unsupported' where the file system has no hard links
 */
export async function linkAbsent(
  fs: FileSystem,
  temporary: string,
  path: string,
): Promise<'created' | 'exists' | 'unsupported'> {
  try {
    await fs.link(temporary, path)
    return 'created'
  } catch (error) {
    // open(2), under O_EXCL: over NFS the reply may be lost, and the repeated request then fails.
    if ((await fs.lstat(temporary)).nlink === 2) return 'created'
    const code = systemCode(error)
    if (code === 'EEXIST') return 'exists'
    if (NO_HARD_LINKS.has(code)) return 'unsupported'
    throw error
  }
}

/** What is left over is removed by a later writer; the outcome is decided already. */
export async function unlinkQuietly(fs: FileSystem, path: string): Promise<void> {
  await fs.unlink(path).catch(() => undefined)
}
