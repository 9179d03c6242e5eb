import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fs from 'node:fs/promises'
import type { AuditRecord, Env, Secrets } from '@mm-secrets/core'
import { credentialRef, loadSettings } from '@mm-secrets/core'
import type { RunningServer, ServerOptions } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { nodeDeps } from '../src/node-deps.ts'
import { openSecrets } from '../src/open-secrets.ts'
import { SecretProvider } from '../src/secret-provider.ts'
import { freshPair, newHome, plain } from './desk.ts'

const SHADOW = credentialRef({ env: 'shadow', exchange: 'bybit' })
const ACCOUNT = '123456789012'
const OTHER_ACCOUNT = '999999999999'

interface Cloud {
  readonly server: RunningServer
  /** The variables of a process that goes to this cloud. */
  readonly env: Env
  /** What was asked for, as `GetCallerIdentity us-east-1`, since the last time. */
  asked(): readonly string[]
}

async function newCloud(more: Env = {}, options: ServerOptions = {}): Promise<Cloud> {
  const server = await startServer(options)
  onTestFinished(() => server.close())
  let told = 0
  return {
    server,
    env: {
      SECRETS_BACKEND: 'aws',
      MM_SECRETS_HOME: await newHome(),
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      ...more,
    },
    asked() {
      const all = server.events.events()
      const since = all.slice(told).map(({ name, region }) => `${name} ${region}`)
      told = all.length
      return since
    },
  }
}

/** @param config what `config.json` says of environments */
async function openAt({ env }: Cloud, config: object = {}): Promise<Secrets> {
  const home = env['MM_SECRETS_HOME'] ?? ''
  await writeFile(join(home, 'config.json'), JSON.stringify({ environments: config }), {
    mode: 0o600,
  })
  const settings = await loadSettings(env, process.platform, fs)
  return openSecrets(settings, nodeDeps({ face: 'cli', env, warn: () => undefined }))
}

async function recordsOf(secrets: Secrets): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of secrets.audit.records('shadow')) records.push(record)
  return records
}

const times = (asked: readonly string[], name: string) =>
  asked.filter((each) => each.startsWith(`${name} `)).length

describe('the AWS backend', () => {
  test("serves the guide's provider what was saved", async () => {
    const cloud = await newCloud()
    const saved = freshPair()
    await (await openAt(cloud)).save(SHADOW, saved)
    const provider = new SecretProvider({ backend: 'aws', env: 'shadow', variables: cloud.env })
    const credential = await provider.getCredential('shadow', 'bybit')
    expect(plain(credential)).toEqual(plain({ members: saved }))
    expect((await provider.getApiKey('shadow', 'bybit')).reveal()).toBe(saved.api_key?.reveal())
    await expect(provider.getCredential('prod', 'bybit')).rejects.toMatchObject({
      code: 'ENVIRONMENT_MISMATCH',
    })
    await expect(provider.getCredential('shadow', 'kucoin')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('is not asked for anything before the first verb', async () => {
    const cloud = await newCloud()
    await openAt(cloud)
    expect(cloud.asked()).toEqual([])
  })

  test('costs two requests for a pair, and none to learn who we are', async () => {
    const cloud = await newCloud()
    await (await openAt(cloud)).save(SHADOW, freshPair())
    cloud.asked()
    const secrets = await openAt(cloud)
    await secrets.read(SHADOW)
    expect(cloud.asked()).toEqual(['GetSecretValue us-east-1', 'GetSecretValue us-east-1'])
  })

  test('keeps the audit log in the home, chained under a key of the home', async () => {
    const cloud = await newCloud()
    const secrets = await openAt(cloud)
    await secrets.save(SHADOW, freshPair())
    await secrets.read(SHADOW)
    const records = await recordsOf(secrets)
    expect(records.map(({ action, key, outcome }) => [action, outcome, key])).toEqual([
      ['save', 'started', 'home'],
      ['save', 'done', 'home'],
      ['read', 'done', 'home'],
    ])
    expect(await secrets.audit.verify('shadow', [])).toMatchObject({ broken: null, records: 3 })
  })
})

describe('account_id in config.json', () => {
  test('is compared with the caller once a process, whose ARN is recorded from then on', async () => {
    const cloud = await newCloud()
    const secrets = await openAt(cloud, { shadow: { account_id: ACCOUNT } })
    await secrets.save(SHADOW, freshPair())
    await secrets.read(SHADOW)
    await Promise.all([secrets.read(SHADOW), secrets.describe(SHADOW)])
    expect(times(cloud.asked(), 'GetCallerIdentity')).toBe(1)
    const callers = (await recordsOf(secrets)).map(({ caller }) => caller)
    expect(new Set(callers)).toEqual(new Set([`arn:aws:iam::${ACCOUNT}:user/test`]))
  })

  test('is compared once where several verbs come first at once', async () => {
    const cloud = await newCloud()
    const secrets = await openAt(cloud, { shadow: { account_id: ACCOUNT } })
    await Promise.all([secrets.read(SHADOW), secrets.describe(SHADOW), secrets.read(SHADOW)])
    expect(times(cloud.asked(), 'GetCallerIdentity')).toBe(1)
  })

  test('refuses a caller from another account before any secret is asked for', async () => {
    const cloud = await newCloud()
    const secrets = await openAt(cloud, { shadow: { account_id: OTHER_ACCOUNT } })
    await expect(secrets.read(SHADOW)).rejects.toMatchObject({ code: 'ACCOUNT_MISMATCH' })
    await expect(secrets.save(SHADOW, freshPair())).rejects.toMatchObject({
      code: 'ACCOUNT_MISMATCH',
    })
    expect(cloud.asked()).toEqual(['GetCallerIdentity us-east-1'])
  })

  test('of one environment costs the others nothing', async () => {
    const cloud = await newCloud()
    const secrets = await openAt(cloud, { prod: { account_id: ACCOUNT } })
    await secrets.read(SHADOW)
    expect(times(cloud.asked(), 'GetCallerIdentity')).toBe(0)
  })
})

describe('the region of an environment', () => {
  const DEV = credentialRef({ env: 'dev', exchange: 'bybit' })

  test('comes from config.json before AWS_REGION, for that environment alone', async () => {
    const cloud = await newCloud()
    const secrets = await openAt(cloud, { shadow: { region: 'ap-southeast-1' } })
    await secrets.read(SHADOW)
    const shadow = new Set(cloud.asked().map((each) => each.split(' ')[1]))
    await secrets.read(DEV)
    const dev = new Set(cloud.asked().map((each) => each.split(' ')[1]))
    expect([[...shadow], [...dev]]).toEqual([['ap-southeast-1'], ['us-east-1']])
    expect(await secrets.identify('shadow')).toMatchObject({
      place: 'aws ap-southeast-1',
      accountId: ACCOUNT,
    })
  })

  test('is AWS_DEFAULT_REGION where AWS_REGION is not set', async () => {
    const cloud = await newCloud({ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2' })
    await (await openAt(cloud)).read(DEV)
    expect(new Set(cloud.asked())).toEqual(new Set(['GetSecretValue eu-west-2']))
  })

  test('keeps what is listed together apart', async () => {
    const cloud = await newCloud()
    const secrets = await openAt(cloud, { shadow: { region: 'ap-southeast-1' } })
    await secrets.save(SHADOW, freshPair())
    await secrets.save(DEV, freshPair())
    const found: string[] = []
    for await (const page of secrets.list({})) found.push(...page.map(({ ref }) => ref.env))
    expect(found).toEqual(['dev', 'shadow'])
  })
})

describe('the profile of an environment', () => {
  const PROD = credentialRef({ env: 'prod', exchange: 'bybit' })
  const key = (accessKeyId: string, accountId: string) => ({
    accessKeyId,
    secretAccessKey: randomUUID(),
    accountId,
    arn: `arn:aws:iam::${accountId}:user/${accessKeyId}`,
  })

  /** A file of credentials with a profile for each key; the SDK finds it by the process alone. */
  async function writeProfiles(home: string, keys: readonly ReturnType<typeof key>[]) {
    const text = keys
      .map(
        ({ accessKeyId, secretAccessKey }) =>
          `[${accessKeyId}]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
      )
      .join('\n')
    const file = join(home, 'credentials')
    await writeFile(file, text, { mode: 0o600 })
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file)
    vi.stubEnv('AWS_CONFIG_FILE', join(home, 'nothing'))
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
  }

  test('comes from config.json before AWS_PROFILE and exported keys, each with an account of its own', async () => {
    const [daily, shadow, prod] = [
      key('daily', '111111111111'),
      key('shadow', ACCOUNT),
      key('prod', OTHER_ACCOUNT),
    ]
    const cloud = await newCloud({ AWS_PROFILE: 'daily' }, { accessKeys: [daily, shadow, prod] })
    await writeProfiles(cloud.env['MM_SECRETS_HOME'] ?? '', [daily, shadow, prod])
    const secrets = await openAt(cloud, {
      shadow: { profile: 'shadow', account_id: ACCOUNT },
      prod: { profile: 'prod', account_id: OTHER_ACCOUNT },
    })
    const [mine, theirs] = [freshPair(), freshPair()]
    await secrets.save(SHADOW, mine)
    await secrets.save(PROD, theirs)
    expect(await secrets.identify('dev')).toMatchObject({ accountId: '111111111111' })
    expect(await secrets.identify('prod')).toMatchObject({ arn: prod.arn })
    const callers = cloud.server.events
      .events()
      .filter(({ name }) => name === 'PutSecretValue')
      .map(({ caller, requestParameters }) => [caller.accountId, requestParameters?.['secretId']])
    expect(callers).toEqual(
      expect.arrayContaining([
        [ACCOUNT, 'mm-bot/shadow/bybit/api_key'],
        [OTHER_ACCOUNT, 'mm-bot/prod/bybit/api_key'],
      ]),
    )
    expect(callers.map(([accountId]) => accountId)).not.toContain('111111111111')
  })

  test('is asked for credentials once: who was compared with account_id is who reads', async () => {
    const [ours, theirs] = [key('ours', ACCOUNT), key('theirs', OTHER_ACCOUNT)]
    const cloud = await newCloud({ AWS_PROFILE: 'changing' }, { accessKeys: [ours, theirs] })
    const home = cloud.env['MM_SECRETS_HOME'] ?? ''
    const said = [ours, theirs].map(({ accessKeyId, secretAccessKey }) =>
      JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }),
    )
    await writeProfiles(home, [])
    await writeFile(join(home, 'first'), said[0] ?? '')
    await writeFile(join(home, 'later'), said[1] ?? '')
    // What the program gives changes after the first time, as when somebody logs in elsewhere meanwhile.
    const program = `cd '${home}'; cat first; mv later first 2>/dev/null || true`
    await writeFile(join(home, 'program.sh'), program)
    const config = join(home, 'aws-config')
    await writeFile(config, `[profile changing]\ncredential_process = sh ${home}/program.sh\n`)
    vi.stubEnv('AWS_CONFIG_FILE', config)
    const secrets = await openAt(cloud, { shadow: { account_id: ACCOUNT } })
    await secrets.read(SHADOW)
    const callers = cloud.server.events.events().map(({ caller }) => caller.accountId)
    expect(new Set(callers)).toEqual(new Set([ACCOUNT]))
    expect(callers.length).toBeGreaterThan(1)
  })
})

test('new secrets carry the tags and the key that config.json names for their environment', async () => {
  const cloud = await newCloud()
  const kmsKey = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${randomUUID()}`
  const secrets = await openAt(cloud, { shadow: { kms_key: kmsKey, tags: { team: 'mm' } } })
  await secrets.save(SHADOW, freshPair())
  const stored = cloud.server.store.at({ accountId: ACCOUNT, region: 'us-east-1' }).list({})
  expect(stored.map(({ kmsKeyId, tags }) => [kmsKeyId, tags.get('team')])).toEqual([
    [kmsKey, 'mm'],
    [kmsKey, 'mm'],
  ])
})

describe('what AWS itself has recorded', () => {
  test('is found by name and by ARN, with whoever asked', async () => {
    const cloud = await newCloud()
    const secrets = await openAt(cloud)
    await secrets.save(SHADOW, freshPair())
    await secrets.read(SHADOW)
    const found = await secrets.accesses(SHADOW, Date.now() - 3_600_000)
    const reads = (found?.events ?? []).filter(({ action }) => action === 'GetSecretValue')
    expect(new Set(reads.map(({ secret }) => secret))).toEqual(
      new Set(['mm-bot/shadow/bybit/api_key', 'mm-bot/shadow/bybit/api_secret']),
    )
    expect(reads[0]).toMatchObject({
      principal: `arn:aws:iam::${ACCOUNT}:user/test`,
      user: 'test',
      sourceIp: '127.0.0.1',
      errorCode: null,
    })
    expect(new Set(found?.events.map(({ action }) => action))).toContain('PutSecretValue')
  })
})

test('doctor examines an environment of AWS', async () => {
  const cloud = await newCloud()
  const secrets = await openAt(cloud)
  await secrets.save(SHADOW, freshPair())
  const findings = await secrets.examine('shadow')
  expect(findings.filter(({ level }) => level === 'error' || level === 'warning')).toEqual([])
  expect(findings.find(({ check }) => check === 'store')).toMatchObject({ level: 'ok' })
})
