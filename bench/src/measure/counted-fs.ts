import * as system from 'node:fs/promises'
import type { FileSystem } from '@mm-secrets/core'

/** What a piece of work asked of the file system. */
export interface FileCounts {
  /** fsync of files and of folders. */
  syncs: number
  /** How often a version of a vault was opened. */
  vaultReads: number
}

/** The real file system, counting. */
export function countedFs(): { readonly fs: FileSystem; readonly counts: FileCounts } {
  const counts: FileCounts = { syncs: 0, vaultReads: 0 }
  const open: FileSystem['open'] = async (path, flags, mode) => {
    const file = await system.open(path, flags, mode)
    if (String(path).endsWith('.age')) counts.vaultReads += 1
    const sync = file.sync.bind(file)
    file.sync = () => {
      counts.syncs += 1
      return sync()
    }
    return file
  }
  return { fs: { ...system, open }, counts }
}
