import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeWith } from '@mm-secrets/vitest-config'
import { afterAll, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { BUNDLE, HOST_NODE, makeFolder, makeHome } from './bundle.ts'
import { bybitPair, valuesJson } from './keys.ts'
import { descendants, gone, stateOf, until } from './run-processes.ts'

const BYBIT = ['--env', 'dev', '--exchange', 'bybit'] as const

/** Notes signals and the width of its terminal; ends at the second SIGINT with 3. */
const INTERACTIVE = `
  const { appendFileSync } = require('node:fs')
  const note = (text) => appendFileSync(process.argv[1], text + '\\n')
  let interrupts = 0
  process.on('SIGINT', () => { note('SIGINT'); if (++interrupts === 2) process.exit(3) })
  process.on('SIGWINCH', () => note('columns ' + process.stdout.getWindowSize()[0]))
  process.stdin.on('data', (line) => note('read ' + String(line).trim()))
  note('ready')
`

interface Shell {
  /** The interactive shell itself. */
  readonly pid: number
  type(line: string): void
  press(key: string): void
  resize(columns: number): void
  shown(): string
}

const servers: (readonly [tmux: string, socket: string])[] = []

afterAll(() => {
  for (const [tmux, socket] of servers.splice(0)) {
    execFileSync(tmux, ['-S', socket, 'kill-server'], { stdio: 'ignore' })
  }
})

/** An interactive bash with job control, in which `mm` is the program. */
function openShell(tmux: string, home: Home): Shell {
  const socket = join(makeFolder(), 'tmux')
  const env = home.env({ TERM: 'xterm-256color' })
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const ask = (...command: readonly string[]): string =>
    execFileSync(tmux, ['-S', socket, ...command], { encoding: 'utf8', env: home.env() })
  const rc = join(home.path, 'rc')
  // No function: bash goes on with a loop when what a function ran was interrupted.
  writeFileSync(rc, `PS1='ready$ '; alias mm="'${HOST_NODE}' '${BUNDLE}'"\n`)
  const bash = ['env', '-i', ...variables, 'bash', '--noprofile', '--rcfile', rc, '-i']
  const size = ['-x', '90', '-y', '40']
  ask('-f', '/dev/null', 'new-session', '-d', ...size, ...bash)
  servers.push([tmux, socket])
  return {
    pid: Number(ask('list-panes', '-F', '#{pane_pid}')),
    type: (line) => {
      ask('send-keys', '-l', line)
      ask('send-keys', 'Enter')
    },
    press: (key) => {
      ask('send-keys', key)
    },
    resize: (columns) => {
      ask('resize-window', '-x', String(columns), '-y', '40')
    },
    shown: () => ask('capture-pane', '-p', '-J'),
  }
}

async function savedHome(): Promise<Home> {
  const home = makeHome()
  await home.run(['save', ...BYBIT, '--value-stdin'], { stdin: valuesJson(bybitPair()) })
  return home
}

describeWith('tmux', 'at a terminal, run', (tmux) => {
  test('is suspended, resumed, resized and interrupted as the program alone would be', async () => {
    const home = await savedHome()
    const [log, mount, script] = ['log', 'bot.env', 'bot.js'].map((name) => join(home.path, name))
    if (log === undefined || mount === undefined || script === undefined)
      throw new Error('No path.')
    writeFileSync(script, INTERACTIVE.replaceAll('process.argv[1]', 'process.argv[2]'))
    const noted = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [])
    const shell = openShell(tmux, home)
    await until('the prompt', () => shell.shown().includes('ready$'))
    shell.type(`mm run ${BYBIT.join(' ')} --mount ${mount} -- '${HOST_NODE}' ${script} ${log}`)
    await until('the program', () => noted().includes('ready'))
    const family = descendants(shell.pid)
    const program =
      family.find(
        (pid) =>
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${script}\0${log}\0`) &&
          !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--mount'),
      ) ?? 0

    shell.type('hello')
    await until('the line', () => noted().includes('read hello'))
    shell.resize(70)
    await until('the new width', () => noted().includes('columns 70'))

    for (let count = 1; count <= 2; count++) {
      shell.press('C-z')
      await until('the stop', () => stateOf(program) === 'T')
      await until('the shell', () => shell.shown().match(/Stopped/g)?.length === count)
      // The file stays: the program is not over.
      expect(existsSync(mount)).toBe(true)
      shell.type('fg')
      await until('it to go on', () => stateOf(program) !== 'T')
      shell.type(`again ${count}`)
      await until('the line', () => noted().includes(`read again ${count}`))
    }

    shell.press('C-c')
    await until('the first interrupt', () => noted().includes('SIGINT'))
    // The terminal has told the program already: ours would be a second one, which ends it.
    shell.type('still here')
    await until('the line', () => noted().includes('read still here'))
    expect(noted().filter((line) => line === 'SIGINT')).toHaveLength(1)
    shell.press('C-c')
    await gone(family)
    shell.type('echo "status $?"')
    await until('the status', () => shell.shown().includes('status 3'))
    expect(existsSync(mount)).toBe(false)
  })

  test('goes on in the background', async () => {
    const home = await savedHome()
    const shell = openShell(tmux, home)
    await until('the prompt', () => shell.shown().includes('ready$'))
    shell.type(`mm run ${BYBIT.join(' ')} -- sh -c 'echo begun; sleep 1; echo finished'`)
    await until('the program', () => /^begun/m.test(shell.shown()))
    shell.press('C-z')
    await until('the shell', () => shell.shown().includes('Stopped'))
    shell.type('bg')
    await until('its end', () => /^(?:ready\$ )?finished/m.test(shell.shown()))
  })

  test('stops a script at Ctrl-C, since it dies of the signal as the program did', async () => {
    const home = await savedHome()
    const shell = openShell(tmux, home)
    await until('the prompt', () => shell.shown().includes('ready$'))
    shell.type(`for i in 1 2 3; do mm run ${BYBIT.join(' ')} -- sh -c 'echo turn; sleep 60'; done`)
    await until('the program', () => /^turn/m.test(shell.shown()))
    const family = descendants(shell.pid)
    shell.press('C-c')
    await gone(family)
    shell.type('echo "status $?"')
    await until('the status', () => shell.shown().includes('status 130'))
    expect(shell.shown().match(/^turn/gm)).toHaveLength(1)
  })

  test('asks for the passphrase of an identity, and the program reads what is typed after it', async () => {
    const home = makeHome()
    mkdirSync(home.data, { recursive: true, mode: 0o700 })
    writeFileSync(
      join(home.data, 'config.json'),
      JSON.stringify({ environments: { dev: { identity: 'passphrase' } } }),
      { mode: 0o600 },
    )
    const words = 'correct horse battery staple'
    const file = join(home.path, 'passphrase')
    writeFileSync(file, words, { mode: 0o600 })
    const saved = await home.run(['save', ...BYBIT, '--value-stdin'], {
      stdin: valuesJson(bybitPair()),
      env: { MM_SECRETS_IDENTITY_PASSPHRASE_FILE: file },
    })
    expect(saved.code, saved.stderr).toBe(0)
    const shell = openShell(tmux, home)
    await until('the prompt', () => shell.shown().includes('ready$'))
    shell.type(
      `mm run ${BYBIT.join(' ')} -- sh -c 'echo begun; read -r line; echo "read: $line"; stty -a | grep -o " icanon"'`,
    )
    await until('the question', () => /assphrase/.test(shell.shown()))
    shell.type(words)
    await until('the program', () => /^begun/m.test(shell.shown()))
    shell.type('what is typed')
    await until('the line', () => shell.shown().includes('read: what is typed'))
    await until('the mode of the terminal', () => /^ icanon/m.test(shell.shown()))
    expect(shell.shown()).not.toContain(words)
  })
})
