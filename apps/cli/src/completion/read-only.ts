import { constants } from 'node:fs'
import type { FileSystem } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'

/** A file system that can be read and nothing else: pressing a key changes nothing on disk. */
export function readOnly(fs: FileSystem): FileSystem {
  return {
    lstat: fs.lstat,
    readdir: fs.readdir,
    open: (path, flags, mode) => (reads(flags) ? fs.open(path, flags, mode) : refuse()),
    link: refuse,
    mkdir: refuse,
    rename: refuse,
    rmdir: refuse,
    unlink: refuse,
  }
}

function reads(flags: string | number | undefined): boolean {
  if (typeof flags !== 'number') return flags === undefined || flags === 'r'
  const writing = constants.O_WRONLY | constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC
  return (flags & writing) === 0
}

function refuse(): Promise<never> {
  return Promise.reject(new SecretsError('DENIED', 'Nothing is written here.'))
}
