import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cleanEnv } from '@mm-secrets/vitest-config'
import { afterAll } from 'vitest'
import type { Home } from './bundle.ts'
import { BUNDLE, HOST_NODE, makeFolder } from './bundle.ts'

export interface ScreenOptions {
  /** @default 80 */
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
}

/** A command that runs at a real terminal, and the person before it. */
export interface Screen {
  /** The process of the command. */
  pid(): Promise<number>
  /** What the terminal shows, without the empty lines below. */
  shown(): string
  /** The same with its colours as ECMA-48 codes. */
  styled(): string
  /** Every byte that the command has written so far. */
  written(): string
  type(text: string): void
  /** A key by tmux's name: `Enter`, `C-c`, `Escape`. */
  press(key: string): void
  /** @returns what is shown once it matches */
  until(pattern: RegExp): Promise<string>
  /** @returns the exit status as a shell has it */
  ended(): Promise<number>
}

const POLL_MS = 30
const PATIENCE_MS = 60_000
const ROWS = 50

const servers: (readonly [tmux: string, socket: string])[] = []

afterAll(() => {
  for (const [tmux, socket] of servers.splice(0)) {
    execFileSync(tmux, ['-S', socket, 'kill-server'], { stdio: 'ignore' })
  }
})

/** Runs a command of the program in a terminal of tmux's. */
export function openScreen(
  tmux: string,
  home: Home,
  args: readonly string[],
  options: ScreenOptions = {},
): Screen {
  return openProgram(tmux, home, [HOST_NODE, BUNDLE, ...args], options)
}

/** Runs any program in a terminal of tmux's. */
export function openProgram(
  tmux: string,
  home: Home,
  program: readonly string[],
  options: ScreenOptions = {},
): Screen {
  const folder = makeFolder()
  const socket = join(folder, 'tmux')
  const log = join(folder, 'log')
  const gate = join(folder, 'gate')
  const ask = (...command: readonly string[]): string =>
    execFileSync(tmux, ['-S', socket, ...command], { encoding: 'utf8', env: tmuxEnv(folder) })
  const env = home.env({ TERM: 'xterm-256color', ...options.env })
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  execFileSync('mkfifo', [gate])
  const line = ['env', '-i', ...variables, ...program]
  // Waits until all that is written is logged; tells the process and its exit status, whatever is pressed.
  const script = `trap : INT
    read -r _ < gate
    sh -c 'echo $$ > pid; exec "$@"' sh "$@"
    echo $? > status.new; mv status.new status`
  const command = ['sh', '-c', script, 'sh', ...line]
  const size = ['-x', String(options.columns ?? 80), '-y', String(ROWS)]
  execFileSync(tmux, ['-S', socket, '-f', '/dev/null', 'new-session', '-d', ...size, ...command], {
    cwd: folder,
    env: tmuxEnv(folder),
  })
  servers.push([tmux, socket])
  ask('set-option', '-g', 'remain-on-exit', 'on')
  ask('pipe-pane', `cat >> '${log}'`)
  execFileSync('sh', ['-c', `echo go > '${gate}'`])

  const shown = (): string => withoutEnd(ask('capture-pane', '-p', '-S', '-'))
  const read = (name: string): number | null => {
    const file = join(folder, name)
    const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
    return text === '' ? null : Number(text)
  }
  async function poll<T>(look: () => T | null, wanted: string): Promise<T> {
    const end = Date.now() + PATIENCE_MS
    while (Date.now() < end) {
      const found = look()
      if (found !== null) return found
      await sleep(POLL_MS)
    }
    throw new Error(`The terminal never came to ${wanted}; it shows:\n${shown()}`)
  }

  return {
    pid: () => poll(() => read('pid'), 'its start'),
    shown,
    styled: () => withoutEnd(ask('capture-pane', '-p', '-e', '-S', '-')),
    written: () => readFileSync(log, 'utf8'),
    type: (text) => {
      ask('send-keys', '-l', '--', text)
    },
    press: (key) => {
      ask('send-keys', key)
    },
    until: (pattern) =>
      poll(() => {
        const text = shown()
        return pattern.test(text) ? text : null
      }, String(pattern)),
    ended: () => poll(() => read('status'), 'its end'),
  }
}

function tmuxEnv(home: string): Record<string, string> {
  return cleanEnv({ HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8' })
}

/** tmux says of a pane whose command has ended that it is dead, below what the command wrote. */
function withoutEnd(text: string): string {
  return text.replace(/\n+(?:Pane is dead[^\n]*)?\n*$/, '')
}
