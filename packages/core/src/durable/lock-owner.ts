import { hostname } from 'node:os'
import type { FileSystem } from '../runtime/deps.ts'
import { systemCode } from './file-error.ts'

/** Who holds a lock: enough to tell, later and from another process, whether it is still alive. */
export interface LockOwner {
  /** Unique for ever, so that a lock can be told from a later one of the same name. */
  readonly token: string
  readonly process: ProcessIdentity
}

/** One process among all that ever ran. Null where the platform does not tell. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** random(4): another value after each boot. */
  readonly boot: string | null
  /** pid_namespaces(7): a pid means nothing in another one. */
  readonly pidNamespace: number | null
  /** Ticks since boot, which tell a process from a later one with its pid. */
  readonly startTime: string | null
}

let known: ProcessIdentity | null = null

/** The process that runs this. */
export async function thisProcess(fs: FileSystem): Promise<ProcessIdentity> {
  known ??= {
    host: hostname(),
    pid: process.pid,
    boot: (await readText(fs, '/proc/sys/kernel/random/boot_id'))?.trim() ?? null,
    pidNamespace: await pidNamespace(fs),
    startTime: (await processState(fs, process.pid))?.startTime ?? null,
  }
  return known
}

/**
 * Whether a process is gone for sure. One that cannot be judged from here (another host, another container) counts as
 * alive.
 */
export async function isDead(fs: FileSystem, other: ProcessIdentity): Promise<boolean> {
  const self = await thisProcess(fs)
  if (other.boot !== self.boot) return other.host === self.host && other.boot !== null
  // Without a boot id the host's name alone says that it is the same machine.
  if (self.boot === null && other.host !== self.host) return false
  if (other.pidNamespace !== self.pidNamespace) return false
  if (!exists(other.pid)) return true
  const state = await processState(fs, other.pid)
  // Hidden from this user: proc(5), hidepid.
  if (state === null) return false
  return state.gone || (other.startTime !== null && state.startTime !== other.startTime)
}

/** @returns null for what no process of ours has written */
export function parseOwner(text: string): LockOwner | null {
  try {
    const { token, process: named } = JSON.parse(text) as Record<string, unknown>
    if (typeof token !== 'string' || !/^[0-9a-f-]{36}$/.test(token)) return null
    return isIdentity(named) ? { token, process: named } : null
  } catch {
    return null
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false
  const { host, pid, boot, pidNamespace, startTime } = value as Record<string, unknown>
  return (
    typeof host === 'string' &&
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    (boot === null || typeof boot === 'string') &&
    (pidNamespace === null || typeof pidNamespace === 'number') &&
    (startTime === null || typeof startTime === 'string')
  )
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // kill(2): EPERM is a process of another user.
    return systemCode(error) !== 'ESRCH'
  }
}

/** proc_pid_stat(5), whose second field, the name in brackets, may hold anything. */
async function processState(
  fs: FileSystem,
  pid: number,
): Promise<{ readonly startTime: string; readonly gone: boolean } | null> {
  const stat = await readText(fs, `/proc/${pid}/stat`)
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, threads, startTime] = [fields[0], Number(fields[17]), fields[19]]
  if (startTime === undefined) return null
  // A killed process that its parent has not waited for is a zombie. It may still have threads in a system call.
  return { startTime, gone: (state === 'Z' || state === 'X') && threads <= 1 }
}

async function pidNamespace(fs: FileSystem): Promise<number | null> {
  return reading(fs, '/proc/self/ns/pid', async (file) => (await file.stat()).ino)
}

async function readText(fs: FileSystem, path: string): Promise<string | null> {
  return reading(fs, path, (file) => file.readFile('utf8'))
}

async function reading<T>(
  fs: FileSystem,
  path: string,
  read: (file: Awaited<ReturnType<FileSystem['open']>>) => Promise<T>,
): Promise<T | null> {
  try {
    const file = await fs.open(path, 'r')
    try {
      return await read(file)
    } finally {
      await file.close()
    }
  } catch (error) {
    // ESRCH: it ended between open and read.
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH', 'ENOTDIR'].includes(systemCode(error) ?? '')) {
      return null
    }
    throw error
  }
}
