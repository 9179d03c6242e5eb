import { execFile } from 'node:child_process'
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Env } from '@mm-secrets/core'
import type { Git, Standing } from './git.ts'

/** Long histories are walked once, and not for ever. */
const TIMEOUT_MS = 20_000

/**
 * A repository is somebody else's: its configuration may name programs, and none of them is started. git-config(1):
 * core.fsmonitor, core.hooksPath; the commands used here run no filter, pager or helper.
 */
const HARMLESS = [
  '--no-optional-locks',
  '--no-pager',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
] as const

/** Of the environment git needs these; GIT_DIR and its like, which a hook sets, would lead it astray. */
const PASSED = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP']

/** git(1): nothing is asked, nothing fetched. Windows would look for git.exe in the current folder first. */
const SETTINGS: Env = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
  NoDefaultCurrentDirectoryInExePath: '1',
}

interface Answer {
  /** Null: git could not be started, or was stopped. */
  readonly code: number | null
  readonly stdout: string
}

/** @param env where git is found, and its user's configuration */
export function nodeGit(env: Env): Git {
  const passed = Object.fromEntries(PASSED.map((name) => [name, env[name]]))

  function ask(folder: string, args: readonly string[]): Promise<Answer> {
    return new Promise((settle) => {
      const options = { env: { ...passed, ...SETTINGS }, timeout: TIMEOUT_MS, windowsHide: true }
      execFile('git', ['-C', folder, ...HARMLESS, ...args], options, (error, stdout) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
        settle({ code, stdout })
      })
    })
  }

  return {
    async standing(path) {
      const [folder, name] = await placeOf(path)
      const top = await topOf(folder)
      if (top === null) return 'outside'
      // core.worktree and core.bare may lead git elsewhere, where it would say of every file that it has it not.
      const { code, stdout } = await ask(folder, ['rev-parse', '--show-toplevel'])
      const claimed = stdout.replace(/\r?\n$/, '')
      if (code !== 0 || (await realpath(claimed).catch(() => null)) !== top) return 'unknown'
      const indexed = await ask(folder, ['ls-files', '--error-unmatch', '--', name])
      if (indexed.code === 0) return 'tracked'
      if (indexed.code !== 1) return 'unknown'
      const committed = await ask(folder, ['rev-list', '--all', '-1', '--', name])
      if (committed.code === 0 && committed.stdout.trim() !== '') return 'tracked'
      const ignored = await ask(folder, ['check-ignore', '--quiet', '--', name])
      const standings: Readonly<Record<string, Standing>> = { 0: 'ignored', 1: 'untracked' }
      return standings[String(ignored.code)] ?? 'unknown'
    },
  }
}

/**
 * The folder that a file is really in, since git does not follow symbolic links, and its name there. `./` keeps a name
 * such as `:(top)x` from being more than a name; a star in one may match more files, which errs on the safe side.
 */
async function placeOf(path: string): Promise<readonly [string, string]> {
  const real = await realpath(path).catch(async () => {
    const folder = await realpath(dirname(path)).catch(() => dirname(path))
    return join(folder, basename(path))
  })
  return [dirname(real), `./${basename(real)}`]
}

/** The work tree that a folder is in, as far as can be seen without git: this folder or the next above it with `.git`; null: in none. */
async function topOf(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    // Git never adds what is in a folder of this name.
    if (basename(at) === '.git') return null
    const found = await lstat(join(at, '.git')).catch(() => null)
    if (found !== null) return at
    if (at === dirname(at)) return null
  }
}
