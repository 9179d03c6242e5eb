import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanEnv, nodeVersions } from '@mm-secrets/vitest-config'
import { afterAll, vi } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

/** The Node that a person of this machine would run it with. */
export const HOST_NODE: string = nodeVersions().at(-1)?.path ?? process.execPath

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What the command reads; its standard input is empty where nothing is said. */
  readonly stdin?: string
  /** The Node that runs it. @default the host's */
  readonly node?: string
  /** A program and its arguments that run the command. */
  readonly wrapper?: readonly string[]
  /** Runs it as another user, which root alone may do. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

export interface Outcome {
  /** Null: a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Running {
  readonly child: ChildProcess
  readonly pid: number
  readonly ended: Promise<Outcome>
}

/** A user's home of its own, removed when the tests of the file are over. */
export interface Home {
  readonly path: string
  /** Where vaults, identities, audit logs and config.json are. */
  readonly data: string
  /** The environment of every command, built from nothing. */
  env(extra?: Readonly<Record<string, string>>): Record<string, string>
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>
  /** Starts a command whose standard input stays open. */
  start(args: readonly string[], options?: RunOptions): Running
  /** Runs a line of bash in which `mm` is the program. */
  shell(line: string, options?: RunOptions): Promise<Outcome>
}

/** A test is dozens of processes, on a machine that others use too. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const made: string[] = []

/** The program as it is published, away from everything that it was built from, which anybody may read. */
export const BUNDLE: string = installed()

afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
})

/** A folder that is removed when the tests of the file are over. */
export function makeFolder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'mm-e2e-')))
  made.push(path)
  return path
}

function installed(): string {
  const folder = makeFolder()
  cpSync(new URL('../../dist/', import.meta.url), join(folder, 'dist'), { recursive: true })
  chmodSync(folder, 0o755)
  return join(folder, manifest.bin['mm-secrets'])
}

/** @param always in the environment of every command */
export function makeHome(
  path: string = makeFolder(),
  always: Readonly<Record<string, string>> = {},
): Home {
  const temporary = join(path, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const env = (extra: Readonly<Record<string, string>> = {}): Record<string, string> =>
    cleanEnv({ HOME: path, TMPDIR: temporary, LOCALAPPDATA: path, ...always, ...extra })
  const start = (args: readonly string[], options: RunOptions = {}): Running =>
    launch([options.node ?? HOST_NODE, BUNDLE, ...args], env(options.env), options)
  return {
    path,
    data: dataFolder(path),
    env,
    start,
    run: async (args, options = {}) => {
      const running = start(args, options)
      running.child.stdin?.end(options.stdin ?? '')
      return running.ended
    },
    shell: async (line, options = {}) => {
      const program = `mm() { '${options.node ?? HOST_NODE}' '${BUNDLE}' "$@"; }`
      const running = launch(['bash', '-c', `${program}\n${line}`], env(options.env), options)
      running.child.stdin?.end(options.stdin ?? '')
      return running.ended
    },
  }
}

function launch(
  line: readonly string[],
  env: Record<string, string>,
  { user, wrapper = [] }: RunOptions,
): Running {
  const [command = '', ...args] = [...wrapper, ...line]
  const child = spawn(command, args, { env, ...user })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  // A command that ends without reading what it was given is not what is tested here.
  child.stdin.on('error', () => undefined)
  const ended = new Promise<Outcome>((settle, fail) => {
    child.on('error', fail)
    child.on('close', (code) => {
      settle({ code, stdout, stderr })
    })
  })
  return { child, pid: child.pid ?? 0, ended }
}

/** The platform's own place for a user's data. */
function dataFolder(home: string): string {
  switch (process.platform) {
    case 'win32':
      return join(home, 'mm-secrets')
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'mm-secrets')
    default:
      return join(home, '.local', 'share', 'mm-secrets')
  }
}
