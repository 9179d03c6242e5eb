import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import { binancePair, bybitPair, kucoinTriple } from './keys.ts'

interface Imported {
  readonly credentials: readonly { readonly credential: string; readonly outcome: string | null }[]
  readonly plaintext: readonly { readonly line: number }[]
  readonly tracked: boolean
}

let home: Home
let folder: string

beforeEach(() => {
  home = makeHome()
  folder = join(home.path, 'bot')
  mkdirSync(folder)
})

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  execFileSync('git', ['-C', folder, ...identity, ...args], { env: home.env(), stdio: 'ignore' })
}

function given(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

const reveal = async (...args: readonly string[]) =>
  documentOf(await home.run(['fetch', ...args, '--reveal']))

describe('each kind of file', () => {
  test('.env, as Windows writes it', async () => {
    const { key, passphrase, secret } = kucoinTriple()
    const lines = [
      '\ufeff# the bot',
      `export KUCOIN_API_KEY="${key}"`,
      `KUCOIN_API_SECRET='${secret}' # from the exchange`,
      `KUCOIN_API_PASSPHRASE=${passphrase}`,
      'DEBUG=1',
    ]
    const file = given('.env', `${lines.join('\r\n')}\r\n`)
    const outcome = await home.run(['import', '--from', 'dotenv', file, '--env', 'soak', '--apply'])
    expect(documentOf<Imported>(outcome)).toMatchObject({
      credentials: [{ credential: 'soak/kucoin', outcome: 'saved' }],
      plaintext: [{ line: 2 }, { line: 3 }, { line: 4 }],
    })
    expect(await reveal('--env', 'soak', '--exchange', 'kucoin')).toMatchObject({
      api_key: key,
      api_secret: secret,
      api_passphrase: passphrase,
    })
  })

  test('config.json of freqtrade, with its comments', async () => {
    const { key, secret } = binancePair()
    const file = given(
      'config.json',
      `{\n  // live\n  "exchange": {\n    "name": "binance",\n    "key": "${key}",\n    "secret": "${secret}",\n  },\n}\n`,
    )
    await home.run(['import', '--from', 'freqtrade', file, '--env', 'dev', '--apply'])
    expect(await reveal('--env', 'dev', '--exchange', 'binance')).toMatchObject({
      api_key: key,
      api_secret: secret,
    })
  })

  test('keys.json of ccxt', async () => {
    const { key, secret } = bybitPair()
    const file = given('keys.json', JSON.stringify({ bybit: { apiKey: key, secret } }))
    const outcome = await home.run(['import', '--from', 'ccxt', file, '--apply'])
    expect(documentOf<Imported>(outcome).credentials).toMatchObject([{ outcome: 'saved' }])
    expect(await reveal('--exchange', 'bybit')).toMatchObject({ api_key: key, api_secret: secret })
  })

  test("the Python tool's JSON, into the environments of its names", async () => {
    const [one, two] = [bybitPair(), bybitPair()]
    const file = given(
      'fake.json',
      JSON.stringify({
        'mm-bot/shadow/bybit/api_key': one.key,
        'mm-bot/shadow/bybit/api_secret': one.secret,
        'mm-bot/soak/bybit/api_key': two.key,
        'mm-bot/soak/bybit/api_secret': two.secret,
      }),
    )
    await home.run(['import', '--from', 'mm-python', file, '--apply'])
    expect(await reveal('--env', 'shadow', '--exchange', 'bybit')).toMatchObject({
      api_key: one.key,
    })
    expect(await reveal('--env', 'soak', '--exchange', 'bybit')).toMatchObject({ api_key: two.key })
  })
})

test('a plan leaves no trace: no vault, no record', async () => {
  const { key, secret } = bybitPair()
  const file = given('.env', `BYBIT_API_KEY=${key}\nBYBIT_API_SECRET=${secret}\n`)
  const outcome = await home.run(['import', '--from', 'dotenv', file])
  expect(documentOf<Imported>(outcome).credentials).toMatchObject([{ outcome: null }])
  expect(documentOf(await home.run(['list']))).toEqual({ credentials: [] })
  expect(documentOf(await home.run(['audit', 'show', '--env', 'dev']))).toEqual({ records: [] })
})

test('a file in a real repository: keys of a tracked one are exposed, of an ignored one not', async () => {
  git('init', '--quiet')
  const tracked = bybitPair()
  const ignored = binancePair()
  given('.gitignore', '*.local\n')
  const one = given('.env', `BYBIT_API_KEY=${tracked.key}\nBYBIT_API_SECRET=${tracked.secret}\n`)
  const two = given(
    'x.local',
    `BINANCE_API_KEY=${ignored.key}\nBINANCE_API_SECRET=${ignored.secret}\n`,
  )
  git('add', '.')
  git('commit', '--quiet', '-m', 'one')
  const imported = async (file: string) =>
    documentOf<Imported>(await home.run(['import', '--from', 'dotenv', file, '--apply']))
  expect(await imported(one)).toMatchObject({ tracked: true })
  expect(await imported(two)).toMatchObject({ tracked: false })
  const status = await home.run(['status', '--check'])
  expect(documentOf(status, 11)).toMatchObject({
    credentials: [
      { credential: 'dev/binance', condition: 'fine' },
      { credential: 'dev/bybit', condition: 'exposed' },
    ],
  })
})

test('a vault that cannot be opened stops the import before anything is written', async () => {
  const names = { dev: bybitPair(), shadow: bybitPair() }
  const entries = Object.entries(names).flatMap(([env, { key, secret }]) => [
    [`mm-bot/${env}/bybit/api_key`, key],
    [`mm-bot/${env}/bybit/api_secret`, secret],
  ])
  const file = given('fake.json', JSON.stringify(Object.fromEntries(entries)))
  mkdirSync(home.data, { recursive: true, mode: 0o700 })
  // A file is where the folder of shadow belongs.
  writeFileSync(join(home.data, 'shadow'), '')
  const outcome = await home.run(['import', '--from', 'mm-python', file, '--apply', '--json'])
  expect(outcome).toMatchObject({ stdout: '' })
  expect([0, 1]).not.toContain(outcome.code)
  expect(readdirSync(home.data)).toEqual(['shadow'])
})

describe('export', () => {
  const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
  const into = (output: string) => ['export', ...DEV, '--format', 'shell', '--output', output]
  const { key, secret } = bybitPair()

  beforeEach(async () => {
    const file = given('keys', `BYBIT_API_KEY=${key}\nBYBIT_API_SECRET=${secret}\n`)
    await home.run(['import', '--from', 'dotenv', file, '--apply'])
  })

  test('is read by a shell, and by import again', async () => {
    const output = join(home.path, 'out.sh')
    expect(documentOf(await home.run(into(output)))).toMatchObject({ file: output })
    const printed = await home.shell(`. '${output}'; printf %s "$BYBIT_API_SECRET"`)
    expect(printed.stdout).toBe(secret)
    const again = await home.run(['import', '--from', 'dotenv', output])
    expect(documentOf<Imported>(again).credentials).toMatchObject([{ credential: 'dev/bybit' }])
  })

  test('refuses a path that a real git would add, and takes one that it ignores', async () => {
    git('init', '--quiet')
    given('.gitignore', 'out.ignored\n')
    const refused = await home.run([...into(join(folder, 'out.sh')), '--json'])
    expect(errorOf(refused, 2).message).toContain('git would add it')
    expect(readdirSync(folder)).not.toContain('out.sh')
    expect((await home.run(into(join(folder, 'out.ignored')))).code).toBe(0)
    expect(readFileSync(join(folder, 'out.ignored'), 'utf8')).toContain(key)
    const again = await home.run([...into(join(folder, 'out.ignored')), '--json'])
    expect(errorOf(again, 2).message).toContain('it exists already')
  })

  test('prod is not exported by a script', async () => {
    const file = given(
      'prod',
      `BYBIT_API_KEY=${bybitPair().key}\nBYBIT_SECRET=${bybitPair().secret}`,
    )
    await home.run(['import', '--from', 'dotenv', file, '--env', 'prod', '--apply'])
    const args = into(join(home.path, 'out')).map((word) => (word === 'dev' ? 'prod' : word))
    expect(errorOf(await home.run([...args, '--json']), 6).code).toBe('REVEAL_REFUSED')
  })
})

test('status feeds a textfile collector and a calendar', async () => {
  const file = given('keys', `BYBIT_API_KEY=${bybitPair().key}\nBYBIT_SECRET=${bybitPair().secret}`)
  await home.run(['import', '--from', 'dotenv', file, '--apply'])
  const metrics = await home.run(['status', '--format', 'prometheus'])
  expect(metrics.code).toBe(0)
  expect(metrics.stdout).toMatch(
    /^mm_secrets_credential_condition\{env="dev",exchange="bybit",account="",suffix="",condition="fine"\} 1$/m,
  )
  const calendar = await home.run(['status', '--format', 'ics'])
  expect(calendar.stdout).toMatch(/\r\nSUMMARY:Rotate dev\/bybit\r\n/)
  expect(errorOf(await home.run(['status', '--format', 'ics', '--json']), 2).code).toBe('USAGE')
})
