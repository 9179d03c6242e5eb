import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { makeFolder, makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import { bybitPair, kucoinTriple, letters, masked, valuesJson } from './keys.ts'
import { snapshot } from './snapshot.ts'

interface Case {
  readonly what: string
  readonly args: readonly string[]
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** Of the message or the hint: the field, and where one is due a suggestion. */
  readonly names: RegExp
  /** @default 2 */
  readonly exit?: number
  /** @default 'USAGE' */
  readonly code?: string
}

const BYBIT = ['--env', 'dev', '--exchange', 'bybit'] as const
const KUCOIN = ['--env', 'dev', '--exchange', 'kucoin'] as const
const SAVE = ['save', ...BYBIT] as const
const STDIN = [...SAVE, '--value-stdin'] as const

/** What nobody may see again, wherever it was put by mistake. */
const pair = bybitPair()
const triple = kucoinTriple()
const stray = `k${letters(19)}9Zz${letters(13)}`
const values = [pair.key, pair.secret, triple.key, triple.secret, triple.passphrase, stray]

const folder = makeFolder()

const words: readonly Case[] = [
  {
    what: 'an unknown environment',
    args: ['fetch', '--env', 'prd', '--exchange', 'bybit'],
    names: /environment.*"prod"/,
  },
  {
    what: 'a value as the environment',
    args: ['fetch', '--env', stray, '--exchange', 'bybit'],
    names: /environment/,
  },
  {
    what: 'an unknown exchange',
    args: ['fetch', '--env', 'dev', '--exchange', 'bybti'],
    names: /exchange.*"bybit"/,
  },
  { what: 'a value as the exchange', args: ['list', '--exchange', stray], names: /exchange/ },
  {
    what: 'an unknown key type',
    args: [...STDIN, '--key-type', 'api_secrt'],
    stdin: stray,
    names: /key type.*"api_secret"/,
  },
  {
    what: 'a key type that the exchange has not',
    args: [...STDIN, '--key-type', 'api_passphrase'],
    stdin: stray,
    names: /bybit.*api_passphrase/,
  },
  { what: 'an unknown command', args: ['fecth', ...BYBIT], names: /fecth.*"fetch"/ },
  { what: 'a value as the command', args: [stray], names: /command/ },
  { what: 'an unknown command of a group', args: ['audit', 'vrify'], names: /vrify.*"verify"/ },
  {
    what: 'an unknown option',
    args: ['fetch', '--env', 'dev', '--exchnage', 'bybit'],
    names: /--exchnage.*--exchange/,
  },
  { what: 'a value as an option', args: ['fetch', ...BYBIT, `--${stray}`], names: /option/ },
  { what: 'a missing option', args: ['fetch', '--env', 'dev'], names: /--exchange/ },
  { what: 'an option without its value', args: ['fetch', '--exchange'], names: /--exchange/ },
  {
    what: 'an option given twice',
    args: ['fetch', ...BYBIT, '--exchange', 'kucoin'],
    names: /--exchange/,
  },
  { what: 'a value that no option takes', args: ['fetch', ...BYBIT, stray], names: /argument/ },
  {
    what: 'an empty environment',
    args: ['fetch', '--env', '', '--exchange', 'bybit'],
    names: /env/,
  },
  {
    what: 'an account that is no label',
    args: ['fetch', ...BYBIT, '--account', 'Hedge!'],
    names: /account/,
  },
  {
    what: 'a value as the account',
    args: ['fetch', ...BYBIT, '--account', stray],
    names: /account/,
  },
  {
    what: 'a suffix without its hyphen',
    args: ['fetch', ...BYBIT, '--suffix', 'new'],
    names: /suffix/,
  },
  { what: 'an empty suffix', args: ['fetch', ...BYBIT, '--suffix', ''], names: /suffix/ },
  {
    what: 'a suffix that AWS reads as a part of an ARN',
    args: [...STDIN, '--suffix', '-backup'],
    stdin: valuesJson(pair),
    names: /-backup/,
  },
  {
    what: 'an account that AWS reads as a part of an ARN',
    args: [...STDIN, '--account', 'a-hedges'],
    stdin: valuesJson(pair),
    names: /account a-hedges/,
  },
  {
    what: 'an unknown layout',
    args: [...STDIN, '--layout', 'xml'],
    stdin: valuesJson(pair),
    names: /--layout/,
  },
  {
    what: 'a site that is no word',
    args: [...STDIN, '--site', 'Main Net'],
    stdin: valuesJson(pair),
    names: /--site/,
  },
  {
    what: 'a ticket that is none',
    args: [...STDIN, '--complete', 'abc'],
    stdin: valuesJson(pair),
    names: /--complete/,
  },
  {
    what: 'a recovery window of 6 days',
    args: ['delete', ...BYBIT, '--yes', '--recovery-days', '6'],
    names: /--recovery-days.*7.*30/,
  },
  {
    what: 'a recovery window of 31 days',
    args: ['delete', ...BYBIT, '--yes', '--recovery-days', '31'],
    names: /--recovery-days/,
  },
  {
    what: 'a span of time that is none',
    args: ['status', '--within', 'soon'],
    names: /--within.*7d/,
  },
  { what: 'a count of nothing', args: ['audit', 'show', '--last', '0'], names: /--last/ },
  {
    what: 'two ways to rotate at once',
    args: ['rotate', ...BYBIT, '--rollback', '--resume'],
    names: /--rollback.*--resume/,
  },
  {
    what: 'a plan of a recovery',
    args: ['rotate', ...BYBIT, '--resume', '--dry-run'],
    names: /--dry-run/,
  },
  {
    what: 'a version where none can be named',
    args: ['rotate', ...BYBIT, '--rollback', '--version-id', stray],
    names: /--version-id/,
  },
  { what: 'an empty note', args: ['audit', 'note', '--env', 'dev', '-m', ' '], names: /note/ },
  {
    what: 'a note of 2,001 characters',
    args: ['audit', 'note', '--env', 'dev', '-m', 'n'.repeat(2001)],
    names: /note/,
  },
  {
    what: 'heads that no export wrote',
    args: ['audit', 'verify', '--heads', join(folder, 'heads')],
    names: /--heads/,
  },
]

const given: readonly Case[] = [
  {
    what: 'an empty value',
    args: [...SAVE, '--api-key', '', '--api-secret', pair.secret],
    code: 'INVALID_VALUE',
    names: /api_key.*empty/,
  },
  {
    what: 'a blank value',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key, api_secret: '   ' }),
    code: 'INVALID_VALUE',
    names: /api_secret.*blank/,
  },
  {
    what: 'a value of several lines',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key, api_secret: `${pair.secret}\n${stray}` }),
    code: 'INVALID_VALUE',
    names: /api_secret.*lines/,
  },
  {
    what: 'a padded value',
    args: [...SAVE, '--api-key', ` ${pair.key}`, '--api-secret', pair.secret],
    code: 'INVALID_VALUE',
    names: /api_key.*space/,
  },
  {
    what: 'a value with a control character',
    args: STDIN,
    stdin: JSON.stringify({ api_key: `${pair.key}\u0007`, api_secret: pair.secret }),
    code: 'INVALID_VALUE',
    names: /api_key.*invisible/,
  },
  {
    what: 'a value of 65,537 bytes',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key, api_secret: stray.padEnd(65_537, 'x') }),
    code: 'INVALID_VALUE',
    names: /api_secret.*65,536/,
  },
  {
    what: 'a member equal to another',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key, api_secret: pair.key }),
    code: 'INVALID_VALUE',
    names: /api_secret.*api_key/,
  },
  {
    what: 'equal members in the command line',
    args: [...SAVE, '--api-key', stray, '--api-secret', stray],
    code: 'INVALID_VALUE',
    names: /api_secret.*api_key/,
  },
  {
    what: 'a passphrase equal to the secret',
    args: ['save', ...KUCOIN, '--value-stdin'],
    stdin: valuesJson({ ...triple, passphrase: triple.secret }),
    code: 'INVALID_VALUE',
    names: /api_passphrase.*api_secret/,
  },
  {
    what: 'a missing member in JSON',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key }),
    code: 'INVALID_VALUE',
    names: /api_secret/,
  },
  {
    what: 'a missing line',
    args: STDIN,
    stdin: pair.key,
    code: 'INVALID_VALUE',
    names: /api_secret/,
  },
  {
    what: 'a line too many',
    args: STDIN,
    stdin: `${pair.key}\n${pair.secret}\n${stray}`,
    code: 'INVALID_VALUE',
    names: /api_key, api_secret/,
  },
  {
    what: 'a missing member in the command line',
    args: [...SAVE, '--api-key', pair.key],
    names: /api_secret.*missing/,
  },
  {
    what: 'a KuCoin credential without its passphrase',
    args: ['save', ...KUCOIN, '--value-stdin'],
    stdin: JSON.stringify({ api_key: triple.key, api_secret: triple.secret }),
    code: 'INVALID_VALUE',
    names: /api_passphrase/,
  },
  {
    what: 'a passphrase for an exchange without one',
    args: [...SAVE, '--api-key', pair.key, '--api-secret', pair.secret, '--api-passphrase', stray],
    code: 'INVALID_VALUE',
    names: /bybit.*api_passphrase/,
  },
  {
    what: 'a key of JSON with a typing error',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key, api_secrt: pair.secret }),
    code: 'INVALID_VALUE',
    names: /"api_secret"/,
  },
  {
    what: 'a value as a key of JSON',
    args: STDIN,
    stdin: JSON.stringify({ [stray]: pair.key }),
    code: 'INVALID_VALUE',
    names: /--value-stdin/,
  },
  {
    what: 'a member that is no text',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key, api_secret: 12345678901 }),
    code: 'INVALID_VALUE',
    names: /api_secret.*string/,
  },
  {
    what: 'JSON that breaks off',
    args: STDIN,
    stdin: `{"api_key":"${pair.key}","api_secret":"${pair.secret}`,
    code: 'INVALID_VALUE',
    names: /--value-stdin.*JSON/,
  },
  {
    what: 'JSON of another environment',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key, api_secret: pair.secret, env: 'prod' }),
    code: 'INVALID_VALUE',
    names: /env/,
  },
  {
    what: 'JSON of another exchange',
    args: STDIN,
    stdin: JSON.stringify({ api_key: pair.key, api_secret: pair.secret, exchange: 'kucoin' }),
    code: 'INVALID_VALUE',
    names: /exchange/,
  },
  {
    what: 'an encrypted PEM key',
    args: [...STDIN, '--key-type', 'api_secret'],
    stdin: pem('ENCRYPTED PRIVATE KEY'),
    code: 'INVALID_VALUE',
    names: /api_secret.*encrypted/,
  },
  {
    what: 'a PEM key that breaks off',
    args: [...STDIN, '--key-type', 'api_secret'],
    stdin: pem('PRIVATE KEY').slice(0, -12),
    code: 'INVALID_VALUE',
    names: /api_secret.*PEM/,
  },
  {
    what: 'an empty standard input',
    args: STDIN,
    stdin: '',
    code: 'INVALID_VALUE',
    names: /--value-stdin.*empty/,
  },
  {
    what: 'more input than any credential has',
    args: STDIN,
    stdin: stray.repeat(20_000),
    code: 'INVALID_VALUE',
    names: /long/,
  },
  { what: 'no values and nobody to ask', args: SAVE, names: /--value-file.*--value-stdin/ },
  {
    what: 'values from two places',
    args: [...STDIN, '--api-key', pair.key, '--api-secret', pair.secret],
    names: /--value-stdin/,
  },
  {
    what: 'a value that nobody says what it is',
    args: [...SAVE, '--value', stray],
    names: /--key-type/,
  },
  {
    what: 'a key type and the values of all',
    args: [...SAVE, '--key-type', 'api_key', '--api-key', pair.key],
    names: /--key-type/,
  },
  {
    what: 'a file that is not there',
    args: [...SAVE, '--value-file', join(folder, 'none')],
    names: /--value-file.*no such file/,
  },
  {
    what: 'a folder in place of the file',
    args: [...SAVE, '--value-file', folder],
    names: /--value-file.*folder/,
  },
  {
    what: 'a file that is no text',
    args: [...SAVE, '--value-file', join(folder, 'binary')],
    code: 'INVALID_VALUE',
    names: /UTF-8/,
  },
  {
    what: 'a save that would be forgotten',
    args: STDIN,
    env: { SECRETS_BACKEND: 'memory' },
    stdin: valuesJson(pair),
    names: /memory.*--ephemeral/,
  },
]

const prodName = 'mm-bot/prod/bybit/api_key'
const variables: readonly Case[] = [
  ...(
    [
      ['an empty MM_ENV', { MM_ENV: '' }, /MM_ENV is empty/],
      ['a MM_ENV with a typing error', { MM_ENV: 'shaddow' }, /MM_ENV.*"shadow"/],
      ['an unknown backend', { SECRETS_BACKEND: 'vault' }, /SECRETS_BACKEND/],
      ['a malformed MM_ACCOUNT', { MM_ACCOUNT: stray }, /MM_ACCOUNT/],
      ['a malformed MM_API_KEY_SUFFIX', { MM_API_KEY_SUFFIX: stray }, /MM_API_KEY_SUFFIX/],
      [
        'a malformed MM_SECRETS_NAMESPACE',
        { MM_SECRETS_NAMESPACE: `a/${stray}` },
        /MM_SECRETS_NAMESPACE/,
      ],
      ['a relative MM_SECRETS_HOME', { MM_SECRETS_HOME: stray }, /MM_SECRETS_HOME/],
      ['a relative identity file', { MM_SECRETS_IDENTITY_FILE: stray }, /MM_SECRETS_IDENTITY_FILE/],
      ['an unknown audit sink', { MM_AUDIT_SINKS: 'file,syslog' }, /MM_AUDIT_SINKS/],
      [
        'an AWS endpoint in clear',
        { AWS_ENDPOINT_URL: `http://${stray}.example` },
        /AWS_ENDPOINT_URL/,
      ],
      [
        'an exchange endpoint elsewhere',
        { MM_EXCHANGE_ENDPOINT: 'https://exchange.example' },
        /MM_EXCHANGE_ENDPOINT/,
      ],
      [
        'MM_FAKE_SECRETS_JSON that breaks off',
        { MM_FAKE_SECRETS_JSON: `{"${prodName}":"${stray}` },
        /MM_FAKE_SECRETS_JSON.*line 1, column/,
      ],
      [
        'MM_FAKE_SECRETS_JSON that is a list',
        { MM_FAKE_SECRETS_JSON: `["${stray}"]` },
        /MM_FAKE_SECRETS_JSON.*object/,
      ],
      [
        'MM_FAKE_SECRETS_JSON with a wrong name',
        { MM_FAKE_SECRETS_JSON: `{"mm-bot/prd/bybit/api_key":"${stray}"}` },
        /MM_FAKE_SECRETS_JSON.*entry 1/,
      ],
      [
        'MM_FAKE_SECRETS_JSON with a value as the name',
        { MM_FAKE_SECRETS_JSON: `{"${stray}":"${prodName}"}` },
        /MM_FAKE_SECRETS_JSON.*entry 1/,
      ],
      [
        'MM_FAKE_SECRETS_JSON with a number',
        { MM_FAKE_SECRETS_JSON: `{"${prodName}":1234567890123}` },
        /MM_FAKE_SECRETS_JSON.*api_key/,
      ],
      [
        'MM_FAKE_SECRETS_JSON with an empty value',
        { MM_FAKE_SECRETS_JSON: `{"${prodName}":""}` },
        /MM_FAKE_SECRETS_JSON.*empty/,
      ],
    ] as const
  ).map(([what, env, names]): Case => ({
    what,
    args: ['fetch', '--exchange', 'bybit'],
    code: 'CONFIG',
    env,
    names,
  })),
]

const refused: readonly Case[] = [
  { what: 'deleting without a confirmation', args: ['delete', ...BYBIT], names: /--yes/ },
  {
    what: 'deleting prod without a terminal',
    args: ['delete', '--env', 'prod', '--exchange', 'bybit', '--yes'],
    names: /prod\/bybit.*terminal/,
  },
  {
    what: 'revealing prod without a terminal',
    args: ['fetch', '--env', 'prod', '--exchange', 'bybit', '--reveal'],
    exit: 6,
    code: 'REVEAL_REFUSED',
    names: /prod\/bybit.*terminal/,
  },
  {
    what: 'a rollback with nothing before',
    args: ['rotate', ...BYBIT, '--old-revoked'],
    exit: 4,
    code: 'NOT_FOUND',
    names: /dev\/bybit/,
  },
]

/** A home in which dev/bybit and prod/bybit are stored. */
let used: Home
/** A home in which nothing ever was. */
let fresh: Home

beforeAll(async () => {
  writeFileSync(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00, 0xc3]))
  writeFileSync(join(folder, 'heads'), '{"heads":[{"env":"dev"}]}')
  used = makeHome()
  fresh = makeHome()
  for (const env of ['dev', 'prod']) {
    const args = ['save', '--env', env, '--exchange', 'bybit', '--value-stdin']
    await used.run(args, { stdin: valuesJson(bybitPair()) })
  }
})

describe.each([
  ['a wrong word', words],
  ['a wrong value', given],
  ['a wrong variable', variables],
])('%s', (_name, cases) => {
  test.each(cases)('is named and changes nothing: $what', async (wrong) => {
    await refuse(wrong, used, fresh)
  })
})

describe('what needs a person or a past', () => {
  test.each(refused)('is refused and changes nothing: $what', async (wrong) => {
    await refuse(wrong, used, used)
  })
})

/** Once as a person sees it, once as a program does. */
async function refuse(wrong: Case, one: Home, other: Home): Promise<void> {
  const { args, env = {}, exit = 2, code = 'USAGE', names, stdin = '' } = wrong
  const before = [snapshot(one.path), snapshot(other.path)]
  const [told, written] = await Promise.all([
    one.run(args, { env, stdin }),
    other.run([...args, '--json'], { env, stdin }),
  ])
  expect(told, told.stderr).toMatchObject({ code: exit, stdout: '' })
  expect(told.stderr).toMatch(/^mm-secrets: /m)
  const error = errorOf(written, exit)
  expect(error.code).toBe(code)
  expect(`${error.message} ${error.hint ?? ''}`).toMatch(names)
  for (const value of values) expect(told.stderr + written.stderr).not.toContain(value)
  expect([snapshot(one.path), snapshot(other.path)]).toEqual(before)
}

describe('config.json', () => {
  const ruined: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    [
      'that breaks off',
      (path) => write(path, `{"environments":{"prod":{"profile":"${stray}`),
      /config\.json.*line 1, column/,
    ],
    [
      'with an unknown key',
      (path) => write(path, '{"environments":{"prod":{"regoin":"eu-west-1"}}}'),
      /regoin.*region/,
    ],
    [
      'with an unknown environment',
      (path) => write(path, '{"environments":{"prd":{}}}'),
      /environments.*prod/,
    ],
    [
      'with a value of a wrong type',
      (path) => write(path, `{"environments":{"prod":{"account_id":"${stray}"}}}`),
      /account_id/,
    ],
    ['that is a list', (path) => write(path, '[]'), /config\.json/],
    ['that is empty', (path) => write(path, ''), /config\.json/],
    ['that is a folder', (path) => mkdirSync(path), /config\.json/],
    [
      'that is larger than 1 MiB',
      (path) => write(path, `{"environments":{}}${' '.repeat(1_048_577)}`),
      /config\.json.*MiB/,
    ],
    [
      'that is not UTF-8',
      (path) => write(path, Buffer.from([0x7b, 0xff, 0x7d])),
      /config\.json.*UTF-8/,
    ],
  ]
  const links: typeof ruined = [
    [
      'that is a symbolic link',
      (path) => symlinkSync(join(folder, 'binary'), path),
      /config\.json.*link/,
    ],
    [
      'that others may write',
      (path) => {
        write(path, '{}')
        chmodSync(path, 0o666)
      },
      /config\.json.*chmod/,
    ],
  ]

  test.each([...ruined, ...(process.platform === 'win32' ? [] : links)])(
    '%s is refused by its path, and nothing is read or written',
    async (_what, ruin, names) => {
      const home = makeHome()
      mkdirSync(home.data, { recursive: true, mode: 0o700 })
      ruin(join(home.data, 'config.json'))
      const before = snapshot(home.path)
      const error = errorOf(
        await home.run(['save', ...BYBIT, '--value-stdin', '--json'], { stdin: valuesJson(pair) }),
        2,
      )
      expect(error.code).toBe('CONFIG')
      expect(`${error.message} ${error.hint ?? ''}`).toMatch(names)
      for (const value of values) expect(JSON.stringify(error)).not.toContain(value)
      expect(snapshot(home.path)).toEqual(before)
    },
  )
})

describe('a value of a shape that the exchange does not issue', () => {
  test('is stored all the same, with a warning that does not show it', async () => {
    const home = makeHome()
    const odd = { key: `${letters(11)}-${letters(11)}`, secret: letters(20) }
    const saved = await home.run(STDIN, { stdin: valuesJson(odd) })
    expect(saved.code).toBe(0)
    expect(saved.stderr).toMatch(/warning: .*api_key/)
    expect(saved.stderr).toMatch(/warning: .*api_secret/)
    for (const value of Object.values(odd)) expect(saved.stderr).not.toContain(value)
    expect(documentOf(await home.run(['fetch', ...BYBIT]))).toMatchObject({
      api_key: masked(odd.key),
    })
  })
})

describe('the values that are current already', () => {
  test('are no rotation: the credential keeps its version', async () => {
    const home = makeHome()
    await home.run(STDIN, { stdin: valuesJson(pair) })
    const before = (await home.run(['history', ...BYBIT])).stdout
    const again = await home.run(['rotate', ...BYBIT, '--value-stdin', '--json'], {
      stdin: valuesJson(pair),
    })
    const error = errorOf(again, 2)
    expect(error).toMatchObject({ code: 'INVALID_VALUE' })
    expect(error.message).toMatch(/api_key.*dev\/bybit/)
    expect((await home.run(['history', ...BYBIT])).stdout).toBe(before)
  })
})

function write(path: string, content: string | Buffer): void {
  writeFileSync(path, content, { mode: 0o600 })
}

/** No key, but the form of one. */
function pem(label: string): string {
  return `-----BEGIN ${label}-----\n${stray}\n-----END ${label}-----\n`
}
