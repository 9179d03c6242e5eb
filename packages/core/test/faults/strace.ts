import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import type { Ended } from '../durable/processes.ts'
import { saying, startChild } from './vault-home.ts'

/** One system call of the thread that works on files: which, and its number among those of its name. */
export interface SystemCall {
  readonly name: string
  readonly ordinal: number
}

/** Those that open or change a file. At any other call the disk is as it was at the next of these. */
const CALLS = 'openat,write,pwrite64,fsync,fdatasync,link,linkat,unlink,unlinkat,rename,mkdir'
/** By writing these eight bytes the thread wakes the one that runs JavaScript: no file is meant. */
const WAKE_UP = /^write\(\d+, "\\1(\\0){7}", 8\)/
/** All work on files happens in one thread, so that its calls can be counted. */
const ONE_WORKER = ['env', 'UV_THREADPOOL_SIZE=1']

/** Why processes cannot be traced here; null where they can. */
export function tracingRefused(strace: string | null): string | null {
  if (strace === null) return 'strace is not installed'
  const target = spawn('sleep', ['10'])
  const traced = spawnSync(strace, ['-p', String(target.pid), '-o', '/dev/null'], { timeout: 500 })
  target.kill()
  return traced.error === undefined ? 'ptrace is not permitted' : null
}

/** The calls of one write to the vault in this home. */
export async function callsOfWrite(strace: string, home: string): Promise<readonly SystemCall[]> {
  const log = `${home}.log`
  await writeTraced(strace, home, ['-o', log])
  const seen = new Map<string, number>()
  return (await fs.readFile(log, 'utf8')).split('\n').flatMap((line) => {
    const name = /^(\w+)\(/.exec(line)?.[1]
    if (name === undefined) return []
    const ordinal = (seen.get(name) ?? 0) + 1
    seen.set(name, ordinal)
    return WAKE_UP.test(line) ? [] : [{ name, ordinal }]
  })
}

/** One write during which a fault (`signal=KILL`, `error=ENOSPC`) meets the given call. */
export function writeWithFault(
  strace: string,
  home: string,
  call: SystemCall,
  fault: string,
): Promise<Ended> {
  const inject = `inject=${call.name}:${fault}:when=${call.ordinal}`
  return writeTraced(strace, home, ['-o', '/dev/null', '-e', inject])
}

async function writeTraced(
  strace: string,
  home: string,
  options: readonly string[],
): Promise<Ended> {
  const running = startChild(['once', home, 'new'], ONE_WORKER)
  await saying(running, 'ready')
  const pid = running.child.pid ?? 0
  const args = ['-p', await workerOf(pid), '-e', `trace=${CALLS}`, ...options]
  const tracer = spawn(strace, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const traced = new Promise((resolve) => tracer.on('close', resolve))
  await new Promise((resolve) => tracer.stderr.once('data', resolve))
  process.kill(pid, 'SIGUSR2')
  const ended = await running.ended
  await traced
  return ended
}

/** The thread of libuv's pool: Node names it since version 22. */
async function workerOf(pid: number): Promise<string> {
  for (const thread of await fs.readdir(`/proc/${pid}/task`)) {
    const name = await fs.readFile(`/proc/${pid}/task/${thread}/comm`, 'utf8')
    if (name.trim() === 'libuv-worker') return thread
  }
  throw new Error('No thread of libuv was found.')
}
