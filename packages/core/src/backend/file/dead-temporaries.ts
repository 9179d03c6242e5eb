import { join } from 'node:path'
import { unlinkQuietly } from '../../durable/temporary-file.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { FileSystem } from '../../runtime/deps.ts'

/** No living writer needs a temporary file for so long. */
const DEAD_AFTER_MS = 60 * 60 * 1000

/** Those of them whose writer is dead, by path. */
export async function deadTemporaries(
  fs: FileSystem,
  clock: Clock,
  folder: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const dead: string[] = []
  for (const name of names) {
    const path = join(folder, name)
    const stats = await fs.lstat(path).catch(() => null)
    if (stats !== null && clock.now() - stats.mtimeMs >= DEAD_AFTER_MS) dead.push(path)
  }
  return dead
}

/** Removes the temporary files of writers that died. Failing to is no error: the next writer tries again. */
export async function removeDeadTemporaries(
  fs: FileSystem,
  clock: Clock,
  folder: string,
  names: readonly string[],
): Promise<void> {
  for (const path of await deadTemporaries(fs, clock, folder, names)) await unlinkQuietly(fs, path)
}
