import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describeWith } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import { schemaErrors } from '../unit/schemas.ts'
import type { Home, RunOptions } from './bundle.ts'
import { makeFolder, makeHome } from './bundle.ts'
import { canary, findCanaries } from './canary.ts'
import { documentOf } from './document.ts'
import { bybitPair, valuesJson } from './keys.ts'
import { openProgram, openScreen } from './screen.ts'
import { snapshot } from './snapshot.ts'

interface Document {
  readonly checks: number
  readonly passed: boolean
  readonly findings: readonly {
    readonly check: string
    readonly env: string | null
    readonly fix: string | null
    readonly level: string
    readonly message: string
  }[]
}

/** A folder without any file of settings, where the doctor is called. */
const nowhere = makeFolder()

async function examine(
  home: Home,
  exit: number,
  options: RunOptions = {},
  at = nowhere,
): Promise<Document> {
  const outcome = await home.shell(`cd '${at}' && mm doctor`, options)
  expect(outcome.stderr).toBe('')
  const document = documentOf<Document>(outcome, exit)
  expect(schemaErrors('doctor', document)).toEqual([])
  expect(document.passed).toBe(exit === 0)
  return document
}

function worse({ findings }: Document): readonly string[] {
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ check, env, level }) => `${env ?? 'here'} ${check} ${level}`)
}

async function saved(
  env: string,
  home: Home = makeHome(),
  variables: Readonly<Record<string, string>> = {},
): Promise<Home> {
  const args = ['save', '--env', env, '--exchange', 'bybit', '--value-stdin']
  expect((await home.run(args, { env: variables, stdin: valuesJson(bybitPair()) })).code).toBe(0)
  return home
}

/** Saves a credential of dev behind a passphrase. @returns the variable that names its file */
async function guarded(home: Home): Promise<Readonly<Record<string, string>>> {
  mkdirSync(home.data, { recursive: true, mode: 0o700 })
  const config = { environments: { dev: { identity: 'passphrase' } } }
  writeFileSync(join(home.data, 'config.json'), JSON.stringify(config))
  const file = join(home.path, 'passphrase')
  writeFileSync(file, 'six unrelated words', { mode: 0o600 })
  const env = { MM_SECRETS_IDENTITY_PASSPHRASE_FILE: file }
  await saved('dev', home, env)
  return env
}

const vaultOf = (home: Home, env: string): string => join(home.data, env)
const newestIn = (folder: string): string =>
  join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith('.age'))
      .sort()
      .at(-1) ?? '',
  )

describe('a home', () => {
  test('that is not there yet is fine, and stays so', async () => {
    const home = makeHome()
    expect(worse(await examine(home, 0))).toEqual([])
    expect(existsSync(home.data)).toBe(false)
  })

  test('with credentials of dev and prod gets notes alone, and is not changed', async () => {
    const home = await saved('prod', await saved('dev'))
    const before = snapshot(home.data)
    expect(worse(await examine(home, 0))).toEqual([
      'here pinning note',
      'dev recipients note',
      'prod identity note',
      'prod recipients note',
    ])
    expect(snapshot(home.data)).toEqual(before)
    const pinned = await examine(home, 0, { env: { MM_ENV: 'dev' } })
    expect(worse(pinned)).toEqual(['dev recipients note'])
  })

  test('with a second recipient is told nothing of recipients', async () => {
    const home = await saved('dev')
    const other = await saved('dev')
    const listed = await other.run(['vault', 'recipients', 'list', '--env', 'dev'])
    const { recipients } = JSON.parse(listed.stdout) as {
      recipients: readonly { recipient: string }[]
    }
    const added = await home.run([
      'vault',
      'recipients',
      'add',
      recipients[0]?.recipient ?? '',
      '--env',
      'dev',
      '--label',
      'paper',
    ])
    expect(added.code).toBe(0)
    expect(worse(await examine(home, 0))).toEqual([])
  })

  test('whose config.json is broken says so and goes on with shell and folder', async () => {
    const home = await saved('dev')
    writeFileSync(join(home.data, 'config.json'), '{"environments":{"dev":{"regoin":"x"}}}')
    const folder = makeFolder()
    writeFileSync(join(folder, '.env'), `BYBIT_API_KEY=${bybitPair().key}\n`)
    const found = await examine(home, 13, {}, folder)
    expect(worse(found)).toEqual(['here settings error', 'here current-folder warning'])
    expect(found.findings[0]?.message).toMatch(/regoin is unknown/)
  })

  test('that is a link elsewhere, or open to others, is an error', async () => {
    const home = await saved('dev')
    chmodSync(home.data, 0o777)
    expect(worse(await examine(home, 13))).toContain('here permissions error')
    const linked = makeHome()
    mkdirSync(join(linked.data, '..'), { recursive: true })
    symlinkSync(home.data, linked.data)
    expect(worse(await examine(linked, 13))).toContain('here permissions error')
  })
})

describe('a vault', () => {
  test.each<[string, (folder: string) => void, readonly string[]]>([
    [
      'damaged',
      (folder) => {
        truncateSync(newestIn(folder), 60)
      },
      ['dev store error'],
    ],
    [
      'without its identity',
      (folder) => {
        rmSync(join(folder, 'identity.txt'))
      },
      ['dev identity error', 'dev store error'],
    ],
    [
      'with an identity that others read',
      (folder) => {
        chmodSync(join(folder, 'identity.txt'), 0o644)
      },
      ['dev identity error', 'dev store error'],
    ],
    [
      'gone',
      (folder) => {
        rmSync(newestIn(folder))
      },
      ['dev store error'],
    ],
    [
      'whose audit log was cut',
      (folder) => {
        truncateSync(join(folder, 'audit', '000001.jsonl'), 5)
      },
      ['dev recipients note', 'dev audit error'],
    ],
  ])('that is %s is an error, told once', async (_what, damage, expected) => {
    const home = await saved('dev')
    damage(vaultOf(home, 'dev'))
    const found = await examine(home, 13)
    expect(worse(found)).toEqual(expected)
    for (const { fix, level } of found.findings) if (level !== 'ok') expect(fix).toBeTruthy()
  })

  test('whose identity has a passphrase is left alone unless --env names it', async () => {
    const home = makeHome()
    const env = await guarded(home)
    expect(worse(await examine(home, 0))).toEqual(['dev store note'])
    expect(worse(await examine(home, 0, { env }))).toEqual(['dev recipients note'])
  })
})

test('the memory backend is examined too', async () => {
  const { key, secret } = bybitPair()
  const env = { SECRETS_BACKEND: 'memory', BYBIT_API_KEY: key, BYBIT_API_SECRET: secret }
  expect(worse(await examine(makeHome(), 0, { env }))).toEqual([
    'here shell note',
    'dev rotation note',
  ])
})

test('values of the shell and the folder are told by name, never shown', async () => {
  const planted = [canary('a variable'), canary('a file'), canary('a comment')]
  const [variable, inFile, comment] = planted.map(({ value }) => value)
  const folder = makeFolder()
  writeFileSync(
    join(folder, '.env'),
    `BINANCE_API_SECRET=${inFile ?? ''}\n#BYBIT_API_KEY=${comment ?? ''}\n`,
  )
  writeFileSync(join(folder, 'keys.json'), `{"kucoin":{"secret":"${inFile ?? ''}"}}`)
  const env = { BYBIT_API_SECRET: variable ?? '' }
  const outcome = await makeHome().shell(`cd '${folder}' && mm doctor`, { env })
  expect(outcome.code).toBe(13)
  expect(outcome.stdout).toContain('BINANCE_API_SECRET (line 1)')
  expect(outcome.stdout).toContain('BYBIT_API_KEY (line 2)')
  expect(outcome.stdout).toContain('kucoin.secret (line 1)')
  expect(outcome.stdout).toContain('BYBIT_API_SECRET is exported')
  expect(findCanaries(outcome.stdout + outcome.stderr, planted)).toEqual([])
})

describeWith('tmux', 'at a terminal', (tmux) => {
  test.each([60, 80, 200])('%i columns wide, the report fits', async (columns) => {
    const home = await saved('prod')
    const screen = openScreen(tmux, home, ['doctor'], { columns, env: { NO_COLOR: '1' } })
    const text = await screen.until(/\d+ checks/)
    expect(await screen.ended()).toBe(0)
    expect(text).toContain('prod\n  note     The identity of prod has no passphrase')
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
  })
})

describeWith('tmux', 'at a terminal', (tmux) => {
  test('the passphrase of an identity is asked for once, where --env names it', async () => {
    const home = makeHome()
    await guarded(home)
    const quiet = openScreen(tmux, home, ['doctor'])
    expect(await quiet.until(/\d+ checks/)).toContain('was not looked into')
    const screen = openScreen(tmux, home, ['doctor', '--env', 'dev'])
    await screen.until(/Passphrase of the identity of dev/)
    screen.type('six unrelated words')
    screen.press('Enter')
    const text = await screen.until(/\d+ checks/)
    expect(text).toContain('One identity alone opens the vault of dev')
    // The mark of a question that was answered.
    expect(text.match(/◇/g)).toHaveLength(1)
  })
})

describeWith('age', 'the fix of an identity without a passphrase', (age) => {
  describeWith('tmux', 'typed at a terminal', (tmux) => {
    test('gives it one, and the vault opens with it', async () => {
      const home = await saved('prod')
      const { findings } = await examine(home, 0)
      const { fix } = findings.find(({ check, level }) => check === 'identity' && level === 'note')!
      const command = (fix ?? '').replace('Give it one: ', '').replace('age -p', `'${age}' -p`)
      const screen = openProgram(tmux, home, ['sh', '-c', command])
      for (const asks of [/Enter passphrase/, /Confirm passphrase/]) {
        await screen.until(asks)
        screen.type('six unrelated words')
        screen.press('Enter')
      }
      expect(await screen.ended()).toBe(0)
      expect(worse(await examine(home, 0))).toEqual(['prod store note'])
      const file = join(home.path, 'passphrase')
      writeFileSync(file, 'six unrelated words', { mode: 0o600 })
      const env = { MM_SECRETS_IDENTITY_PASSPHRASE_FILE: file }
      expect(worse(await examine(home, 0, { env }))).toEqual([
        'here pinning note',
        'prod recipients note',
      ])
    })
  })
})
