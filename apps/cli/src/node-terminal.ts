import * as fs from 'node:fs/promises'
import { isatty } from 'node:tty'
import { SecretsError, systemClock } from '@mm-secrets/core'
import type { Output, Terminal } from './context.ts'
import { terminalPrompts } from './input/prompts.ts'
import { readAll } from './input/stdin.ts'

const DEFAULT_COLUMNS = 80
const CANNOT_WRITE_EXIT = 7

/** The process as the commands see it: with `main.ts` the only place that touches it. */
export function nodeTerminal(): Terminal {
  const signal = interruption()
  return {
    stdin: {
      isTty: isatty(0),
      readAll: (maxBytes, until) => readAll(process.stdin, maxBytes, until),
    },
    stdout: output(1, () => process.stdout),
    stderr: output(2, () => process.stderr),
    env: process.env,
    platform: process.platform,
    clock: systemClock,
    fs,
    signal,
    prompts: terminalPrompts(
      () => process.stdin,
      () => process.stderr,
      signal,
    ),
    openSession: async (terminal, askPassphrase) => {
      const { openNodeSession } = await import('./session.ts')
      return openNodeSession(terminal, askPassphrase)
    },
    openPrograms: async () => {
      const { nodePrograms } = await import('./run/node-programs.ts')
      return nodePrograms()
    },
    openGit: async () => {
      const { nodeGit } = await import('./git/node-git.ts')
      return nodeGit(process.env)
    },
  }
}

/** Aborted by the first SIGINT or SIGTERM; the second finds nobody listening and ends the process. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    controller.abort(new SecretsError('INTERRUPTED', 'Interrupted.'))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller.signal
}

function output(fd: number, open: () => NodeJS.WriteStream): Output {
  let stream: NodeJS.WriteStream | null = null
  const opened = (): NodeJS.WriteStream => {
    stream ??= open().on('error', cannotWrite)
    return stream
  }
  return {
    isTty: isatty(fd),
    get columns() {
      return opened().columns || DEFAULT_COLUMNS
    },
    write: (text) => {
      opened().write(text)
    },
  }
}

/** A reader that has seen enough (`| head -0`) is no failure; a full disk is. */
function cannotWrite(this: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  process.exitCode = CANNOT_WRITE_EXIT
  if (this === process.stdout) {
    process.stderr.write(
      `mm-secrets: Standard output takes nothing (${error.code ?? 'unknown'}).\n`,
    )
  }
}
