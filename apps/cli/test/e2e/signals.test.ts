import { setTimeout as sleep } from 'node:timers/promises'
import { describeWith } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import type { Home, Outcome } from './bundle.ts'
import { makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import { bybitPair, masked, valuesJson } from './keys.ts'
import { openScreen } from './screen.ts'
import { pathsBelow, snapshot } from './snapshot.ts'

interface Listed {
  readonly credentials: readonly { readonly credential: string; readonly condition: string }[]
}

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const SAVE = ['save', ...DEV, '--value-stdin'] as const

describeWith('tmux', 'Ctrl-C at a prompt', (tmux) => {
  test.each([
    ['the first value', 0],
    ['the second value', 1],
  ])('for %s ends with 130 and leaves nothing behind', async (_which, given) => {
    const home = makeHome()
    const before = snapshot(home.path)
    const screen = openScreen(tmux, home, ['save', ...DEV])
    await screen.until(/api_key of dev\/bybit/)
    for (let count = 0; count < given; count++) {
      screen.type(bybitPair().key)
      screen.press('Enter')
      await screen.until(/api_secret of dev\/bybit/)
    }
    screen.press('C-c')
    expect(await screen.ended()).toBe(130)
    expect(screen.shown()).toContain('Interrupted')
    expect(snapshot(home.path)).toEqual(before)
  })

  test('for a confirmation ends with 130 and deletes nothing', async () => {
    const home = makeHome()
    await home.run(SAVE, { stdin: valuesJson(bybitPair()) })
    const before = snapshot(home.path)
    const screen = openScreen(tmux, home, ['delete', ...DEV])
    await screen.until(/dev\/bybit/)
    screen.press('C-c')
    expect(await screen.ended()).toBe(130)
    expect(snapshot(home.path)).toEqual(before)
  })
})

const posix = process.platform !== 'win32'

describe.runIf(posix)('on POSIX, a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while standard input is read ends with 130, and nothing is written',
    async (signal) => {
      const home = makeHome()
      const before = snapshot(home.path)
      const outcome = await signalled(home, signal)
      expect(errorOf(outcome, 130).code).toBe('INTERRUPTED')
      expect(snapshot(home.path)).toEqual(before)
    },
  )

  test('in the middle of a rotation stops it or lets it through, never half', async () => {
    const home = makeHome()
    let current = bybitPair()
    await home.run(SAVE, { stdin: valuesJson(current) })
    for (const delayMs of [20, 60, 80, 100, 120, 140, 180, 240]) {
      const next = bybitPair()
      const { child, ended } = home.start(['rotate', ...DEV, '--value-stdin'])
      child.stdin?.end(valuesJson(next))
      await sleep(delayMs)
      child.kill('SIGINT')
      const { code } = await ended
      // Null: the program had not started yet.
      expect([0, 130, null]).toContain(code)
      if (code === 0) current = next
      const shown = documentOf(await home.run(['fetch', ...DEV, '--reveal']))
      expect(shown).toMatchObject({ api_key: current.key, api_secret: current.secret })
      const { versions } = documentOf<{ readonly versions: { readonly pending: boolean }[] }>(
        await home.run(['history', ...DEV]),
      )
      expect(versions.filter(({ pending }) => pending)).toEqual([])
    }
    expect(await home.run(['audit', 'verify'])).toMatchObject({ code: 0 })
  })

  test('SIGKILL during saves loses nothing that was acknowledged, and the vault opens', async () => {
    const home = makeHome()
    await home.run(SAVE, { stdin: valuesJson(bybitPair()) })
    const acknowledged = new Map<string, string>()
    for (let round = 0; round < 24; round++) {
      const pair = bybitPair()
      const account = `a${round}`
      const { child, ended } = home.start([...SAVE, '--account', account])
      child.stdin?.end(valuesJson(pair))
      await sleep(60 + round * 8)
      child.kill('SIGKILL')
      const { stdout } = await ended
      if (stdout.endsWith('\n')) acknowledged.set(account, pair.key)
    }
    const listed = documentOf<Listed>(await home.run(['list']))
    for (const { condition } of listed.credentials) expect(condition).toBe('fine')
    for (const [account, key] of acknowledged) {
      const fetched = await home.run(['fetch', ...DEV, '--account', account])
      expect(documentOf(fetched)).toMatchObject({ api_key: masked(key) })
    }
    expect(await home.run(['audit', 'verify'])).toMatchObject({ code: 0 })
    expect(await home.run(SAVE, { stdin: valuesJson(bybitPair()) })).toMatchObject({ code: 0 })
    expect(pathsBelow(home.env()['TMPDIR'] ?? '')).toEqual([])
  })
})

describe.runIf(posix)('on POSIX, a standard output', () => {
  test('that is closed early is no failure', async () => {
    const home = makeHome()
    await home.run(SAVE, { stdin: valuesJson(bybitPair()) })
    for (const command of [
      'list',
      `fetch ${DEV.join(' ')}`,
      'save --help',
      'audit show',
      '--help',
    ]) {
      const piped = await home.shell(`mm ${command} | head -0; echo "\${PIPESTATUS[0]}"`)
      expect({ command, ...piped }).toEqual({ command, code: 0, stdout: '0\n', stderr: '' })
    }
    const closed = await home.shell('mm list >&-')
    expect(closed).toMatchObject({ code: 0, stderr: '' })
  })

  test('that is closed does not undo a save', async () => {
    const home = makeHome()
    const pair = bybitPair()
    const line = `mm ${SAVE.join(' ')} | head -0; echo "\${PIPESTATUS[0]}"`
    expect(await home.shell(line, { stdin: valuesJson(pair) })).toMatchObject({ stdout: '0\n' })
    expect(documentOf(await home.run(['fetch', ...DEV]))).toMatchObject({
      api_key: masked(pair.key),
    })
  })

  test.runIf(process.platform === 'linux')('on Linux, a full one fails with 7', async () => {
    const home = makeHome()
    expect(await home.shell('mm list > /dev/full')).toMatchObject({ code: 7 })
    expect(await home.shell('mm list --help > /dev/full')).toMatchObject({ code: 7 })
    expect(await home.shell('mm --version > /dev/full')).toMatchObject({ code: 7 })
  })

  test('that is closed early is no failure of --version either', async () => {
    const piped = await makeHome().shell('mm --version | head -0; echo "${PIPESTATUS[0]}"')
    expect(piped).toEqual({ code: 0, stdout: '0\n', stderr: '' })
  })
})

/** A save that waits for its input when the signal comes. */
async function signalled(home: Home, signal: NodeJS.Signals): Promise<Outcome> {
  for (let delayMs = 300; ; delayMs *= 3) {
    const { child, ended } = home.start([...SAVE, '--json'])
    child.stdin?.write('{"api_key":')
    await sleep(delayMs)
    child.kill(signal)
    const outcome = await ended
    // Before the program has started, the signal ends the process itself: on a busy machine that takes longer.
    if (outcome.code !== null || delayMs > 10_000) return outcome
  }
}
