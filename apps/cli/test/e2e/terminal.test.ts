import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { describeWith } from '@mm-secrets/vitest-config'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { makeHome } from './bundle.ts'
import { documentOf } from './document.ts'
import { binancePair, bybitPair, kucoinTriple, masked, valuesJson } from './keys.ts'
import { openScreen } from './screen.ts'
import { snapshot } from './snapshot.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const PROD = ['--env', 'prod', '--exchange', 'bybit'] as const

/** ECMA-48: the beginning of every control sequence. */
const ESCAPE = '\u001b'
const SEQUENCE = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]`, 'g')

describeWith('tmux', 'a person at a terminal', (tmux) => {
  test('is asked for each member without echo, and no value is ever on the screen', async () => {
    const home = makeHome()
    const { key, passphrase, secret } = kucoinTriple()
    const screen = openScreen(tmux, home, ['save', '--env', 'soak', '--exchange', 'kucoin'])
    for (const [member, value] of [
      ['api_key', key],
      ['api_secret', secret],
      ['api_passphrase', passphrase],
    ] as const) {
      await screen.until(new RegExp(`${member} of soak/kucoin`))
      screen.type(value)
      screen.press('Enter')
    }
    expect(await screen.ended()).toBe(0)
    expect(screen.shown()).toContain('Saved soak/kucoin.')
    for (const value of [key, secret, passphrase]) {
      expect(screen.written()).not.toContain(value)
      // Echoed piece by piece, between codes that move the cursor.
      expect(screen.written()).not.toContain(value.slice(0, 6))
    }
    expect(documentOf(await home.run(['fetch', '--env', 'soak', '--exchange', 'kucoin']))).toEqual({
      api_key: masked(key),
      api_passphrase: '***',
      api_secret: masked(secret),
      env: 'soak',
      exchange: 'kucoin',
    })
  })

  test('who pastes a value of a wrong form is told which member, and nothing is written', async () => {
    const home = makeHome()
    const before = snapshot(home.path)
    const { key } = bybitPair()
    const screen = openScreen(tmux, home, ['save', ...DEV])
    for (const member of ['api_key', 'api_secret']) {
      await screen.until(new RegExp(`${member} of dev/bybit`))
      screen.type(key)
      screen.press('Enter')
    }
    expect(await screen.ended()).toBe(2)
    expect(screen.shown()).toMatch(/The api_secret is the same value as the api_key/)
    expect(screen.written()).not.toContain(key)
    expect(snapshot(home.path)).toEqual(before)
  })

  test('names a PEM private key by its file at the prompt', async () => {
    const home = makeHome()
    const file = join(home.path, 'key.pem')
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
    const { key } = binancePair()
    const screen = openScreen(tmux, home, ['save', '--env', 'dev', '--exchange', 'binance'])
    await screen.until(/api_key of dev\/binance/)
    screen.type(key)
    screen.press('Enter')
    await screen.until(/api_secret of dev\/binance/)
    screen.type(`@${file}`)
    screen.press('Enter')
    expect(await screen.ended()).toBe(0)
    const fetched = await home.run(['fetch', '--env', 'dev', '--exchange', 'binance'])
    expect(documentOf(fetched)).toMatchObject({ api_key: masked(key), api_secret: '***' })
  })

  test('is not asked with --no-input', async () => {
    const screen = openScreen(tmux, makeHome(), ['save', ...DEV, '--no-input'])
    expect(await screen.ended()).toBe(2)
    expect(screen.shown()).toContain('--value-file')
  })

  test('answers a question before a deletion, where No is what Enter means', async () => {
    const home = makeHome()
    await home.run(['save', ...DEV, '--value-stdin'], { stdin: valuesJson(bybitPair()) })
    const declined = openScreen(tmux, home, ['delete', ...DEV])
    await declined.until(/30 days/)
    declined.press('Enter')
    expect(await declined.ended()).toBe(3)
    expect(await home.run(['fetch', ...DEV])).toMatchObject({ code: 0 })
    const confirmed = openScreen(tmux, home, ['delete', ...DEV])
    await confirmed.until(/30 days/)
    confirmed.type('y')
    expect(await confirmed.ended()).toBe(0)
    expect(await home.run(['fetch', ...DEV])).toMatchObject({ code: 4 })
  })

  test('keeps an identity behind a passphrase that is asked for twice, then once', async () => {
    const home = makeHome()
    const words = `several unrelated words ${bybitPair().key}`
    await home.shell('mkdir -p -m 700 "$DATA" && printf %s "$CONFIG" > "$DATA/config.json"', {
      env: { DATA: home.data, CONFIG: '{"environments":{"dev":{"identity":"passphrase"}}}' },
    })
    const { key, secret } = bybitPair()
    const saving = openScreen(tmux, home, ['save', ...DEV])
    for (const [question, answer] of [
      [/api_key of/, key],
      [/api_secret of/, secret],
      [/New passphrase/, words],
      [/same again/, words],
    ] as const) {
      await saving.until(question)
      saving.type(answer)
      saving.press('Enter')
    }
    expect(await saving.ended()).toBe(0)
    expect(saving.written()).not.toContain(words)
    const reading = openScreen(tmux, home, ['fetch', ...DEV])
    await reading.until(/Passphrase of the identity of dev/)
    reading.type(words)
    reading.press('Enter')
    expect(await reading.ended()).toBe(0)
    expect(reading.shown()).toContain(masked(key))
    // A listing over several environments asks for none.
    const listing = openScreen(tmux, home, ['list'])
    expect(await listing.ended()).toBe(0)
    expect(listing.shown()).toMatch(/dev is left out/)
  })
})

describeWith('tmux', 'prod', (tmux) => {
  const pair = bybitPair()
  let home: Home

  beforeAll(async () => {
    home = makeHome()
    await home.run(['save', ...PROD, '--value-stdin'], { stdin: valuesJson(pair) })
  })

  test.each(['dev/bybit', 'yes', ''])('is not deleted by whoever types %j', async (typed) => {
    const screen = openScreen(tmux, home, ['delete', ...PROD, '--yes'])
    await screen.until(/Type prod\/bybit/)
    screen.type(typed)
    screen.press('Enter')
    expect(await screen.ended()).toBe(3)
    expect(await home.run(['fetch', ...PROD])).toMatchObject({ code: 0 })
  })

  test('is revealed to whoever types its name', async () => {
    const screen = openScreen(tmux, home, ['fetch', ...PROD, '--reveal'], { columns: 200 })
    await screen.until(/Type prod\/bybit/)
    screen.type('prod/bybit')
    screen.press('Enter')
    expect(await screen.ended()).toBe(0)
    expect(screen.shown()).toContain(pair.key)
    expect(screen.shown()).toContain(pair.secret)
  })

  test('is not revealed to whoever types another, nor in CI, where nobody is asked', async () => {
    const screen = openScreen(tmux, home, ['fetch', ...PROD, '--reveal'])
    await screen.until(/Type prod\/bybit/)
    screen.type('prod/binance')
    screen.press('Enter')
    expect(await screen.ended()).toBe(3)
    const ci = openScreen(tmux, home, ['fetch', ...PROD, '--reveal'], { env: { CI: 'true' } })
    expect(await ci.ended()).toBe(6)
    for (const { written } of [screen, ci]) {
      expect(written()).not.toContain(pair.key)
      expect(written()).not.toContain(pair.secret)
    }
  })

  test('is deleted by whoever types its name', async () => {
    const screen = openScreen(tmux, home, ['delete', ...PROD])
    await screen.until(/Type prod\/bybit/)
    screen.type('prod/bybit')
    screen.press('Enter')
    expect(await screen.ended()).toBe(0)
    expect(screen.shown()).toContain('restore')
    expect(await home.run(['fetch', ...PROD])).toMatchObject({ code: 4 })
    expect(await home.run(['restore', ...PROD])).toMatchObject({ code: 0 })
  })
})

describeWith('tmux', 'what a terminal shows', (tmux) => {
  const commands = [
    ['list'],
    ['status'],
    ['history', ...DEV],
    ['audit', 'show'],
    ['save', '--help'],
    ['--help'],
  ] as const
  let home: Home

  beforeAll(async () => {
    home = makeHome()
    const wheres = [DEV, PROD, [...DEV, '--account', 'a-desk-with-quite-a-long-name']]
    for (const where of wheres) {
      await home.run(['save', ...where, '--value-stdin'], { stdin: valuesJson(bybitPair()) })
    }
    await home.run(['rotate', ...DEV, '--value-stdin'], { stdin: valuesJson(bybitPair()) })
  })

  test.each([60, 80, 200])('fits into %i columns', async (columns) => {
    await Promise.all(
      commands.map(async (args) => {
        const screen = openScreen(tmux, home, args, { columns })
        expect(await screen.ended()).toBe(0)
        const lines = screen.written().replaceAll(SEQUENCE, '').split(/\r?\n/)
        const tooLong = lines.filter((line) => [...line].length > columns)
        // An example is there to be copied: it is never broken.
        expect(tooLong.filter((line) => !/^ {2}.*mm-secrets /.test(line))).toEqual([])
      }),
    )
  })

  test.each([
    ['list', /^CREDENTIAL +MEMBERS +AGE +LAYOUT +STATE$/m, /^dev\/bybit +api_key api_secret /m],
    ['status', /^CREDENTIAL +STATE +AGE +ROTATE +PREVIOUS KEY$/m, /^dev\/bybit +fine /m],
  ])('is a table with titles: %s', async (command, titles, row) => {
    const screen = openScreen(tmux, home, [command], { columns: 200 })
    expect(await screen.ended()).toBe(0)
    expect(screen.shown()).toMatch(titles)
    expect(screen.shown()).toMatch(row)
    expect(screen.written()).toContain(ESCAPE)
  })

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['a dumb terminal', { TERM: 'dumb' }],
  ])('has no colours with %s', async (_what, env) => {
    await Promise.all(
      [...commands, ['fetch', '--exchange', 'kucoin'] as const].map(async (args) => {
        const screen = openScreen(tmux, home, args, { env })
        await screen.ended()
        expect(screen.written()).not.toContain(ESCAPE)
      }),
    )
  })

  test('with --json is the line that programs get', async () => {
    const [screen, piped] = [
      openScreen(tmux, home, ['list', '--json'], { columns: 200 }),
      home.run(['list']),
    ]
    expect(await screen.ended()).toBe(0)
    expect(screen.written().replaceAll('\r\n', '\n')).toBe((await piped).stdout)
  })
})

describe('what is piped', () => {
  test('has no escape codes, whatever the terminal is said to be', async () => {
    const home = makeHome()
    await home.run(['save', ...DEV, '--value-stdin'], { stdin: valuesJson(bybitPair()) })
    const env = { TERM: 'xterm-256color', COLORTERM: 'truecolor', FORCE_COLOR: '1', COLUMNS: '60' }
    for (const args of [
      ['list'],
      ['status'],
      ['--help'],
      ['list', '--help'],
      ['fetch', ...PROD],
      ['lst'],
    ]) {
      const { stderr, stdout } = await home.run(args, { env })
      expect(stdout + stderr).not.toBe('')
      expect(stdout + stderr).not.toContain(ESCAPE)
    }
  })
})
