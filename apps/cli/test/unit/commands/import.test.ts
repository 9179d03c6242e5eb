import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FakeCli, Outcome } from '../fake-cli.ts'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

let cli: FakeCli
let folder: string

beforeEach(async () => {
  cli = fakeCli()
  folder = await mkdtemp(join(tmpdir(), 'mm-import-'))
})
afterEach(() => rm(folder, { recursive: true }))

interface Imported {
  readonly applied: boolean
  readonly credentials: readonly {
    readonly action: string
    readonly credential: string
    readonly outcome: string | null
    readonly site: string | null
    readonly why: string | null
  }[]
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
  readonly plaintext: readonly { readonly line: number; readonly name: string }[]
  readonly tracked: boolean
}

async function given(text: string): Promise<string> {
  const file = join(folder, '.env')
  await writeFile(file, text, { mode: 0o600 })
  return file
}

const importing = async (text: string, ...args: readonly string[]) =>
  cli.run(['import', '--from', 'dotenv', await given(text), ...args])

const documentOf = ({ stdout }: Outcome) => JSON.parse(stdout) as Imported
const pair = (name = 'BYBIT') =>
  `${name}_API_KEY=${someKey()}\n${name}_API_SECRET=${someSecret()}\n`
const stored = async () => {
  const { stdout } = await cli.run(['list'])
  const { credentials } = JSON.parse(stdout) as {
    readonly credentials: readonly { readonly credential: string; readonly condition: string }[]
  }
  return credentials.map(({ condition, credential }) => `${credential} ${condition}`)
}

test('without --apply it shows what would be stored, and writes nothing', async () => {
  const text = pair()
  const planned = await importing(text)
  expect(planned.code).toBe(0)
  expect(documentOf(planned)).toMatchObject({
    applied: false,
    credentials: [{ action: 'save', credential: 'dev/bybit', outcome: null }],
    plaintext: [],
  })
  expect(planned.stderr).toContain('Nothing was written. Add --apply')
  expect(await stored()).toEqual([])
  expect(cli.events.filter(({ action }) => action === 'save')).toEqual([])
  for (const [, value = ''] of text.matchAll(/=(.*)/g)) {
    expect(planned.stdout + planned.stderr).not.toContain(value)
  }
})

test('with --apply it stores whole credentials and names the lines that are left', async () => {
  const outcome = await importing(
    `# keys\n${pair()}${pair('BINANCE_HEDGE')}`,
    '--env',
    'prod',
    '--apply',
  )
  expect(outcome.code).toBe(0)
  const { credentials, plaintext } = documentOf(outcome)
  expect(credentials).toMatchObject([
    { credential: 'prod/bybit', outcome: 'saved' },
    { credential: 'prod/binance@hedge', outcome: 'saved' },
  ])
  expect(plaintext.map(({ line }) => line)).toEqual([2, 3, 4, 5])
  expect(outcome.stderr).toContain('.env:2: BYBIT_API_KEY is stored, and still here in plain text.')
  expect(await stored()).toEqual(['prod/binance@hedge fine', 'prod/bybit fine'])
})

test('over an existing credential it is a rotation; the same file again changes nothing', async () => {
  await importing(pair(), '--apply')
  const text = pair()
  expect(documentOf(await importing(text)).credentials).toMatchObject([{ action: 'rotate' }])
  expect(documentOf(await importing(text, '--apply')).credentials).toMatchObject([
    { outcome: 'rotated' },
  ])
  const again = await importing(text, '--apply')
  expect(again.code).toBe(0)
  expect(documentOf(again).credentials).toMatchObject([{ action: 'none', outcome: 'stored' }])
  const history = await cli.run(['history', '--env', 'dev', '--exchange', 'bybit'])
  expect((JSON.parse(history.stdout) as { versions: unknown[] }).versions).toHaveLength(2)
})

test('half a credential is named and not taken, the whole one beside it is: exit 12', async () => {
  const text = `${pair()}KUCOIN_API_KEY=${someKey()}\n`
  expect((await importing(text)).code).toBe(0)
  const outcome = await importing(text, '--apply')
  expect(outcome.code).toBe(12)
  expect(documentOf(outcome)).toMatchObject({
    credentials: [
      { credential: 'dev/bybit', outcome: 'saved' },
      {
        credential: 'dev/kucoin',
        action: 'refuse',
        outcome: 'untouched',
        why: 'api_secret and api_passphrase are missing',
      },
    ],
    plaintext: [{ line: 1 }, { line: 2 }],
  })
  expect(outcome.stderr).toContain('dev/kucoin (line 3) is not taken: api_secret and')
})

describe('what cannot be right is refused before anything is written', () => {
  test.each([
    ['a placeholder', 'BYBIT_API_KEY=your_api_key\nBYBIT_API_SECRET=abcdef', /placeholder/],
    ['one value twice', 'BYBIT_API_KEY=abcabcabc\nBYBIT_API_SECRET=abcabcabc', /the same value/],
    [
      'two values for one member',
      'BYBIT_API_KEY=abc\nBYBIT_APIKEY=abd\nBYBIT_SECRET=abcdef',
      /api_key on lines 1 and 2 is not the same/,
    ],
    [
      'a testnet key beside that of mainnet',
      'BYBIT_API_KEY=abc\nBYBIT_API_SECRET=abcdef\nBYBIT_TESTNET_API_KEY=abd\n',
      /lines 1 and 3 is not the same/,
    ],
    ['a broken PEM', 'BYBIT_API_KEY=abc\nBYBIT_SECRET="-----BEGIN PRIVATE KEY-----\nx"', /PEM/],
  ])('%s', async (_, text, why) => {
    const outcome = await importing(text, '--apply')
    expect(outcome.code).toBe(12)
    expect(documentOf(outcome).credentials).toMatchObject([
      { action: 'refuse', outcome: 'untouched' },
    ])
    expect(documentOf(outcome).credentials[0]?.why).toMatch(why)
    expect(await stored()).toEqual([])
  })

  test('a key that another environment has, unless --allow-reuse', async () => {
    const text = pair()
    await importing(text, '--apply')
    const refused = await importing(text, '--env', 'shadow', '--apply')
    expect(refused.code).toBe(12)
    expect(documentOf(refused).credentials[0]?.why).toContain('known as dev/bybit')
    const taken = await importing(text, '--env', 'shadow', '--apply', '--allow-reuse')
    expect(taken.code).toBe(0)
  })

  test('a deleted credential, and a new secret for the current key', async () => {
    const text = pair()
    await importing(text, '--apply')
    const torn = await importing(
      `${text.split('\n')[0] ?? ''}\nBYBIT_SECRET=${someSecret()}`,
      '--apply',
    )
    expect(documentOf(torn).credentials[0]?.why).toContain('its api_key is current already')
    await cli.run(['delete', '--env', 'dev', '--exchange', 'bybit', '--yes'])
    expect(documentOf(await importing(pair())).credentials[0]?.why).toContain('it is deleted')
  })
})

describe('a file that git has', () => {
  const tracked = { git: 'tracked' } as const

  test('marks what is stored as exposed', async () => {
    const file = await given(pair())
    const outcome = await cli.run(['import', '--from', 'dotenv', file, '--apply'], tracked)
    expect(documentOf(outcome)).toMatchObject({ tracked: true })
    expect(outcome.stderr).toContain('they are marked as exposed')
    expect(await stored()).toEqual(['dev/bybit exposed'])
  })

  test('or may have, since git does not say, marks it too', async () => {
    const file = await given(pair())
    const outcome = await cli.run(['import', '--from', 'dotenv', file, '--apply'], {
      git: 'unknown',
    })
    expect(documentOf(outcome)).toMatchObject({ tracked: false })
    expect(outcome.stderr).toMatch(/git does not say .* marked as exposed/)
    expect(await stored()).toEqual(['dev/bybit exposed'])
  })

  test('marks a key that was stored before, too', async () => {
    const file = await given(pair())
    await cli.run(['import', '--from', 'dotenv', file, '--apply'])
    expect(await stored()).toEqual(['dev/bybit fine'])
    await cli.run(['import', '--from', 'dotenv', file, '--apply'], tracked)
    expect(await stored()).toEqual(['dev/bybit exposed'])
  })
})

describe('where it goes', () => {
  test('--account is for those that name none', async () => {
    const { credentials } = documentOf(
      await importing(`${pair()}${pair('BYBIT_HEDGE')}`, '--account', 'main'),
    )
    expect(credentials.map(({ credential }) => credential)).toEqual([
      'dev/bybit@main',
      'dev/bybit@hedge',
    ])
  })

  test('a site in the name is recorded with the key', async () => {
    const { credentials } = documentOf(await importing(pair('BYBIT_TESTNET'), '--apply'))
    expect(credentials).toMatchObject([{ credential: 'dev/bybit', site: 'testnet' }])
  })

  test('names of the Python tool say their environment; --env takes that one alone', async () => {
    const file = join(folder, 'fake.json')
    const names = ['mm-bot/prod/bybit', 'mm-bot/dev/bybit'].flatMap((name) => [
      [`${name}/api_key`, someKey()],
      [`${name}/api_secret`, someSecret()],
    ])
    await writeFile(file, JSON.stringify(Object.fromEntries(names)))
    const run = async (...args: readonly string[]) =>
      documentOf(await cli.run(['import', '--from', 'mm-python', file, ...args]))
    expect((await run()).credentials.map(({ credential }) => credential)).toEqual([
      'prod/bybit',
      'dev/bybit',
    ])
    const one = await run('--env', 'dev')
    expect(one.credentials.map(({ credential }) => credential)).toEqual(['dev/bybit'])
    expect(one.leftOut).toHaveLength(2)
  })

  test('an environment out of reach is refused, the others are not', async () => {
    const file = join(folder, 'fake.json')
    const names = ['prod', 'dev'].flatMap((env) => [
      [`mm-bot/${env}/bybit/api_key`, someKey()],
      [`mm-bot/${env}/bybit/api_secret`, someSecret()],
    ])
    await writeFile(file, JSON.stringify(Object.fromEntries(names)))
    const outcome = await cli.run(['import', '--from', 'mm-python', file, '--apply'], {
      env: { CI: 'true' },
    })
    expect(outcome.code).toBe(12)
    expect(documentOf(outcome).credentials).toMatchObject([
      { credential: 'prod/bybit', action: 'refuse', outcome: 'untouched' },
      { credential: 'dev/bybit', outcome: 'saved' },
    ])
  })
})

test.each([
  ['no FILE', ['import', '--from', 'dotenv'], 2, 'Give a FILE.'],
  ['an unknown kind', ['import', '--from', 'dotenvs', 'x'], 2, 'Did you mean "dotenv"?'],
  ['no such file', ['import', '--from', 'ccxt', '/nonexistent/x'], 2, 'there is no such file'],
  ['a folder', ['import', '--from', 'ccxt', '/'], 2, 'it is a folder'],
])('%s is told', async (_, args, code, message) => {
  const outcome = await cli.run(args)
  expect(outcome).toMatchObject({ code, stdout: '' })
  expect(outcome.stderr).toContain(message)
})

test('a file without any credential is an error, with what stood in the way', async () => {
  expect(await importing('DEBUG=1\n')).toMatchObject({ code: 4, stdout: '' })
  const outcome = await importing('BYBIT_KEY_2=abc\n')
  expect(outcome).toMatchObject({ code: 4 })
  expect(outcome.stderr).toContain('Line 1: BYBIT_KEY_2 has a name that is not understood.')
})

test('ten megabytes are read, more are refused', async () => {
  const text = pair()
  const fill = (size: number) => `${text}#${' '.repeat(size - text.length - 1)}`
  expect((await importing(fill(10 * 1024 * 1024))).code).toBe(0)
  const outcome = await importing(fill(10 * 1024 * 1024 + 1))
  expect(outcome.code).toBe(2)
  expect(outcome.stderr).toContain('too large')
})

test('bytes that are no text are refused', async () => {
  const file = join(folder, 'binary')
  await writeFile(file, Buffer.from([0x42, 0xff, 0xfe, 0x00]))
  expect(await cli.run(['import', '--from', 'dotenv', file])).toMatchObject({ code: 2 })
})

test('a byte order mark is no part of the first name', async () => {
  expect(documentOf(await importing(`\ufeff${pair()}`)).credentials).toHaveLength(1)
})

test('at a terminal it is a table', async () => {
  const file = await given(`${pair()}BINANCE_API_KEY=${someKey()}\n`)
  const { stderr, stdout } = await cli.run(['import', '--from', 'dotenv', file], { answers: [] })
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/)[1])).toEqual([
    'PLAN',
    'new',
    'not taken',
    undefined,
  ])
  expect(stderr).toContain('dev/binance (line 3) is not taken: api_secret is missing.')
})
