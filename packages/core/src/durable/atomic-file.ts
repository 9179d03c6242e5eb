import { dirname, join } from 'node:path'
import type { Call } from '../runtime/call.ts'
import type { Clock } from '../runtime/clock.ts'
import type { FileSystem } from '../runtime/deps.ts'
import { systemCode } from './file-error.ts'
import { withLock } from './lock.ts'
import { syncFolder } from './sync-folder.ts'
import { linkAbsent, unlinkQuietly, writeTemporary } from './temporary-file.ts'

export { fileError } from './file-error.ts'
export { makePrivateFolder, readPrivateFile } from './private-file.ts'

/**
 * Creates a file whole or not at all, durably: what is there after a crash is nothing or every byte.
 *
 * The file becomes visible by `link`, which never replaces. Where hard links are unsupported, a lock in the folder and
 * `rename` do it.
 *
 * @param wait how long to wait for that lock
 * @returns false when one is there already
 * @throws the system's own error, for `fileError`; UNAVAILABLE when the lock is held past the deadline
 */
export async function createFile(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array | string,
  wait: { readonly clock: Clock; readonly call: Call },
): Promise<boolean> {
  const temporary = await writeTemporary(fs, path, bytes)
  let ours = true
  try {
    const linked = await linkAbsent(fs, temporary, path)
    if (linked === 'exists') return false
    if (linked === 'unsupported') {
      ours = !(await renameUnderLock(fs, temporary, path, wait))
      if (ours) return false
    }
    await syncFolder(fs, dirname(path))
    return true
  } finally {
    // Once it is renamed, its name may be another writer's.
    if (ours) await unlinkQuietly(fs, temporary)
  }
}

/**
 * Replaces a file whole or not at all, durably, by `rename`. The last writer wins.
 *
 * @throws the system's own error, for `fileError`
 */
export async function replaceFile(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array | string,
): Promise<void> {
  const temporary = await writeTemporary(fs, path, bytes)
  try {
    await fs.rename(temporary, path)
  } catch (error) {
    await unlinkQuietly(fs, temporary)
    throw error
  }
  await syncFolder(fs, dirname(path))
}

/** One lock for the whole folder, so that dead owners leave one file at most. */
function renameUnderLock(
  fs: FileSystem,
  temporary: string,
  path: string,
  wait: { readonly clock: Clock; readonly call: Call },
): Promise<boolean> {
  return withLock(fs, join(dirname(path), '.create.lock'), wait.clock, wait.call, async () => {
    if (!(await absent(fs, path))) return false
    await fs.rename(temporary, path)
    return true
  })
}

async function absent(fs: FileSystem, path: string): Promise<boolean> {
  try {
    await fs.lstat(path)
    return false
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true
    throw error
  }
}
