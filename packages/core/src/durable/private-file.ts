import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SecretsError } from '../errors/secrets-error.ts'
import type { FileSystem } from '../runtime/deps.ts'
import { fileError, systemCode } from './file-error.ts'
import { syncFoldersBetween } from './sync-folder.ts'

/** O_NONBLOCK: opening a pipe that nobody writes to would wait for ever. Windows has neither flag. */
const AS_IT_IS = flag('O_NOFOLLOW') | flag('O_NONBLOCK')
/** An identity, a key, a record, a ticket: none comes near it. */
const SMALL_BYTES = 65_536
const FOLDER_MODE = 0o700
const GROUP_AND_OTHERS = 0o077
const WRITABLE_BY_OTHERS = 0o022

/**
 * Reads a file that must be ours alone: no symbolic link, a regular file, owned by this user, closed to all others.
 *
 * @param what names the file in messages: 'the identity of prod'
 * @returns null when there is none
 * @throws CONFIG naming the path and the command that mends it; CORRUPT for more than 64 KiB; whatever `fileError` makes of a system error
 */
export function readPrivateFile(
  fs: FileSystem,
  path: string,
  what: string,
): Promise<Buffer | null> {
  return readChecked(fs, path, what, checkPrivate)
}

/**
 * Reads what a shell or a service manager opened for this process: a pipe, or a file that is ours alone.
 *
 * @param path `/dev/fd/3`, as `isDescriptor` knows it
 * @returns null when it is not open
 */
export function readDescriptor(fs: FileSystem, path: string, what: string): Promise<Buffer | null> {
  // Each such path is a symbolic link, and whoever writes to the pipe may need his time.
  return readChecked(fs, path, what, checkPipeOrPrivate, constants.O_RDONLY)
}

/** Whether a path names an open descriptor (proc_pid_fd(5)) rather than a file. */
export function isDescriptor(path: string): boolean {
  return /^\/(?:dev|proc\/self)\/fd\/\d+$/.test(path)
}

/**
 * Reads a file whose content protects itself (it is encrypted or authenticated), but not through a symbolic link.
 *
 * @param limit in bytes
 * @returns null when there is none
 * @throws CONFIG for a symbolic link or what is no regular file; CORRUPT beyond the limit; whatever `fileError` makes of
 *   a system error
 */
export function readRegularFile(
  fs: FileSystem,
  path: string,
  what: string,
  limit: number = SMALL_BYTES,
): Promise<Buffer | null> {
  const flags = constants.O_RDONLY | AS_IT_IS
  return readChecked(fs, path, what, checkRegular, flags, limit)
}

async function readChecked(
  fs: FileSystem,
  path: string,
  what: string,
  check: (stats: Stats, path: string, what: string) => void,
  flags: number = constants.O_RDONLY | AS_IT_IS,
  limit: number = SMALL_BYTES,
): Promise<Buffer | null> {
  try {
    const file = await fs.open(path, flags)
    try {
      const stats = await file.stat()
      check(stats, path, what)
      // Before any of it is in memory: `truncate` makes a file of any size.
      if (stats.size > limit) throw tooLarge(stats.size, limit, path, what)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = systemCode(error)
    // open(2): ENXIO for a descriptor that the runtime itself has under this number.
    if (code === 'ENOENT' || (code === 'ENXIO' && isDescriptor(path))) return null
    if (code === 'ELOOP') throw symbolicLink(path, what)
    throw fileError(error, path, `reading ${what}`)
  }
}

/**
 * Opens a regular file and nothing else: no link is followed, no pipe waited for.
 *
 * @param flags of open(2): how it is to be read or written
 * @throws CONFIG for a symbolic link or what is no regular file; the system's own error, for `fileError`
 */
export async function openRegularFile(
  fs: FileSystem,
  path: string,
  what: string,
  flags: number,
  mode?: number,
): Promise<FileHandle> {
  const file = await fs.open(path, flags | AS_IT_IS, mode).catch((error: unknown) => {
    const code = systemCode(error)
    if (code === 'ELOOP') throw symbolicLink(path, what)
    // open(2): a pipe that is opened for writing while nobody reads it, or a socket.
    if (code === 'ENXIO') throw notRegular(path, what)
    throw error
  })
  try {
    checkRegular(await file.stat(), path, what)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * Makes a folder and those above it, as far as they are missing, open to this user alone.
 *
 * @throws CONFIG where a symbolic link, a file, or a folder that others own or may write to is in its place
 */
export async function makePrivateFolder(fs: FileSystem, path: string): Promise<void> {
  try {
    const first = await fs.mkdir(path, { recursive: true, mode: FOLDER_MODE })
    if (first !== undefined) await syncFoldersBetween(fs, dirname(first), path)
    checkPrivateFolder(await fs.lstat(path), path)
  } catch (error) {
    // What is in its place says more than mkdir(2): a file, or a link that leads nowhere.
    const there = await fs.lstat(path).catch(() => null)
    if (there !== null) checkPrivateFolder(there, path)
    throw fileError(error, path, 'making a folder')
  }
}

function flag(name: 'O_NOFOLLOW' | 'O_NONBLOCK'): number {
  const flags: Partial<Record<string, number>> = constants
  return flags[name] ?? 0
}

function checkRegular(stats: Stats, path: string, what: string): void {
  if (!stats.isFile()) throw notRegular(path, what)
}

function checkPipeOrPrivate(stats: Stats, path: string, what: string): void {
  if (!stats.isFIFO()) checkPrivate(stats, path, what)
}

function checkPrivate(stats: Stats, path: string, what: string): void {
  checkRegular(stats, path, what)
  const user = process.getuid?.()
  if (user === undefined) return
  if (lentBySystemd(stats)) return
  checkOwner(stats, user, path, what)
  if ((stats.mode & GROUP_AND_OTHERS) !== 0) {
    throw new SecretsError('CONFIG', `${capital(what)} is open to other users: ${path}`, {
      hint: `Close it: chmod 600 '${path}'`,
    })
  }
}

/**
 * Refuses a folder that is not this user's alone to write to.
 *
 * @param stats of `lstat`, which follows no link
 * @throws CONFIG naming the path and the command that mends it
 */
export function checkPrivateFolder(stats: Stats, path: string): void {
  if (stats.isSymbolicLink()) throw symbolicLink(path, 'the folder')
  if (!stats.isDirectory()) throw notAFolder(path)
  const user = process.getuid?.()
  if (user === undefined) return
  checkOwner(stats, user, path, 'the folder')
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new SecretsError('CONFIG', `Other users may write to the folder ${path}`, {
      hint: `Close it: chmod 700 '${path}'`,
    })
  }
}

function checkOwner(stats: Stats, user: number, path: string, what: string): void {
  if (stats.uid === user) return
  throw new SecretsError('CONFIG', `${capital(what)} belongs to another user: ${path}`, {
    hint: `If you trust its content, take it over: chown ${user} '${path}'`,
  })
}

/**
 * systemd.exec(5), LoadCredential=: root owns the file, mode 0440, and an ACL lets the service's user read it; the
 * group bits that stat(2) shows are that ACL's mask.
 */
function lentBySystemd(stats: Stats): boolean {
  return stats.uid === 0 && stats.gid === 0 && (stats.mode & 0o337) === 0
}

function tooLarge(size: number, limit: number, path: string, what: string): SecretsError {
  const message = `${capital(what)} has ${size} bytes, where ${limit} are the most: ${path}`
  return new SecretsError('CORRUPT', message, {
    hint: 'Put the file back from a backup, and find out who could write there.',
  })
}

function notRegular(path: string, what: string): SecretsError {
  return new SecretsError('CONFIG', `${capital(what)} is not a regular file: ${path}`, {
    hint: 'Put the file itself in its place; if there never was one, remove what is there.',
  })
}

function symbolicLink(path: string, what: string): SecretsError {
  return new SecretsError('CONFIG', `${capital(what)} is a symbolic link: ${path}`, {
    hint: 'Put the real thing in its place: whoever can change the link decides what is read.',
  })
}

function notAFolder(path: string): SecretsError {
  return new SecretsError('CONFIG', `Not a folder: ${path}`, {
    hint: 'Move it away; the folder is made when it is needed.',
  })
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
