import { randomInt, randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'
import { checkCall } from '../runtime/call.ts'
import type { Clock } from '../runtime/clock.ts'
import type { FileSystem } from '../runtime/deps.ts'
import { fileError, systemCode } from './file-error.ts'
import type { LockOwner } from './lock-owner.ts'
import { isDead, parseOwner, thisProcess } from './lock-owner.ts'
import { openRegularFile } from './private-file.ts'

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
/** No owner is longer. */
const OWNER_BYTES = 4096
const SHORTEST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 16
/** A staged claim that is older was left by a process that died. Removing a live one only makes it stage anew. */
const STALE_MS = 600_000

/** Whom a lock names. The process is null when nobody can be read from it. */
type Holder = Pick<LockOwner, 'token'> & { readonly process: LockOwner['process'] | null }

/** The last caller in this process for each lock. */
const lines = new Map<string, Promise<void>>()
/** Tokens of this process that nothing waits for any more: their release failed. */
const abandoned = new Set<string>()
const swept = new Set<string>()

/**
 * Holds a lock while `work` runs. Within one process callers queue; processes wait for each other, with jitter.
 *
 * The lock is a folder with one file, `owner`, which names the process. It is made beside its place and renamed there:
 * rename(2) never replaces a folder that has something in it, so that a lock is taken whole or not at all, also where
 * hard links are unsupported. It is free when the folder is gone or empty.
 *
 * A dead owner's lock is broken race-free: only under a second lock of the same kind, named after the token of the
 * dead one, which never returns. A breaker that dies too is followed by the next number.
 *
 * @param path of the lock; its folder exists
 * @returns what `work` returns
 * @throws UNAVAILABLE naming the owner past `call.deadline`, INTERRUPTED, and whatever `work` throws
 */
export async function withLock<T>(
  fs: FileSystem,
  path: string,
  clock: Clock,
  call: Call,
  work: () => Promise<T>,
): Promise<T> {
  const leave = await queue(resolve(path))
  try {
    checkCall(call, clock, `waiting for the lock ${path}`)
    const token = await acquire(fs, path, clock, call)
    try {
      return await work()
    } finally {
      await release(fs, path, token)
    }
  } finally {
    leave()
  }
}

async function queue(path: string): Promise<() => void> {
  const before = lines.get(path)
  let leave = () => {}
  const mine = new Promise<void>((settle) => {
    leave = settle
  })
  lines.set(path, mine)
  await before
  return () => {
    if (lines.get(path) === mine) lines.delete(path)
    leave()
  }
}

async function acquire(fs: FileSystem, path: string, clock: Clock, call: Call): Promise<string> {
  const claim = newClaim(path)
  try {
    await stage(fs, claim)
    for (let attempt = 0; ; attempt += 1) {
      if (await take(fs, claim, path)) break
      const holder = await readHolder(fs, path)
      if (holder === null) {
        // Windows renames onto no folder, an empty one neither. rmdir(2) removes nothing that is held.
        await fs.rmdir(path).catch(() => undefined)
      } else if (await isGone(fs, holder)) {
        if (await breakLock(fs, path, holder)) continue
      }
      if (clock.now() > call.deadline) throw heldBy(holder, path)
      await pause(attempt, clock, call, path)
    }
    // What is left over is in nobody's way.
    await sweepOnce(fs, path, clock).catch(() => undefined)
    return claim.token
  } catch (error) {
    abandoned.add(claim.token)
    await remove(fs, claim.staged)
    throw fileError(error, path, 'locking')
  }
}

/** A lock of our own, made beside the place that it is to take. */
interface Claim {
  readonly token: string
  readonly staged: string
}

function newClaim(path: string): Claim {
  const token = randomUUID()
  return { token, staged: `${path}.${token}` }
}

/** @returns whether the lock is ours now; the claim stays staged for the next attempt */
async function take(fs: FileSystem, claim: Claim, path: string): Promise<boolean> {
  for (let staging = 1; ; staging += 1) {
    try {
      await fs.rename(claim.staged, path)
      return true
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
      // Windows: MoveFileEx replaces no folder.
      if (process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES')) return false
      if (code !== 'ENOENT' || staging > 3) throw error
      // Over NFS the reply to a rename that succeeded may be lost, and the repeated request then fails.
      if ((await readHolder(fs, path))?.token === claim.token) return true
      await stage(fs, claim)
    }
  }
}

async function stage(fs: FileSystem, claim: Claim): Promise<void> {
  const owner: LockOwner = { token: claim.token, process: await thisProcess(fs) }
  await fs.mkdir(claim.staged, { mode: FOLDER_MODE })
  // Not durable, and need not be: after a restart the owner is dead.
  const file = await fs.open(join(claim.staged, 'owner'), 'wx', FILE_MODE)
  try {
    await file.writeFile(JSON.stringify(owner))
  } finally {
    await file.close()
  }
}

/** @returns null when the lock is free, or was a moment ago */
async function readHolder(fs: FileSystem, path: string): Promise<Holder | null> {
  const place = join(path, 'owner')
  try {
    const there = await fs.lstat(place)
    // A link, a pipe, a device: no process of ours has put it there.
    if (!there.isFile()) return nobody(there)
    const file = await openRegularFile(fs, place, 'the owner of a lock', constants.O_RDONLY)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(OWNER_BYTES), 0, OWNER_BYTES, 0)
      return parseOwner(buffer.toString('utf8', 0, bytesRead)) ?? nobody(await file.stat())
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}

function nobody({ ino, ctimeMs }: Stats): Holder {
  return { token: `${ino}-${ctimeMs}`, process: null }
}

/**
 * A lock is renamed into place whole: one that cannot be read lost its content when the machine lost its power, or was
 * put there by who meant to stop us.
 */
async function isGone(fs: FileSystem, holder: Holder): Promise<boolean> {
  if (holder.process === null || abandoned.has(holder.token)) return true
  return isDead(fs, holder.process)
}

/** @returns false: another living process is breaking it */
async function breakLock(fs: FileSystem, path: string, dead: Holder): Promise<boolean> {
  for (let number = 1; ; number += 1) {
    const place = breakOf(path, dead.token, number)
    const claim = newClaim(place)
    try {
      await stage(fs, claim)
      if (await take(fs, claim, place)) {
        await removeDead(fs, path, dead, number)
        return true
      }
      const breaker = await readHolder(fs, place)
      // It has just finished: look at the lock again.
      if (breaker === null) return true
      if (!(await isGone(fs, breaker))) return false
    } catch (error) {
      abandoned.add(claim.token)
      throw error
    } finally {
      await remove(fs, claim.staged)
    }
  }
}

/** Under the highest break of a token: whoever came before has either removed the lock or died. */
async function removeDead(
  fs: FileSystem,
  path: string,
  dead: Holder,
  number: number,
): Promise<void> {
  if ((await readHolder(fs, path))?.token === dead.token) {
    await fs.unlink(join(path, 'owner'))
    await fs.rmdir(path).catch(() => undefined)
  }
  // The lock first: as long as the token stands there, its breaks must.
  for (let each = number; each > 0; each -= 1) await remove(fs, breakOf(path, dead.token, each))
}

function breakOf(path: string, token: string, number: number): string {
  return `${path}.${token}.break.${number}`
}

async function release(fs: FileSystem, path: string, token: string): Promise<void> {
  try {
    await fs.unlink(join(path, 'owner'))
  } catch {
    // The work is done, and what it returned stands; the next caller in this process takes the lock over.
    abandoned.add(token)
  }
  // Another one may hold it by now, since an empty folder is a free lock.
  await fs.rmdir(path).catch(() => undefined)
}

async function remove(fs: FileSystem, folder: string): Promise<void> {
  await fs.unlink(join(folder, 'owner')).catch(() => undefined)
  await fs.rmdir(folder).catch(() => undefined)
}

/** Removes what dead processes left beside the lock: claims, and breaks of tokens that it does not hold, since we do. */
async function sweepOnce(fs: FileSystem, path: string, clock: Clock): Promise<void> {
  if (swept.has(resolve(path))) return
  swept.add(resolve(path))
  const [folder, prefix] = [dirname(path), `${basename(path)}.`]
  for (const name of await fs.readdir(folder)) {
    if (!name.startsWith(prefix)) continue
    const left = join(folder, name)
    // A claim that somebody stages for a break is no break yet, and may be a living one's.
    if (/\.break\.\d+$|\.left$/.test(name)) {
      await remove(fs, left)
    } else if (await isStale(fs, left, clock)) {
      // Renamed first: a claim that is emptied under its own name could still be renamed to the lock, and hold nothing.
      await fs.rename(left, `${left}.left`)
      await remove(fs, `${left}.left`)
    }
  }
}

async function isStale(fs: FileSystem, path: string, clock: Clock): Promise<boolean> {
  try {
    return clock.now() - (await fs.lstat(path)).mtimeMs > STALE_MS
  } catch {
    return false
  }
}

async function pause(attempt: number, clock: Clock, call: Call, path: string): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(attempt, 10))
  try {
    await clock.sleep(1 + randomInt(longest), call.signal)
  } catch (error) {
    if (call.signal?.aborted !== true) throw error
  }
  if (call.signal?.aborted === true) checkCall(call, clock, `waiting for the lock ${path}`)
}

function heldBy(holder: Holder | null, path: string): SecretsError {
  const owner = holder?.process
  const who = owner == null ? 'other processes' : `process ${owner.pid} on ${owner.host}`
  return new SecretsError('UNAVAILABLE', `${path} is held by ${who}.`, {
    hint: `Try again when that process has finished; if it is gone for sure, remove the folder ${path}.`,
  })
}
