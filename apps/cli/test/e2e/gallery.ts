import { createHash, createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Home, Outcome } from './bundle.ts'
import { BUNDLE, HOST_NODE, makeFolder } from './bundle.ts'
import type { Screen } from './screen.ts'
import { openProgram } from './screen.ts'

/** A machine on which every run sees the same day, the same person and the same host. */
export interface Gallery {
  /** What is set up before anybody looks. */
  at(day: string, args: readonly string[], stdin?: string): Promise<Outcome>
  /** What a command prints for a program, below its line. */
  piped(args: readonly string[]): Promise<string>
  /** What a terminal of so many columns shows once the command has ended, below its line. */
  look(columns: number, args: readonly string[], look?: Look): Promise<string>
}

export interface Look {
  /** What the person answers at each prompt. */
  readonly answers?: readonly (readonly [prompt: RegExp, answer: string])[]
  readonly env?: Readonly<Record<string, string>>
  /** With the codes of colours, as `␛`. @default false */
  readonly codes?: boolean
}

/** The day on which the pictures are taken. */
export const TODAY = '2026-03-09T12:00:00Z'

const STAGE = `
  const os = require('node:os')
  const now = Date.parse(process.env.TODAY)
  Date.now = () => now
  os.hostname = () => 'desk'
  os.userInfo = () => ({ username: 'ada', uid: process.getuid(), gid: process.getgid(), shell: null, homedir: process.env.HOME })
`
const CUT_UUID = /\b[0-9a-f]{8}(?:-[0-9a-f-]{0,27})?(?![0-9a-f])/g
const SHORT_ID = /Version ([0-9a-f]{8}) /g
/** As in a shell, where there is a line above what the command prints. */
const TYPED = `printf '%s\\n' "$1"; shift; exec "$@"`
const UUID = /\b[0-9a-f]{8}(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?\b/g
const ESCAPE = '\u001b'

export function openGallery(tmux: string, home: Home): Gallery {
  const stage = join(makeFolder(), 'stage.cjs')
  writeFileSync(stage, STAGE)
  const ids = new Map<string, string>()
  const on = (day: string): Record<string, string> => ({
    NODE_OPTIONS: `--require ${stage}`,
    TODAY: day,
    SHELL: '/bin/bash',
  })
  /** Ids are random, and everything else is as it is shown. */
  const steady = (text: string): string => {
    // A narrow table cuts them.
    const known = (cut: string): string => {
      const [, shown = ''] = [...ids].find(([id]) => id.startsWith(cut)) ?? []
      return shown === '' ? cut : shown.slice(0, cut.length)
    }
    return text.replace(CUT_UUID, known).replaceAll(home.path, '/home/ada')
  }
  const meet = (text: string): void => {
    for (const [id] of text.matchAll(UUID)) {
      if (!ids.has(id)) ids.set(id, uuidOf(ids.size + 1))
    }
  }
  return {
    async at(day, args, stdin = '') {
      const outcome = await home.run(args, { env: on(day), stdin })
      expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
      meet(outcome.stdout)
      return outcome
    },
    async look(columns, args, { answers = [], codes = false, env = {} } = {}) {
      const line = steady(`$ mm-secrets ${args.join(' ')}`)
      const program = ['sh', '-c', TYPED, 'sh', line, HOST_NODE, BUNDLE, ...args]
      const screen = openProgram(tmux, home, program, { columns, env: { ...on(TODAY), ...env } })
      await answer(screen, answers)
      await screen.ended()
      const shown = codes
        ? screen.written().trimEnd().replaceAll('\r', '').replaceAll(ESCAPE, '␛')
        : screen.shown()
      for (const [, id = ''] of shown.matchAll(SHORT_ID)) meet(id)
      return steady(shown)
    },
    async piped(args) {
      const { stdout } = await home.run(args, { env: on(TODAY) })
      meet(stdout)
      return steady(`$ mm-secrets ${args.join(' ')} | cat\n${stdout.trimEnd()}`)
    },
  }
}

async function answer(screen: Screen, answers: NonNullable<Look['answers']>): Promise<void> {
  for (const [prompt, text] of answers) {
    await screen.until(prompt)
    screen.type(text)
    screen.press('Enter')
  }
}

/** Letters and digits that look like an exchange's, the same at every run; no exchange has issued them. */
export function steadyLetters(label: string, length: number): string {
  let text = ''
  for (let block = 0; text.length < length; block++) {
    const bytes = createHmac('sha256', 'gallery').update(`${label} ${block}`).digest('base64')
    text += bytes.replace(/[^A-Za-z0-9]/g, '')
  }
  return text.slice(0, length)
}

function uuidOf(number: number): string {
  const hex = createHash('sha256').update(`version ${number}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
