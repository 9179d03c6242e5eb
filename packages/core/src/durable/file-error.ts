import { SecretsError } from '../errors/secrets-error.ts'
import type { ErrorCode } from '../errors/secrets-error.ts'

type Remedy = readonly [code: ErrorCode, what: string, hint: string]

const FULL: Remedy = [
  'UNAVAILABLE',
  'no space is left',
  'Nothing that was reported as done is lost. Free some space and try again.',
]
const FORBIDDEN: Remedy = [
  'DENIED',
  'permission denied',
  'The path must belong to the user who runs this and be writable for him: see ls -ld.',
]
const OPEN_FILES: Remedy = [
  'UNAVAILABLE',
  'too many open files',
  'Close other programs or raise the limit (ulimit -n), then try again.',
]
const ELSEWHERE = 'Keep the vaults elsewhere: set MM_SECRETS_HOME to a folder that can be written.'

/** errno(3) */
const REMEDIES: ReadonlyMap<string, Remedy> = new Map<string, Remedy>([
  ['ENOSPC', FULL],
  ['EDQUOT', ['UNAVAILABLE', 'the disk quota is used up', FULL[2]]],
  ['EFBIG', ['UNAVAILABLE', 'the file-size limit is reached', 'Raise the limit: ulimit -f.']],
  ['EROFS', ['CONFIG', 'the file system is read-only', ELSEWHERE]],
  ['EACCES', FORBIDDEN],
  ['EPERM', FORBIDDEN],
  ['EMFILE', OPEN_FILES],
  ['ENFILE', OPEN_FILES],
  ['EIO', ['UNAVAILABLE', 'the device reports an error', 'Check the disk before anything else.']],
  ['ELOOP', ['CONFIG', 'a symbolic link is in the way', 'Put the real thing in its place.']],
  ['ENOTDIR', ['CONFIG', 'a part of the path is not a folder', ELSEWHERE]],
  ['EISDIR', ['CONFIG', 'a folder is in place of the file', 'Move the folder away.']],
  ['ENAMETOOLONG', ['CONFIG', 'the path is too long', ELSEWHERE]],
])

/**
 * What a failed system call means to a person: what could not be done with which path, and what to do.
 *
 * @param doing what was going on: 'writing the vault of prod'
 * @returns UNAVAILABLE, DENIED or CONFIG; a `SecretsError` unchanged
 * @throws the error itself when it is none of the system's: a bug keeps its stack
 */
export function fileError(error: unknown, path: string, doing: string): SecretsError {
  if (error instanceof SecretsError) return error
  const system = systemCode(error)
  if (system === null) throw error
  const [code, what, hint] = REMEDIES.get(system) ?? [
    'UNAVAILABLE',
    `the system answers ${system}`,
    'Try again; if it stays, check the file system.',
  ]
  return new SecretsError(code, `Failed while ${doing}: ${what}: ${path}`, { hint, cause: error })
}

/** The code of a system error, such as 'ENOENT'; null for any other error. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}
