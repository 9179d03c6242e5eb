import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { HOST_NODE, makeHome } from './bundle.ts'
import { bybitPair, valuesJson } from './keys.ts'
import { descendants, endLater, gone, stateOf, until } from './run-processes.ts'

const BYBIT = ['--env', 'dev', '--exchange', 'bybit'] as const

/** Notes every signal in a file and ends by none of those that can be caught; its first line is `ready`. */
const NOTING = `
  const fs = require('node:fs')
  const note = (text) => fs.appendFileSync(process.argv[1], text + '\\n')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'])
    process.on(signal, () => { note(signal); if (signal === process.argv[2]) process.exit(3) })
  setInterval(() => {}, 1000)
  note('ready')
`

/** Ends by any signal. */
const SLEEPING = `
  require('node:fs').appendFileSync(process.argv[1], 'ready\\n')
  setInterval(() => {}, 1000)
`

interface Started {
  readonly home: Home
  readonly running: ReturnType<Home['start']>
  readonly mount: string
  /** The program itself. */
  readonly program: number
  /** All that belongs to the run. */
  readonly family: readonly number[]
  readonly noted: () => readonly string[]
}

/** Starts a program with a mounted file. */
async function start(script: string, ...args: readonly string[]): Promise<Started> {
  const home = makeHome()
  await home.run(['save', ...BYBIT, '--value-stdin'], { stdin: valuesJson(bybitPair()) })
  const [log, mount] = [join(home.path, 'log'), join(home.path, 'bot.env')]
  const running = endLater(
    home.start([
      ...['run', ...BYBIT, '--mount', mount, '--'],
      ...[HOST_NODE, '-e', script, log, ...args],
    ]),
  )
  const noted = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [])
  await until('the program', () => noted().includes('ready'))
  const below = descendants(running.pid)
  const program =
    below.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(log)) ?? 0
  return { home, running, mount, program, family: [running.pid, ...below], noted }
}

/** Nothing of the run is left: no process, no file. */
async function expectNothingLeft({ family, home, mount }: Started): Promise<void> {
  await gone(family)
  await until('the end of the file', () => !existsSync(mount))
  expect(readdirSync(home.path).filter((name) => name.includes('bot.env'))).toEqual([])
}

/** How a process of ours ended: a shell has 128 + n for a signal. */
function endOf({ running }: Started): Promise<number | NodeJS.Signals | null> {
  return new Promise((settle) => {
    running.child.on('exit', (code, signal) => {
      settle(code ?? signal)
    })
  })
}

describe.runIf(process.platform === 'linux')('run passes signals on', () => {
  test.each(['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const)(
    '%s, and goes on as long as the program does',
    async (signal) => {
      const started = await start(NOTING, 'SIGTERM')
      process.kill(started.running.pid, signal)
      await until(signal, () => started.noted().includes(signal))
      const ended = endOf(started)
      process.kill(started.running.pid, 'SIGTERM')
      expect(await ended).toBe(3)
      expect(started.noted()).toEqual(['ready', signal, 'SIGTERM'])
      await expectNothingLeft(started)
    },
  )

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s, and dies of it as the program did',
    async (signal) => {
      const started = await start(SLEEPING)
      const ended = endOf(started)
      process.kill(started.running.pid, signal)
      expect(await ended).toBe(signal)
      await expectNothingLeft(started)
    },
  )

  test('SIGTSTP, and both are stopped until SIGCONT', async () => {
    const started = await start(NOTING, 'SIGTERM')
    const { program, running } = started
    process.kill(running.pid, 'SIGTSTP')
    await until('the stop of both', () => stateOf(running.pid) === 'T' && stateOf(program) === 'T')
    process.kill(running.pid, 'SIGCONT')
    await until('both to go on', () => stateOf(running.pid) === 'S' && stateOf(program) === 'S')
    // A second time, since the first put the default action in place for a moment.
    process.kill(running.pid, 'SIGTSTP')
    await until('the stop of both', () => stateOf(running.pid) === 'T' && stateOf(program) === 'T')
    process.kill(running.pid, 'SIGCONT')
    const ended = endOf(started)
    process.kill(running.pid, 'SIGTERM')
    expect(await ended).toBe(3)
    await expectNothingLeft(started)
  })
})

describe.runIf(process.platform === 'linux')('run leaves nothing behind', () => {
  test.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGKILL', 137],
    ['SIGSEGV', 139],
  ] as const)('when the program is killed by %s', async (signal, end) => {
    const started = await start(SLEEPING)
    const ended = endOf(started)
    process.kill(started.program, signal)
    expect(await ended).toBe(end)
    await expectNothingLeft(started)
  })

  test('when it is killed itself: the file goes, and the program is told to end', async () => {
    const started = await start(NOTING, 'SIGTERM')
    process.kill(started.running.pid, 'SIGKILL')
    await expectNothingLeft(started)
    expect(started.noted()).toContain('SIGTERM')
  })

  test('when it is killed while both are stopped', async () => {
    const started = await start(SLEEPING)
    process.kill(started.program, 'SIGSTOP')
    process.kill(started.running.pid, 'SIGKILL')
    await expectNothingLeft(started)
  })

  test('when all of its processes get SIGTERM at once, as systemd sends it', async () => {
    const started = await start(SLEEPING)
    const ended = endOf(started)
    for (const pid of started.family) process.kill(pid, 'SIGTERM')
    expect(await ended).toBe('SIGTERM')
    await expectNothingLeft(started)
  })

  test('in a shell, which has 128 and the number of the signal', async () => {
    const home = makeHome()
    await home.run(['save', ...BYBIT, '--value-stdin'], { stdin: valuesJson(bybitPair()) })
    const line = (script: string) =>
      home.shell(`mm run ${BYBIT.join(' ')} -- sh -c '${script}'; echo $?`)
    expect((await line('kill -TERM $$')).stdout).toBe('143\n')
    expect((await line('kill -INT $$')).stdout).toBe('130\n')
    expect((await line('kill -KILL $$')).stdout).toBe('137\n')
    expect((await line('exit 255')).stdout).toBe('255\n')
  })
})
