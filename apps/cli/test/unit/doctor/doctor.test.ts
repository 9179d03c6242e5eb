import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { examineCurrentFolder } from '../../../src/doctor/current-folder.ts'
import type { Examined } from '../../../src/doctor/report.ts'
import { isPassed, reportText } from '../../../src/doctor/report.ts'
import { examineShell } from '../../../src/doctor/shell.ts'
import { styleFor } from '../../../src/output/style.ts'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

const DAY_MS = 86_400_000
const PLAIN = styleFor(false, {})
const FINE: Examined = { check: 'store', env: 'dev', level: 'ok', message: 'It opens.', fix: null }
const WARNING: Examined = {
  check: 'rotation',
  env: 'prod',
  level: 'warning',
  message: 'prod/bybit is overdue by 15 days.',
  fix: 'mm-secrets rotate --env prod --exchange bybit',
}

describe('the report', () => {
  test('is one line where all is fine', () => {
    expect(reportText([FINE, FINE], 80, PLAIN)).toBe('2 checks, all fine.\n')
    expect(reportText([FINE], 80, PLAIN)).toBe('1 check, all fine.\n')
  })

  test('names what is wrong under its environment, the worst first', () => {
    const note: Examined = { ...WARNING, level: 'note', message: 'A note.', fix: 'Do it.' }
    const error: Examined = {
      ...WARNING,
      level: 'error',
      message: 'Broken: /a/path',
      fix: 'Mend it.',
    }
    const here: Examined = { ...note, env: null }
    expect(reportText([here, FINE, note, WARNING, error], 120, PLAIN)).toBe(
      [
        'here',
        '  note     A note. Do it.',
        '',
        'prod',
        '  error    Broken: /a/path. Mend it.',
        '  warning  prod/bybit is overdue by 15 days. mm-secrets rotate --env prod --exchange bybit',
        '  note     A note. Do it.',
        '',
        '5 checks: 1 error, 1 warning, 2 notes.',
        '',
      ].join('\n'),
    )
  })

  test('fits a narrow terminal, but for commands, which stay whole to be copied', () => {
    const prose = { ...WARNING, fix: 'Revoke the key at the exchange, and look who has seen it.' }
    const lines = reportText([prose], 40, PLAIN).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40)
    expect(reportText([WARNING], 40, PLAIN).split('\n')).toContain(
      '           mm-secrets rotate --env prod --exchange bybit',
    )
  })

  test('lets nothing from outside move the cursor', () => {
    const forged = { ...WARNING, message: 'A name \u001b[2J of others.' }
    expect(reportText([forged], 80, PLAIN)).not.toContain('\u001b')
  })

  test('passes with notes, not with a warning', () => {
    expect(isPassed([FINE, { ...WARNING, level: 'note' }])).toBe(true)
    expect(isPassed([FINE, WARNING])).toBe(false)
    expect(isPassed([{ ...WARNING, level: 'error' }])).toBe(false)
  })
})

describe('the shell', () => {
  const value = someKey()

  test.each([
    ['BYBIT_API_KEY', 'KUCOIN_API_PASSPHRASE'],
    ['BINANCE_HEDGE_API_SECRET', 'MM_FAKE_SECRETS_JSON'],
    ['BYBIT_APIKEY', 'FREQTRADE__EXCHANGE__SECRET'],
  ])('that exports %s and %s is warned, without the values', (one, other) => {
    const { fix, level, message } = examineShell({ [one]: value, [other]: value, PATH: '/bin' })
    expect(level).toBe('warning')
    expect(message).toContain(`${one}, ${other} are exported`)
    expect(fix).toContain(`unset ${one} ${other}`)
    expect(`${message}${fix ?? ''}`).not.toContain(value)
  })

  test('that exports none, or an empty one, is fine', () => {
    const env = { BYBIT_API_KEY: '', BYBIT_TESTNET: '1', FREQTRADE__EXCHANGE__NAME: 'bybit' }
    expect(examineShell(env).level).toBe('ok')
  })

  test('that serves the memory backend from them is told no more than a note', () => {
    expect(examineShell({ BYBIT_API_KEY: value, SECRETS_BACKEND: 'memory' }).level).toBe('note')
  })
})

describe('the current folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), 'mm-doctor-'))
  })
  afterEach(() => fs.rm(folder, { recursive: true }))
  const put = (name: string, text: string) => fs.writeFile(join(folder, name), text)
  const examine = () => examineCurrentFolder(fs, folder)

  test.each([
    [
      '.env',
      () => `X=1\nexport BYBIT_API_KEY='${someKey()}'\n`,
      'BYBIT_API_KEY (line 2)',
      'dotenv',
    ],
    [
      'config.json',
      () => `{"exchange":{"name":"bybit",\n"key":"${someKey()}",\n"secret":"${someSecret()}"}}`,
      'exchange.key (line 2), exchange.secret (line 3)',
      'freqtrade',
    ],
    ['keys.json', () => `{"bybit":{"apiKey":"${someKey()}"}}`, 'bybit.apiKey (line 1)', 'ccxt'],
  ])(
    'with keys in %s is warned of names and lines, and how to store them',
    async (name, text, places, source) => {
      await put(name, text())
      expect(await examine()).toEqual([
        {
          check: 'current-folder',
          level: 'warning',
          message: `${name} holds ${places} in clear.`,
          fix: `Store it (mm-secrets import --from ${source} ${name}), then take it out of the file.`,
        },
      ])
    },
  )

  test('with a key in a comment is told to look', async () => {
    await put('.env', `# KUCOIN_API_SECRET=${someSecret()}\n`)
    expect(await examine()).toMatchObject([
      { level: 'note', message: expect.stringContaining('KUCOIN_API_SECRET (line 1)') as string },
    ])
  })

  test.each([
    ['settings of other programs', () => put('config.json', '{"compilerOptions":{}}')],
    ['a file that is no text', () => put('.env', '\0\u0001BYBIT_API_KEY=\0')],
    ['an empty file', () => put('.env', '')],
    ['a folder of that name', () => fs.mkdir(join(folder, '.env'))],
    ['variables without values', () => put('.env', 'BYBIT_API_KEY=\n')],
    [
      'a file that is too large to be settings',
      () => put('.env', 'BYBIT_API_KEY=abc\n'.padEnd(1_048_577)),
    ],
  ])('with %s is fine', async (_what, make) => {
    await make()
    expect((await examine()).map(({ level }) => level)).toEqual(['ok'])
  })

  test.skipIf(process.platform === 'win32')('is not left through a symbolic link', async () => {
    await put('elsewhere', `BYBIT_API_KEY=${someKey()}\n`)
    await fs.symlink(join(folder, 'elsewhere'), join(folder, '.env'))
    expect((await examine()).map(({ level }) => level)).toEqual(['ok'])
  })
})

describe('the command', () => {
  const NAMED = ['--env', 'prod', '--exchange', 'bybit'] as const
  const save = { stdin: `${someKey()}\n${someSecret()}\n` }

  const env = { MM_SECRETS_HOME: '/nonexistent/mm-secrets' }

  test('exits with 13 when a rotation is overdue, and reads no value', async () => {
    const { events, pass, run } = fakeCli()
    await run(['save', ...NAMED, '--value-stdin'], save)
    const before = events.length
    expect((await run(['doctor'], { env })).code).toBe(0)
    pass(45 * DAY_MS)
    const { code, stdout } = await run(['doctor'], { env })
    expect(code).toBe(13)
    const { findings, passed } = JSON.parse(stdout) as {
      findings: readonly Examined[]
      passed: boolean
    }
    expect(passed).toBe(false)
    expect(findings).toContainEqual({
      check: 'rotation',
      env: 'prod',
      level: 'warning',
      message: 'The rotation of prod/bybit is overdue by 15 days.',
      fix: 'mm-secrets rotate --env prod --exchange bybit',
    })
    expect(events).toHaveLength(before)
  })

  test('stays inside MM_ENV, and refuses another environment', async () => {
    const { run } = fakeCli()
    await run(['save', ...NAMED, '--value-stdin'], save)
    const pinned = { env: { ...env, MM_ENV: 'dev' } }
    const { stdout } = await run(['doctor'], pinned)
    expect(stdout).not.toContain('"prod"')
    expect((await run(['doctor', '--env', 'prod'], pinned)).code).toBe(6)
    expect((await run(['doctor', '--env', 'prd'])).code).toBe(2)
  })

  test('goes on where the settings are broken', async () => {
    const { run } = fakeCli()
    const broken = { ...env, MM_ENV: 'prd', BYBIT_API_KEY: someKey() }
    const { code, stdout } = await run(['doctor'], { env: broken })
    expect(code).toBe(13)
    const { findings } = JSON.parse(stdout) as { findings: readonly Examined[] }
    expect(findings.map(({ check, level }) => `${check} ${level}`)).toEqual(
      expect.arrayContaining(['settings error', 'shell warning']),
    )
    expect(stdout).toContain('no store was looked into')
  })
})
