import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { cleanEnv } from '@mm-secrets/vitest-config'

/** A third of the time to start: these scripts are started, and killed, by the hundred. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Runs a TypeScript file with the Node that runs the tests. */
export function startScript(
  file: URL,
  args: readonly string[],
  wrapper: readonly string[] = [],
): Running {
  const [command = process.execPath, ...rest] = [
    ...wrapper,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(file),
    ...args,
  ]
  const child = spawn(command, rest, {
    env: cleanEnv({ HOME: tmpdir(), NODE_COMPILE_CACHE: COMPILED }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Ended>((settle, fail) => {
    child.on('error', fail)
    child.on('close', (code, signal) => {
      settle({ code, signal, stdout, stderr })
    })
  })
  return { child, ended }
}
