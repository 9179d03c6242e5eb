import { constants } from 'node:fs'

/** Read and written by its owner alone. */
export const PRIVATE_MODE = 0o600

/** For a file that must not exist yet. Windows does not have O_NOFOLLOW, and its O_EXCL follows nothing. */
export const NEW_FILE: number =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_EXCL |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0)

/** Why a path that a person gave cannot become a new file, in words that follow "cannot be used:". */
export function whyUnusable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EEXIST' || code === 'EISDIR') return 'it exists already'
  if (code === 'ELOOP') return 'it is a symbolic link'
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'its folder does not exist'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'you may not write there'
  return `the system says ${code ?? 'nothing more'}`
}
