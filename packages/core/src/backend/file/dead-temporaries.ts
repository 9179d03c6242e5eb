import { join } from 'node:path'
import { unlinkQuietly } from '../../durable/temporary-file.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { FileSystem } from '../../runtime/deps.ts'

/** No living writer needs a temporary file for so long. */
const DEAD_AFTER_MS = 60 * 60 * 1000

/** Removes the temporary files of writers that died. Failing to is no error: the next writer tries again. */
export async function removeDeadTemporaries(
  fs: FileSystem,
  clock: Clock,
  folder: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const path = join(folder, name)
    const stats = await fs.lstat(path).catch(() => null)
    if (stats === null || clock.now() - stats.mtimeMs < DEAD_AFTER_MS) continue
    await unlinkQuietly(fs, path)
  }
}
