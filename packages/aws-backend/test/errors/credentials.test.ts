import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import type { SecretsError } from '@mm-secrets/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AwsSecretStoreOptions } from '../../src/index.ts'
import { awsSecretStore } from '../../src/index.ts'
import type { AnsweringServer } from '../answers.ts'
import { startAnswering } from '../answers.ts'
import { refused } from '../refused.ts'
import { NAME, call, optionsFor } from '../stores.ts'

let server: RunningServer
let home: string
let machine: AnsweringServer | null = null

beforeAll(async () => {
  server = await startServer({
    accessKeys: [
      { accessKeyId: 'test', secretAccessKey: 'test' },
      { accessKeyId: 'role', secretAccessKey: 'test', sessionToken: 'session' },
      { accessKeyId: 'lapsed', secretAccessKey: 'test', sessionToken: 'session', expiresAt: 1 },
    ],
  })
})
afterAll(() => server.close())

beforeEach(() => {
  server.reset()
})

/** What the SDK reads of the process itself is that of a home of the test's own. */
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mm-aws-'))
  await mkdir(join(home, '.aws'))
  vi.stubEnv('HOME', home)
  vi.stubEnv('AWS_CONFIG_FILE', join(home, '.aws', 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, '.aws', 'credentials'))
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})
afterEach(async () => {
  await machine?.close()
  machine = null
  vi.unstubAllEnvs()
  await rm(home, { recursive: true })
})

async function withConfig(...lines: string[]): Promise<void> {
  await writeFile(join(home, '.aws', 'config'), `${lines.join('\n')}\n`)
}

/** The error of a request with these variables in place of the keys of the test. */
function refusedWith(
  env: Readonly<Record<string, string>>,
  changes: Partial<AwsSecretStoreOptions> = {},
): Promise<SecretsError> {
  const options = optionsFor(server.url, changes)
  const store = awsSecretStore({ ...options, env: { AWS_ENDPOINT_URL: server.url, ...env } })
  return refused(store.describe(NAME, call()))
}

describe('credentials that are missing', () => {
  it('are said to be missing, with where they were looked for', async () => {
    const error = await refusedWith({})
    expect(error.code).toBe('STORE_CREDENTIALS')
    expect(error.message).toMatch(/^There are no credentials for AWS\./)
    expect(error.message).toContain(NAME)
    expect(error.hint).toContain('aws sso login')
  })

  it.each([
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'],
  ])('name the other half where %s stands alone', async (present, absent) => {
    const error = await refusedWith({ [present]: 'test' })
    expect(error).toMatchObject({ code: 'STORE_CREDENTIALS' })
    expect(error.message).toMatch(new RegExp(`^${present} is set, but ${absent} is not\\.`))
  })

  it('name a profile that is not there', async () => {
    await withConfig('[profile other]', 'region = us-east-1')
    const error = await refusedWith({}, { profile: 'hedge' })
    expect(error).toMatchObject({ code: 'STORE_CREDENTIALS' })
    expect(error.message).toMatch(/^There is no AWS profile hedge with credentials\./)
    expect(error.hint).toContain('aws configure list-profiles')
  })

  it('take the profile of AWS_PROFILE before the keys, as the SDK does', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
    const error = await refusedWith({ ...keys, AWS_PROFILE: 'hedge' })
    expect(error.message).toMatch(/^There is no AWS profile hedge with credentials\./)
  })
})

/** A stand-in for the credentials of a machine: what the chain goes on to. */
async function withRoleOfMachine(): Promise<void> {
  const Expiration = new Date(Date.now() + 3_600_000).toISOString()
  const role = { AccessKeyId: 'role', SecretAccessKey: 'test', Token: 'session', Expiration }
  machine = await startAnswering((response) => response.end(JSON.stringify(role)))
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${machine.url}/role`)
}

describe('the role of the machine', () => {
  it('is taken where no profile is named, and for one that has no credentials', async () => {
    await withRoleOfMachine()
    await withConfig('[profile region-only]', 'region = us-east-1')
    for (const profile of [null, 'region-only']) {
      const options = optionsFor(server.url, { profile })
      const store = awsSecretStore({ ...options, env: { AWS_ENDPOINT_URL: server.url } })
      expect(await store.describe(NAME, call())).toBe(null)
    }
  })

  it.each([
    ['a profile that is not there', '[profile other]', 'region = us-east-1'],
    ['a program that failed', '[profile hedge]', 'credential_process = false'],
  ])('is not taken in place of %s', async (_, ...lines) => {
    await withRoleOfMachine()
    await withConfig(...lines)
    const options = optionsFor(server.url, { profile: 'hedge' })
    const store = awsSecretStore({ ...options, env: { AWS_ENDPOINT_URL: server.url } })
    for (let time = 0; time < 2; time++) {
      const error = await refused(store.describe(NAME, call()))
      expect(error).toMatchObject({ code: 'STORE_CREDENTIALS' })
    }
    expect(server.requests.count()).toBe(0)
  })
})

describe('a session', () => {
  it('of SSO that has expired gives the command to log in', async () => {
    await withConfig(
      '[profile hedge]',
      'sso_session = desk',
      'sso_account_id = 123456789012',
      'sso_role_name = reader',
      '[sso-session desk]',
      'sso_region = us-east-1',
      'sso_start_url = https://desk.awsapps.example/start',
    )
    const error = await refusedWith({}, { profile: 'hedge' })
    expect(error).toMatchObject({
      code: 'STORE_CREDENTIALS',
      hint: 'Log in: aws sso login --profile hedge',
    })
    expect(error.message).toMatch(/^The SSO session of profile hedge has expired/)
  })

  it('whose token has expired says so', async () => {
    const error = await refusedWith({
      AWS_ACCESS_KEY_ID: 'lapsed',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SESSION_TOKEN: 'session',
    })
    expect(error).toMatchObject({ code: 'STORE_CREDENTIALS' })
    expect(error.message).toMatch(/^The session token has expired\./)
  })
})

describe('credentials that are wrong', () => {
  it.each([
    ['an access key that AWS does not know', { AWS_ACCESS_KEY_ID: 'other' }, /does not know/],
    ['a secret of another key', { AWS_SECRET_ACCESS_KEY: 'other' }, /refuses the signature/],
    ['a token where there is none', { AWS_SESSION_TOKEN: 'other' }, /token is wrong/],
    ['a line break within', { AWS_ACCESS_KEY_ID: 'te\nst' }, /is malformed/],
  ])('are told apart: %s', async (_, env, message) => {
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
    const error = await refusedWith({ ...keys, ...env })
    expect(error).toMatchObject({ code: 'STORE_CREDENTIALS' })
    expect(error.message).toMatch(message)
  })

  it('are not blamed for a region that the endpoint does not have', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
    const error = await refusedWith(keys, { region: 'us-esat-1' })
    expect(error).toMatchObject({ code: 'CONFIG' })
    expect(error.message).toMatch(
      /us-esat-1: the endpoint is not that of the region\. Did you mean/,
    )
  })

  it('do not show what a credential_process printed', async () => {
    await withConfig(
      '[profile hedge]',
      `credential_process = ${process.execPath} -e "console.error('canary');process.exit(1)"`,
    )
    const error = await refusedWith({}, { profile: 'hedge' })
    expect(error).toMatchObject({ code: 'STORE_CREDENTIALS' })
    expect(error.message).toMatch(/^The credential_process of profile hedge gave no credentials\./)
    expect(`${error.message} ${error.hint ?? ''} ${String(error.cause)}`).not.toContain('canary')
  })
})

it('a credential_process that gives credentials is enough', async () => {
  const keys = { Version: 1, AccessKeyId: 'test', SecretAccessKey: 'test' }
  await writeFile(join(home, 'keys.json'), JSON.stringify(keys))
  await withConfig('[profile hedge]', `credential_process = cat ${join(home, 'keys.json')}`)
  const options = optionsFor(server.url, { profile: 'hedge' })
  const store = awsSecretStore({ ...options, env: { AWS_ENDPOINT_URL: server.url } })
  expect(await store.describe(NAME, call())).toBe(null)
})
