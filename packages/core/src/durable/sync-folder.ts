import { constants } from 'node:fs'
import { dirname } from 'node:path'
import type { FileSystem } from '../runtime/deps.ts'

/** fsync(2): the entry of a new file is durable only once its folder is. Windows has no such call. */
export async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await fs.open(path, constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Makes the entries of new folders durable: from `top` down to the parent of `path`. */
export async function syncFoldersBetween(fs: FileSystem, top: string, path: string): Promise<void> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    await syncFolder(fs, folder)
    if (folder === top || folder === dirname(folder)) return
  }
}
