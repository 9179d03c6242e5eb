import { basename, dirname, join, resolve } from 'node:path'
import type { FileSystem } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import { printablePath } from '../output/printable-path.ts'
import { NEW_FILE, PRIVATE_MODE, whyUnusable } from '../output/private-file.ts'

/** A file of values that is there while the program runs. */
export interface MountedFile {
  /** Everything that may be there, for whoever must clean up behind us. */
  readonly paths: readonly string[]
  /** Replaces its content whole: a reader sees the old text or the new. */
  write(text: string): Promise<void>
  /** Does nothing where somebody else has put another file in its place. */
  remove(): Promise<void>
}

/**
 * Makes the file, still empty, closed to all others.
 *
 * @throws USAGE when the path exists, also as a symbolic link that leads nowhere, or cannot be made
 */
export async function makeMountedFile(
  fs: FileSystem,
  given: string,
  pid: number,
): Promise<MountedFile> {
  if (/[\r\n]/.test(given)) throw unusable(given, 'its name has several lines')
  const path = resolve(given)
  const temporary = join(dirname(path), `.${basename(path)}.${pid}.tmp`)
  let ours = await create(fs, path).catch((error: unknown) => {
    throw unusable(given, whyUnusable(error))
  })

  const isOurs = async (): Promise<boolean> => {
    const there = await fs.lstat(path).catch(() => null)
    return there !== null && `${there.dev}:${there.ino}` === ours
  }

  return {
    paths: [path, temporary],
    async write(text) {
      const next = await create(fs, temporary, text).catch((error: unknown) => {
        throw unusable(given, whyUnusable(error))
      })
      try {
        if (!(await isOurs())) throw unusable(given, 'something else is in its place')
        await fs.rename(temporary, path)
        ours = next
      } catch (error) {
        await fs.unlink(temporary).catch(() => undefined)
        throw error
      }
    },
    async remove() {
      if (await isOurs()) await fs.unlink(path)
    },
  }
}

/** @returns what tells this file from any other */
async function create(fs: FileSystem, path: string, text = ''): Promise<string> {
  const file = await fs.open(path, NEW_FILE, PRIVATE_MODE)
  try {
    const { dev, ino } = await file.stat()
    await file.writeFile(text)
    return `${dev}:${ino}`
  } catch (error) {
    await fs.unlink(path).catch(() => undefined)
    throw error
  } finally {
    await file.close()
  }
}

function unusable(path: string, why: string): SecretsError {
  return new SecretsError('USAGE', `--mount: ${printablePath(path)} cannot be used: ${why}.`, {
    hint: 'Name a file that does not exist yet, in a folder of your own, best in memory: "$XDG_RUNTIME_DIR/bot.env".',
  })
}
