import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { startGuard } from './guard.ts'
import type { Child, Ended, Found, Programs } from './programs.ts'
import { relaySignals } from './relay.ts'

/** execvp(3): what glibc searches where PATH is not set. */
const DEFAULT_PATH = '/bin:/usr/bin'
/** cmd.exe tries PATHEXT; CreateProcess, which starts what we start, appends this alone. */
const EXTENSIONS = process.platform === 'win32' ? ['', '.exe'] : ['']

export function nodePrograms(): Programs {
  return {
    pid: process.pid,
    find,
    relay: relaySignals,
    guard: startGuard,
    start,
    dieBy: (signal) => {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    },
  }
}

async function find(program: string, path: string | undefined): Promise<Found> {
  const named = /[/\\]/.test(program)
  const folders = named ? [''] : (path ?? DEFAULT_PATH).split(delimiter)
  let found: Found = 'missing'
  for (const folder of folders) {
    for (const extension of EXTENSIONS) {
      const file = named ? program : join(folder === '' ? '.' : folder, program)
      const kind = await kindOf(file + extension)
      if (kind === 'executable') return kind
      if (kind === 'not-executable') found = kind
    }
  }
  return found
}

async function kindOf(file: string): Promise<Found> {
  try {
    if (!(await stat(file)).isFile()) return 'not-executable'
    await access(file, constants.X_OK)
    return 'executable'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EACCES' || code === 'EPERM' ? 'not-executable' : 'missing'
  }
}

/** @throws the system's error where the program cannot be started */
async function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Child> {
  // Node makes a pipe that it writes to non-blocking, for the program too, whose writes would then fail at times.
  // The spawn undoes that, so the stream must be open before it.
  process.stderr.write('')
  const child = spawn(program, args, { env, stdio: 'inherit' })
  const ended = new Promise<Ended>((settle) => {
    child.once('exit', (code, signal) => {
      settle({ code, signal })
    })
  })
  const started = new Promise<void>((settle, fail) => {
    child.once('spawn', settle)
    // Later errors are those of a signal that could not be sent.
    child.on('error', fail)
  })
  await started
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
  }
}
