import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parsePoliciesFile } from '@mm-secrets/secrets-manager-server'
import { afterAll, describe, expect, test } from 'vitest'
import type { AwsDesk } from './aws-desk.ts'
import { openAwsDesk } from './aws-desk.ts'
import type { Home } from './bundle.ts'
import { makeFolder } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import { bybitPair, letters, valuesJson } from './keys.ts'
import { endLater, until } from './run-processes.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const NO_KEYS = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }

/** A desk where a credential is stored, and what its secrets look like. */
async function stocked(): Promise<AwsDesk & { readonly stored: string }> {
  const desk = await openAwsDesk()
  const saving = desk.home().run(['save', ...DEV, '--value-stdin'], {
    stdin: valuesJson(bybitPair()),
  })
  documentOf(await saving)
  return { ...desk, stored: stateOf(desk) }
}

const stateOf = (desk: AwsDesk): string =>
  JSON.stringify(
    [...desk.secrets()].map(([name, { labels, ...rest }]) => [name, rest, [...labels]]),
  )

interface Refusal {
  readonly what: string
  readonly exit: number
  readonly code: string
  /** In message or hint. */
  readonly says: string
  readonly env?: Readonly<Record<string, string>>
  readonly config?: unknown
  readonly awsConfig?: string
}

const REFUSALS: readonly Refusal[] = [
  {
    what: 'a region that is none',
    exit: 2,
    code: 'CONFIG',
    says: 'AWS_REGION is malformed',
    env: { AWS_REGION: 'eu west' },
  },
  {
    what: 'credentials that are missing',
    exit: 5,
    code: 'STORE_CREDENTIALS',
    says: 'There are no credentials for AWS',
    env: NO_KEYS,
  },
  {
    what: 'half of an access key',
    exit: 5,
    code: 'STORE_CREDENTIALS',
    says: 'AWS_SECRET_ACCESS_KEY is not',
    env: { AWS_SECRET_ACCESS_KEY: '' },
  },
  {
    what: 'an access key that AWS does not know',
    exit: 5,
    code: 'STORE_CREDENTIALS',
    says: 'does not know the access key',
    env: { AWS_ACCESS_KEY_ID: 'unknown' },
  },
  {
    what: 'a secret access key of another',
    exit: 5,
    code: 'STORE_CREDENTIALS',
    says: 'secret access key is not that of the access key',
    env: { AWS_SECRET_ACCESS_KEY: 'wrong' },
  },
  {
    what: 'an access key with a line end',
    exit: 5,
    code: 'STORE_CREDENTIALS',
    says: 'line breaks',
    env: { AWS_ACCESS_KEY_ID: 'test\n' },
  },
  {
    what: 'a profile where there is no file of profiles',
    exit: 5,
    code: 'STORE_CREDENTIALS',
    says: 'There is no AWS profile desk',
    env: { ...NO_KEYS, AWS_PROFILE: 'desk' },
  },
  {
    what: 'a profile that is not there',
    exit: 5,
    code: 'STORE_CREDENTIALS',
    says: 'There is no AWS profile desk',
    env: { ...NO_KEYS, AWS_PROFILE: 'desk' },
    awsConfig: '[profile other]\nregion = eu-central-1\n',
  },
  {
    what: 'an SSO session that has expired',
    exit: 5,
    code: 'STORE_CREDENTIALS',
    says: 'aws sso login --profile desk',
    env: { ...NO_KEYS, AWS_PROFILE: 'desk' },
    awsConfig: [
      '[profile desk]',
      'sso_session = corporation',
      'sso_account_id = 123456789012',
      'sso_role_name = trader',
      '[sso-session corporation]',
      'sso_start_url = https://example.awsapps.com/start',
      'sso_region = eu-central-1',
      '',
    ].join('\n'),
  },
  {
    what: 'an endpoint in clear text that is not on this machine',
    exit: 2,
    code: 'CONFIG',
    says: 'AWS_ENDPOINT_URL is malformed',
    env: { AWS_ENDPOINT_URL: 'http://secrets.example.com' },
  },
  {
    what: 'an endpoint where nobody listens',
    exit: 7,
    code: 'UNAVAILABLE',
    says: 'ECONNREFUSED',
    env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
  },
  {
    what: 'an account other than that of config.json',
    exit: 6,
    code: 'ACCOUNT_MISMATCH',
    says: '999999999999',
    config: { environments: { dev: { account_id: '999999999999' } } },
  },
]

describe.each(REFUSALS)('$what', ({ awsConfig, code, config, env = {}, exit, says }) => {
  test(`is told with exit ${exit}, and nothing is written`, async () => {
    const desk = await stocked()
    const home = desk.home(env)
    if (awsConfig !== undefined) write(join(home.path, '.aws'), 'config', awsConfig)
    if (config !== undefined) write(home.data, 'config.json', JSON.stringify(config))
    const pair = bybitPair()
    for (const args of [
      ['fetch', ...DEV],
      ['rotate', ...DEV, '--value-stdin'],
    ]) {
      const outcome = await home.run([...args, '--json'], { stdin: valuesJson(pair) })
      const error = errorOf(outcome, exit)
      expect(error.code).toBe(code)
      expect(`${error.message} ${error.hint ?? ''}`).toContain(says)
      for (const value of [pair.key, pair.secret]) expect(outcome.stderr).not.toContain(value)
    }
    expect(stateOf(desk)).toBe(desk.stored)
  })
})

/** Nobody outside is asked: as any resolver answers for a region that there is not. */
const NO_HOST = `
  const dns = require('node:dns')
  dns.lookup = (host, options, done) => {
    const error = new Error('getaddrinfo ENOTFOUND ' + host)
    process.nextTick(done, Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo' }))
  }
`

test('a region where AWS is not has no host', async () => {
  const desk = await openAwsDesk()
  const hook = join(makeFolder(), 'no-host.cjs')
  writeFileSync(hook, NO_HOST)
  const home = desk.home({
    AWS_REGION: 'eu-nowhere-9',
    AWS_ENDPOINT_URL: '',
    NODE_OPTIONS: `--require ${hook}`,
  })
  const error = errorOf(await home.run(['fetch', ...DEV, '--json']), 2)
  expect(error).toMatchObject({ code: 'CONFIG' })
  expect(error.message).toContain('eu-nowhere-9')
})

test('an endpoint that is not AWS is told from one that is', async () => {
  const desk = await openAwsDesk()
  for (const [status, body] of [
    [200, '<html>Log in to the network</html>'],
    [200, '{"hello":"world"}'],
    [404, 'nothing here'],
  ] as const) {
    const url = await impostor(status, body)
    const home = desk.home({ AWS_ENDPOINT_URL: url })
    for (const args of [
      ['fetch', ...DEV],
      ['list', '--env', 'dev'],
    ]) {
      const error = errorOf(await home.run([...args, '--json']), 2)
      expect(error, body).toMatchObject({ code: 'CONFIG' })
      expect(error.message).toContain('is not AWS')
    }
  }
})

test('credentials whose session is over, and a clock that is ten minutes off, are told apart', async () => {
  const desk = await openAwsDesk({
    accessKeys: [
      {
        accessKeyId: 'ASIATEST',
        secretAccessKey: 'test',
        sessionToken: 'token',
        expiresAt: Date.now() - 60_000,
      },
      { accessKeyId: 'test', secretAccessKey: 'test' },
    ],
  })
  const session = { AWS_ACCESS_KEY_ID: 'ASIATEST', AWS_SESSION_TOKEN: 'token' }
  const expired = errorOf(await desk.home(session).run(['fetch', ...DEV, '--json']), 5)
  expect(expired).toMatchObject({ code: 'STORE_CREDENTIALS' })
  expect(expired.message).toContain('expired')

  for (const skewMs of [600_000, -600_000]) {
    desk.server.knobs.set({ signatureSkewMs: skewMs })
    const error = errorOf(await desk.home().run(['fetch', ...DEV, '--json']), 2)
    expect(error).toMatchObject({ code: 'CONFIG' })
    expect(error.message).toMatch(skewMs > 0 ? /10 minutes behind/ : /10 minutes ahead/)
  }
})

test('a denial names the action, KMS its key, and both leave everything as it was', async () => {
  const desk = await stocked()
  desk.server.knobs.set({ kms: 'denied' })
  const kms = errorOf(await desk.home().run(['fetch', ...DEV, '--json']), 5)
  expect(kms).toMatchObject({ code: 'DENIED' })
  expect(`${kms.message} ${kms.hint ?? ''}`).toMatch(/KMS|kms:Decrypt/)
  const rotation = await desk.home().run(['rotate', ...DEV, '--value-stdin', '--json'], {
    stdin: valuesJson(bybitPair()),
  })
  errorOf(rotation, 5)
  desk.server.knobs.set({ kms: 'granted' })
  documentOf(await desk.home().run(['fetch', ...DEV]))
})

test('an endpoint that hangs ends within the deadline', async () => {
  const desk = await stocked()
  desk.server.knobs.set({ hangRate: 1 })
  const error = errorOf(await desk.home().run(['fetch', ...DEV, '--json']), 7)
  expect(error).toMatchObject({ code: 'UNAVAILABLE' })
})

test.runIf(process.platform !== 'win32')(
  'Ctrl-C while AWS does not answer ends with 130',
  async () => {
    const desk = await stocked()
    desk.server.knobs.set({ hangRate: 1 })
    desk.server.requests.clear()
    const { child, ended } = endLater(desk.home().start(['fetch', ...DEV, '--json']))
    await until('the requests', () => desk.server.requests.count('GetSecretValue') === 2)
    child.kill('SIGINT')
    expect(errorOf(await ended, 130)).toMatchObject({ code: 'INTERRUPTED' })
  },
)

test('names that AWS would misread and values that it would not take are refused before it is asked', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  const long = { ...bybitPair(), secret: letters(65_537) }
  for (const [args, stdin] of [
    [['save', ...DEV, '--account', 'desk-abcdef', '--value-stdin'], valuesJson(bybitPair())],
    [['save', ...DEV, '--suffix', '-backup', '--value-stdin'], valuesJson(bybitPair())],
    [['save', ...DEV, '--value-stdin'], valuesJson(long)],
    [
      ['save', ...DEV, '--suffix=-new', '--layout', 'json', '--value-stdin'],
      valuesJson(bybitPair()),
    ],
  ] as const) {
    const outcome = await home.run([...args, '--json'], { stdin })
    errorOf(outcome, 2)
  }
  expect([...desk.secrets().keys()]).toEqual([])
  expect(desk.server.requests.count('CreateSecret')).toBe(0)
})

describe('under a policy that names secrets and does not permit listing', () => {
  const POLICY = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'secretsmanager:GetSecretValue',
          'secretsmanager:DescribeSecret',
          'secretsmanager:ListSecrets',
        ],
        Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/dev/*',
      },
    ],
  }
  const policies = parsePoliciesFile(
    JSON.stringify({
      keys: [{ accessKeyId: 'reader', secretAccessKey: 'reader', policies: [POLICY] }],
    }),
  )
  const reader = { AWS_ACCESS_KEY_ID: 'reader', AWS_SECRET_ACCESS_KEY: 'reader' }

  async function policedDesk(): Promise<{ readonly desk: AwsDesk; readonly home: Home }> {
    const keys = [{ accessKeyId: 'test', secretAccessKey: 'test' }]
    const desk = await openAwsDesk({ accessKeys: keys, policies })
    documentOf(
      await desk.home().run(['save', ...DEV, '--value-stdin'], { stdin: valuesJson(bybitPair()) }),
    )
    return { desk, home: desk.home({ ...reader, MM_ENV: 'dev' }) }
  }

  test('the conventional names are looked up, and a warning says what may be missing', async () => {
    const { home } = await policedDesk()
    documentOf(await home.run(['fetch', ...DEV]))
    for (const verb of ['list', 'status']) {
      const outcome = await home.run([verb])
      expect(documentOf(outcome)).toMatchObject({ credentials: [{ credential: 'dev/bybit' }] })
      expect(outcome.stderr).toMatch(/^warning: Listing secrets is denied .* may be missing\.\n$/)
    }
    documentOf(await home.run(['history', ...DEV]))
    expect((await home.run(['ref', ...DEV, '--format', 'ecs'])).code).toBe(0)
  })

  test('a write is denied by the action that it lacks, and nothing is left behind', async () => {
    const { desk, home } = await policedDesk()
    const before = stateOf(desk)
    for (const args of [
      ['rotate', ...DEV, '--value-stdin'],
      ['migrate', ...DEV, '--layout', 'json', '--yes'],
      ['delete', ...DEV, '--yes'],
    ]) {
      const outcome = await home.run([...args, '--json'], { stdin: valuesJson(bybitPair()) })
      const error = errorOf(outcome, 5)
      expect(error).toMatchObject({ code: 'DENIED' })
      expect(`${error.message} ${error.hint ?? ''}`).toMatch(/secretsmanager:[A-Z]\w+/)
    }
    expect(stateOf(desk)).toBe(before)
  })

  test('what is not permitted and what is not there are not told apart, and the error says so', async () => {
    const { home } = await policedDesk()
    const prod = ['fetch', '--env', 'prod', '--exchange', 'bybit', '--json']
    const error = errorOf(await home.run(prod, { env: { MM_ENV: 'prod' } }), 5)
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(`${error.message} ${error.hint ?? ''}`).toMatch(/missing|not there|not exist/)
  })
})

function write(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, name), text, { mode: 0o600 })
}

/** A server that has nothing to do with AWS. */
async function impostor(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status).end(body)
  })
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening)
  })
  afterAll(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
