import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeWith } from '@mm-secrets/vitest-config'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Verb } from '../../src/commands/verb.ts'
import { loadRoutes } from '../../src/app.ts'
import type { Home, Outcome, RunOptions } from './bundle.ts'
import { HOST_NODE, makeFolder, makeHome } from './bundle.ts'
import type { Canary } from './canary.ts'
import { awkwardCanary, canary, findCanaries, findInFiles } from './canary.ts'
import { bybitPair, kucoinTriple, valuesJson } from './keys.ts'
import { openScreen } from './screen.ts'

/** One command line, succeeding or failing, after those before it. */
interface Step {
  readonly args: readonly string[]
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
}

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const NEW = [...DEV, '--suffix', '-new'] as const
const KUCOIN = ['--env', 'soak', '--exchange', 'kucoin'] as const
const PROD = ['--env', 'prod', '--exchange', 'bybit'] as const
/** The recipient that age's own manual gives as an example. */
const PAPER = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'

/** What is planted, by the way it comes in. */
const planted = {
  argvKey: canary('an option of the command line', 18),
  argvSecret: canary('the next option of the command line'),
  stdinKey: canary('standard input', 18),
  stdinSecret: awkwardCanary('standard input, further on'),
  fileKey: canary('a file', 18),
  fileSecret: canary('a file, further on'),
  halfKey: canary('a half save', 18),
  halfSecret: canary('the other half'),
  variableKey: canary('an exchange variable', 18),
  variableSecret: awkwardCanary('another exchange variable'),
  fakeKey: canary('MM_FAKE_SECRETS_JSON', 18),
  fakeSecret: awkwardCanary('MM_FAKE_SECRETS_JSON, further on'),
  passphrase: canary('a passphrase', 14),
  refused: canary('a value that is refused'),
  importKey: canary('a .env file', 18),
  importSecret: canary('a .env file, further on'),
  importHalf: canary('a .env file, half a credential', 18),
  configKey: canary('a configuration of freqtrade', 64),
  configSecret: canary('a configuration of freqtrade, further on', 64),
} satisfies Readonly<Record<string, Canary>>
const all: readonly Canary[] = Object.values(planted)

const files = makeFolder()
const valueFile = join(files, 'values')
const badFile = join(files, 'bad-values')
const dotenvFile = join(files, '.env')
const brokenDotenvFile = join(files, 'broken.env')
const configFile = join(files, 'config.json')
const brokenConfigFile = join(files, 'broken.json')
const exportedFile = join(files, 'exported.env')
const backupFile = join(files, 'dev.age')
/** Where values are allowed to be. */
const holding = [
  valueFile,
  badFile,
  dotenvFile,
  brokenDotenvFile,
  configFile,
  brokenConfigFile,
  exportedFile,
]

const fakeSecrets = JSON.stringify({
  'mm-bot/prod/bybit/api_key': planted.fakeKey.value,
  'mm-bot/prod/bybit/api_secret': planted.fakeSecret.value,
})
const breakGlass = { MM_ENV: 'prod', SECRETS_BACKEND: 'memory', MM_FAKE_SECRETS_JSON: fakeSecrets }
const variables = {
  BINANCE_API_KEY: planted.variableKey.value,
  BINANCE_API_SECRET: planted.variableSecret.value,
}
const stdinPair = valuesJson({ key: planted.stdinKey.value, secret: planted.stdinSecret.value })
const halfJson = JSON.stringify({ api_key: planted.refused.value })

/** What each command does with values, in the order of a day; a command that is missing here fails the test. */
const DAY: Readonly<Record<string, readonly Step[]>> = {
  save: [
    {
      args: [
        'save',
        ...DEV,
        '--api-key',
        planted.argvKey.value,
        `--api-secret=${planted.argvSecret.value}`,
      ],
    },
    { args: ['save', ...DEV, '--value-stdin'], stdin: stdinPair },
    { args: ['save', ...NEW, '--value-file', valueFile] },
    { args: ['save', ...PROD, '--key-type', 'api_key', '--value', planted.halfKey.value] },
    {
      args: ['save', ...PROD, '--key-type', 'api_secret', '--value-stdin'],
      stdin: planted.halfSecret.value,
    },
    {
      args: ['save', ...KUCOIN, '--value-stdin'],
      stdin: valuesJson({ ...kucoinTriple(), passphrase: planted.passphrase.value }),
    },
    { args: ['save', '--env', 'shadow', '--exchange', 'bybit', '--value-stdin'], stdin: stdinPair },
    { args: ['save', ...DEV, '--value-stdin'], stdin: halfJson },
    { args: ['save', ...DEV, '--value-stdin'], stdin: `${halfJson.slice(0, -1)},` },
    {
      args: ['save', ...DEV, '--value-stdin'],
      stdin: JSON.stringify({ [planted.refused.value]: planted.refused.value }),
    },
    {
      args: ['save', ...DEV, '--value-stdin'],
      stdin: `${planted.refused.value}\n${planted.refused.value}`,
    },
    { args: ['save', ...DEV, '--value-file', badFile] },
    { args: ['save', ...DEV, '--api-key', planted.refused.value] },
    {
      args: [
        'save',
        ...DEV,
        '--api-key',
        `${planted.refused.value} `,
        '--api-secret',
        planted.refused.value,
      ],
    },
    { args: ['save', ...DEV, '--apikey', planted.refused.value] },
    { args: ['save', ...DEV, '--value', planted.refused.value] },
    { args: ['save', ...DEV, '--value-stdin'], stdin: stdinPair, env: breakGlass },
    {
      args: ['save', ...DEV, '--value-stdin', '--ephemeral'],
      stdin: valuesJson(bybitPair()),
      env: { SECRETS_BACKEND: 'memory', ...variables },
    },
  ],
  rotate: [
    { args: ['rotate', ...DEV, '--value-file', valueFile, '--dry-run'] },
    { args: ['rotate', ...DEV, '--from-suffix', '-new', '--dry-run'] },
    { args: ['rotate', ...DEV, '--from-suffix', '-new'] },
    { args: ['rotate', ...DEV, '--rollback', '--dry-run'] },
    { args: ['rotate', ...DEV, '--rollback'] },
    { args: ['rotate', ...DEV, '--value-stdin'], stdin: stdinPair },
    { args: ['rotate', ...DEV, '--new-api-key', planted.refused.value] },
    { args: ['rotate', ...DEV, '--resume'] },
    { args: ['rotate', ...DEV, '--discard'] },
    { args: ['rotate', ...DEV, '--old-revoked'] },
    { args: ['rotate', ...KUCOIN, '--value-stdin'], stdin: stdinPair },
    { args: ['rotate', ...DEV, '--rollback'], env: { ...breakGlass, MM_ENV: 'dev' } },
  ],
  fetch: [
    { args: ['fetch', ...DEV] },
    { args: ['fetch', ...NEW] },
    { args: ['fetch', ...KUCOIN] },
    { args: ['fetch', ...PROD] },
    { args: ['fetch', ...PROD, '--reveal'] },
    { args: ['fetch', ...DEV, '--reveal'], env: { CI: 'true' } },
    { args: ['fetch', ...PROD], env: breakGlass },
    {
      args: ['fetch', ...PROD],
      env: { ...breakGlass, MM_FAKE_SECRETS_JSON: fakeSecrets.slice(0, -2) },
    },
    { args: ['fetch', ...PROD], env: { ...breakGlass, MM_FAKE_SECRETS_JSON: `[${fakeSecrets}]` } },
    {
      args: ['fetch', ...PROD],
      env: {
        ...breakGlass,
        MM_FAKE_SECRETS_JSON: `{"${planted.fakeSecret.value.slice(0, 12)}":1}`,
      },
    },
    { args: ['fetch', '--env', 'dev', '--exchange', 'binance'], env: variables },
    {
      args: ['fetch', '--env', 'dev', '--exchange', 'binance'],
      env: { ...variables, SECRETS_BACKEND: 'memory' },
    },
    ...[
      'MM_ENV',
      'MM_ACCOUNT',
      'SECRETS_BACKEND',
      'MM_API_KEY_SUFFIX',
      'MM_SECRETS_NAMESPACE',
      'MM_AUDIT_SINKS',
      'AWS_REGION',
      'AWS_ENDPOINT_URL',
      'MM_EXCHANGE_ENDPOINT',
      'MM_SECRETS_IDENTITY_FILE',
      'MM_SECRETS_HOME',
    ].map((name): Step => ({ args: ['fetch', ...DEV], env: { [name]: planted.refused.value } })),
  ],
  run: [
    { args: ['run', ...DEV, '--', HOST_NODE, '-e', '0'] },
    { args: ['run', ...DEV, '--mount', join(files, 'mounted'), '--', HOST_NODE, '-e', '0'] },
    { args: ['run', ...DEV, '--', join(files, 'none')] },
  ],
  import: [
    { args: ['import', '--from', 'dotenv', dotenvFile, '--env', 'dev'] },
    { args: ['import', '--from', 'dotenv', dotenvFile, '--env', 'dev', '--apply'] },
    { args: ['import', '--from', 'dotenv', dotenvFile, '--env', 'shadow', '--apply'] },
    { args: ['import', '--from', 'dotenv', brokenDotenvFile] },
    { args: ['import', '--from', 'freqtrade', dotenvFile] },
    { args: ['import', '--from', 'freqtrade', configFile, '--env', 'dev', '--apply', '--json'] },
    { args: ['import', '--from', 'freqtrade', brokenConfigFile] },
    { args: ['import', '--from', 'ccxt', configFile] },
    { args: ['import', '--from', 'mm-python', configFile] },
    { args: ['import', '--from', 'dotenv', configFile] },
    { args: ['import', '--from', planted.refused.value, configFile] },
  ],
  export: [
    { args: ['export', ...DEV, '--format', 'dotenv', '--output', exportedFile] },
    { args: ['export', ...DEV, '--format', 'shell', '--output', exportedFile] },
    { args: ['export', ...DEV, '--format', 'json', '--output', '-'] },
    { args: ['export', ...DEV, '--format', 'json', '--output', '/dev/stdout'] },
    { args: ['export', ...PROD, '--format', 'json', '--output', join(files, 'none')] },
    {
      args: ['export', ...DEV, '--format', 'json', '--output', join(files, 'none')],
      env: { CI: 'true' },
    },
  ],
  diff: [
    { args: ['diff', '--env', 'dev', '--env', 'prod'] },
    { args: ['diff', '--env', 'dev', '--env', planted.refused.value] },
  ],
  keygen: [
    { args: ['keygen', '--env', 'soak', '--exchange', 'binance'] },
    { args: ['keygen', '--env', 'soak', '--exchange', 'bybit', '--json'] },
  ],
  list: [
    { args: ['list'] },
    { args: ['list'], env: variables },
    { args: ['list'], env: breakGlass },
  ],
  status: [
    { args: ['status', '--check', '--within', '52w'] },
    { args: ['status'], env: breakGlass },
    { args: ['status', '--format', 'prometheus'] },
    { args: ['status', '--format', 'ics'] },
  ],
  history: [
    { args: ['history', ...DEV] },
    { args: ['history', ...KUCOIN] },
    { args: ['history', ...PROD], env: breakGlass },
  ],
  migrate: [
    { args: ['migrate', ...DEV, '--layout', 'json', '--dry-run'] },
    { args: ['migrate', ...DEV, '--layout', 'json', '--yes'] },
    { args: ['migrate', ...DEV, '--layout', planted.refused.value, '--yes'] },
    { args: ['migrate', ...PROD, '--layout', 'json', '--yes'] },
  ],
  ref: [
    { args: ['ref', ...DEV, '--format', 'ecs'] },
    { args: ['ref', ...DEV, '--format', planted.refused.value] },
    { args: ['ref', ...DEV, '--format', 'ecs', '--version-id', planted.refused.value] },
  ],
  delete: [{ args: ['delete', ...NEW, '--yes'] }, { args: ['delete', ...PROD, '--yes'] }],
  restore: [{ args: ['restore', ...NEW] }],
  'audit note': [
    { args: ['audit', 'note', ...DEV, '-m', 'Old key revoked, ticket OPS-1234'] },
    { args: ['audit', 'note', ...DEV, '-m', `The key was ${planted.stdinKey.value}.`] },
    {
      args: [
        'audit',
        'note',
        ...DEV,
        '-m',
        Buffer.from(planted.stdinSecret.value).toString('base64'),
      ],
    },
  ],
  doctor: [
    { args: ['doctor'], env: variables },
    { args: ['doctor', '--env', 'prod', '--json'], env: breakGlass },
    { args: ['doctor'], env: { ...breakGlass, MM_FAKE_SECRETS_JSON: fakeSecrets.slice(0, -2) } },
  ],
  'completion bash': [
    { args: ['completion', 'bash'], env: variables },
    { args: ['__complete', 'save', '--api-key', planted.refused.value, ''] },
    { args: ['__complete', 'fetch', ...KUCOIN, '--account', ''], env: variables },
    { args: ['__complete', planted.refused.value, ''] },
  ],
  'completion zsh': [{ args: ['completion', 'zsh'] }],
  'completion fish': [{ args: ['completion', 'fish'] }],
  'completion powershell': [{ args: ['completion', 'powershell'] }],
  'audit show': [{ args: ['audit', 'show', '--last', '1000'] }],
  'audit access': [{ args: ['audit', 'access', ...DEV] }],
  'audit cloudtrail': [{ args: ['audit', 'cloudtrail', ...DEV] }],
  'audit export': [{ args: ['audit', 'export', '--records'] }],
  'audit verify': [
    { args: ['audit', 'verify'] },
    { args: ['audit', 'verify', '--heads', badFile] },
  ],
  'vault recipients list': [{ args: ['vault', 'recipients', 'list', '--env', 'dev'] }],
  'vault recipients add': [
    { args: ['vault', 'recipients', 'add', PAPER, '--label', 'paper', '--env', 'dev'] },
    { args: ['vault', 'recipients', 'add', planted.refused.value, '--label', 'x', '--env', 'dev'] },
    {
      args: [
        'vault',
        'recipients',
        'add',
        `AGE-SECRET-KEY-1${planted.refused.value}`,
        '--label',
        'x',
      ],
    },
  ],
  'vault backup': [
    { args: ['vault', 'backup', '--env', 'dev', '--output', backupFile] },
    { args: ['vault', 'backup', '--env', 'dev', '--output', backupFile] },
  ],
  'vault restore': [
    { args: ['vault', 'restore', '--env', 'dev', backupFile] },
    { args: ['vault', 'restore', '--env', 'prod', backupFile] },
    { args: ['vault', 'restore', '--env', 'dev', valueFile] },
  ],
  'vault trust': [
    { args: ['vault', 'trust', '--env', 'dev', '--sha256', planted.refused.value] },
    { args: ['vault', 'trust', '--env', 'dev', '--sha256', '0'.repeat(64)] },
  ],
  'vault recipients rm': [
    { args: ['vault', 'recipients', 'rm', planted.refused.value, '--env', 'dev'] },
    { args: ['vault', 'recipients', 'rm', 'paper', '--env', 'dev'] },
  ],
}

const debugging = { MM_SECRETS_DEBUG: '1' }

let home: Home
let commands: ReadonlyMap<string, Verb>

beforeAll(async () => {
  home = makeHome()
  const { fileKey, fileSecret, refused } = planted
  writeFileSync(valueFile, `${fileKey.value}\n${fileSecret.value}\n`)
  writeFileSync(badFile, `{"api_key":"${refused.value}","api_secret":"${refused.value}\n"}`)
  writeImportFiles()
  commands = commandsOf(await loadRoutes([]))
})

/** What import reads, whole and broken, and with a value in each place where none belongs. */
function writeImportFiles(): void {
  const { configKey, configSecret, importHalf, importKey, importSecret, refused } = planted
  writeFileSync(
    dotenvFile,
    [
      `# BINANCE_API_KEY=${refused.value}`,
      `BYBIT_HEDGE_API_KEY=${importKey.value}`,
      `export BYBIT_HEDGE_API_SECRET='${importSecret.value}'`,
      `KUCOIN_API_KEY=${importHalf.value}`,
      `BYBIT_KEY_2=${refused.value}`,
    ].join('\n'),
  )
  writeFileSync(brokenDotenvFile, `A=1\nBYBIT_API_KEY: ${refused.value}\n`)
  const exchange = { name: 'binance', key: configKey.value, secret: configSecret.value }
  writeFileSync(
    configFile,
    JSON.stringify({ exchange, [refused.value]: { apiKey: refused.value } }),
  )
  writeFileSync(brokenConfigFile, `{"exchange": {"key": "${refused.value}\n"}}`)
}

function commandsOf(routes: Awaited<ReturnType<typeof loadRoutes>>): ReadonlyMap<string, Verb> {
  return new Map(
    Object.entries(routes).flatMap(([name, route]): readonly (readonly [string, Verb])[] =>
      'command' in route
        ? [[name, route]]
        : [...commandsOf(route.verbs)].map(([verb, each]) => [`${name} ${verb}`, each]),
    ),
  )
}

async function leaks(where: Home, { args, env = {}, stdin }: Step): Promise<readonly string[]> {
  const options: RunOptions = {
    env: { ...debugging, ...env },
    ...(stdin === undefined ? {} : { stdin }),
  }
  const outcome: Outcome = await where.run(args, options)
  // A bug would end a step before it did what it is here for.
  expect(outcome.code, `${args.slice(0, 2).join(' ')}: ${outcome.stderr}`).not.toBe(1)
  return findCanaries(outcome.stdout + outcome.stderr, all)
}

describe('a planted value', () => {
  test('is looked for in every command that there is', () => {
    expect([...commands.keys()].filter((name) => !(name in DAY))).toEqual([])
  })

  test('turns up in no output, log or file of a day with all commands', async () => {
    const found: string[] = []
    for (const [name, steps] of Object.entries(DAY)) {
      for (const [index, step] of steps.entries()) {
        const leaked = await leaks(home, step)
        found.push(...leaked.map((what) => `${name}, step ${index + 1}: ${what}`))
      }
    }
    expect(found).toEqual([])
    expect(findInFiles(home.path, all)).toEqual([])
    expect(findInFiles(files, all, holding)).toEqual([])
    // It would prove nothing had the values not been stored.
    const shown = await home.run(['fetch', ...KUCOIN, '--reveal'])
    expect(findCanaries(shown.stdout, all)).not.toEqual([])
  })

  test('turns up nowhere when it is given to a wrong option', async () => {
    const stray = canary('a wrong option')
    const found: string[] = []
    for (const [name, verb] of commands) {
      for (const args of strayLines(name, verb, stray.value))
        found.push(...(await strays(args, stray)))
    }
    expect(found).toEqual([])
    expect(findInFiles(home.path, [stray])).toEqual([])
  })

  test('turns up in no audit log when it is given as the ticket of a half save', async () => {
    const kucoin = { ...canary('a ticket'), value: randomUUID() }
    for (const stray of [canary('a ticket'), kucoin]) {
      const args = ['save', ...DEV, '--complete', stray.value, '--value-stdin']
      const refused = await home.run(args, { stdin: valuesJson(bybitPair()) })
      expect(refused).not.toMatchObject({ code: 0 })
      expect(findCanaries(refused.stdout + refused.stderr, [stray])).toEqual([])
      expect(findInFiles(home.path, [stray])).toEqual([])
    }
  })

  test('turns up nowhere when config.json holds it in a wrong place', async () => {
    const stray = canary('config.json')
    const { value } = stray
    const whole = [
      { environments: { dev: { account_id: value } } },
      { environments: { dev: { audit_sinks: [value] } } },
      { environments: { dev: { tags: { owner: [value] } } } },
      value,
    ].map((config) => JSON.stringify(config))
    for (const config of [...whole, `{"environments":{"dev":{"profile":"${value}`]) {
      expect(findCanaries(await complaint(config), [stray])).toEqual([])
    }
  })

  test('turns up nowhere when config.json holds it as a name', async () => {
    const stray = canary('config.json')
    for (const config of [{ [stray.value]: 1 }, { environments: { [stray.value]: {} } }]) {
      expect(findCanaries(await complaint(JSON.stringify(config)), [stray])).toEqual([])
    }
  })

  test('is shown in one place: fetch --reveal outside prod', async () => {
    const other = makeHome()
    const { stdinKey, stdinSecret } = planted
    await other.run(['save', ...DEV, '--value-stdin'], { stdin: stdinPair })
    const revealed = await other.run(['fetch', ...DEV, '--reveal'])
    expect(JSON.parse(revealed.stdout)).toMatchObject({
      api_key: stdinKey.value,
      api_secret: stdinSecret.value,
    })
    expect(findCanaries(revealed.stderr, all)).toEqual([])
    expect(findInFiles(other.path, all)).toEqual([])
  })
})

/** What a command says of a config.json that it does not take. */
async function complaint(config: string): Promise<string> {
  const other = makeHome()
  mkdirSync(other.data, { recursive: true, mode: 0o700 })
  writeFileSync(join(other.data, 'config.json'), config)
  const { code, stderr, stdout } = await other.run(['fetch', ...DEV], { env: debugging })
  expect(code).toBe(2)
  return stdout + stderr
}

/** What a command line lets out of a value that is not to be there. */
async function strays(args: readonly string[], stray: Canary): Promise<readonly string[]> {
  const { stderr, stdout } = await home.run(args, { env: debugging })
  const shown = args.map((argument) => argument.replace(stray.value, '…')).join(' ')
  return findCanaries(stdout + stderr, [stray]).map((what) => `${shown}: ${what}`)
}

/** A note is text by its nature. */
const TEXTS: readonly string[] = ['message']

/** What would be made of it must not lie about where the tests run. */
const MADE: readonly string[] = ['output', 'mount']

/** A value in place of each operand and option of a command, and of what each option takes. */
function strayLines(
  name: string,
  { command }: Verb,
  stray: string,
): readonly (readonly string[])[] {
  const flags = Object.entries(command.parameters.flags ?? {})
  const required = flags.filter(([, { optional }]) => optional !== true).map(([flag]) => flag)
  const line = (without: string | null, ...rest: readonly string[]): readonly string[] => [
    ...name.split(' '),
    ...required
      .filter((flag) => flag !== without)
      .flatMap((flag) => [`--${kebab(flag)}`, standIn(flag)]),
    ...rest,
  ]
  return [
    line(null, stray),
    line(null, '--', stray),
    line(null, '--', `BYBIT_API_KEY=${stray}`, HOST_NODE),
    line(null, `--${stray}`),
    line(null, `--json=${stray}`),
    ...flags
      .filter(([flag, { kind }]) => kind === 'parsed' && !TEXTS.includes(flag))
      .map(([flag]) => {
        const value = MADE.includes(flag) ? join(files, 'none', stray) : stray
        return line(flag, `--${kebab(flag)}`, value)
      }),
  ]
}

/** What an option that a command cannot do without takes. */
function standIn(flag: string): string {
  return flag === 'exchange' ? 'bybit' : 'a word'
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

describeWith('strace', 'every byte that the program hands to the system', (strace) => {
  test('is free of a planted value, in temporary files too', async () => {
    const other = makeHome()
    const folder = makeFolder()
    const trace = [
      '-f',
      '-s',
      '1000000',
      '-e',
      'trace=write,pwrite64,writev,pwritev,sendto,sendmsg',
    ]
    for (const [index, step] of [
      { args: ['save', ...DEV, '--value-stdin'], stdin: stdinPair },
      { args: ['rotate', ...DEV, '--value-file', valueFile] },
      { args: ['fetch', ...DEV] },
      { args: ['save', ...DEV, '--value-stdin'], stdin: halfJson },
    ].entries()) {
      const log = join(folder, String(index))
      const wrapper = [strace, ...trace, '-o', log]
      const { code } = await other.run(step.args, { stdin: step.stdin ?? '', wrapper })
      expect(code).toBe(index < 3 ? 0 : 2)
      const written = readFileSync(log, 'latin1')
      expect(written).toContain('write(')
      expect(findCanaries(written, all)).toEqual([])
    }
  })
})

describeWith('tmux', 'a planted value at a terminal', (tmux) => {
  test('is in no title, screen or file, whether typed or in the command line', async () => {
    const typed = {
      key: canary('a prompt', 18),
      secret: canary('the next prompt'),
      words: canary('a passphrase at a prompt'),
    }
    const { argvKey, argvSecret } = planted
    const mine = [...Object.values(typed), argvKey, argvSecret]
    const other = makeHome()
    mkdirSync(other.data, { recursive: true, mode: 0o700 })
    const config = { environments: { dev: { identity: 'passphrase' } } }
    writeFileSync(join(other.data, 'config.json'), JSON.stringify(config))

    const values = ['--api-key', argvKey.value, `--api-secret=${argvSecret.value}`]
    const saving = openScreen(tmux, other, ['save', ...DEV, ...values])
    await saving.until(/New passphrase/)
    expect(findCanaries(titlesOf(await saving.pid()), mine)).toEqual([])
    for (const question of [/New passphrase/, /same again/]) {
      await saving.until(question)
      saving.type(typed.words.value)
      saving.press('Enter')
    }
    expect(await saving.ended()).toBe(0)

    const rotating = openScreen(tmux, other, ['rotate', ...DEV])
    for (const [question, { value }] of [
      [/Passphrase of/, typed.words],
      [/api_key of/, typed.key],
      [/api_secret of/, typed.secret],
    ] as const) {
      await rotating.until(question)
      rotating.type(value)
      rotating.press('Enter')
    }
    expect(await rotating.ended()).toBe(0)
    for (const { written } of [saving, rotating]) expect(findCanaries(written(), mine)).toEqual([])
    expect(findInFiles(other.path, mine)).toEqual([])
  })
})

/** What other users of the machine may see of a process. */
function titlesOf(pid: number): string {
  const ps = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'latin1' })
  if (process.platform !== 'linux') return ps
  const names = ['cmdline', 'comm', 'stat']
  return [ps, ...names.map((name) => readFileSync(`/proc/${pid}/${name}`, 'latin1'))].join('\n')
}
