import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { STSClient } from '@aws-sdk/client-sts'
import type { Env } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClientConfig } from '../../src/client/client-config.ts'
import { clientConfig } from '../../src/client/client-config.ts'
import { openClient } from '../../src/client/open-client.ts'
import { awsSecretStore } from '../../src/index.ts'
import type { AwsOptions } from '../../src/index.ts'
import { startAnswering } from '../answers.ts'
import { refused } from '../refused.ts'
import { NAME, TEST_KEYS, call, optionsFor } from '../stores.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mm-aws-'))
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'))
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_REGION', undefined)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

const make = (config: ClientConfig) => new SecretsManagerClient(config)

async function regionFor(changes: Partial<AwsOptions>): Promise<string> {
  const options = { ...optionsFor('http://127.0.0.1:1'), region: null, env: TEST_KEYS, ...changes }
  return (await openClient(options, 'SECRETS_MANAGER', make)).region
}

describe('the region', () => {
  it('is what was asked for, else that of the variable, the profile, the default', async () => {
    await writeFile(join(folder, 'config'), '[profile hedge]\nregion = eu-west-1\n')
    const env = { ...TEST_KEYS, AWS_REGION: 'eu-north-1' }
    expect(await regionFor({ region: 'eu-south-1', env, profile: 'hedge' })).toBe('eu-south-1')
    expect(await regionFor({ env, profile: 'hedge' })).toBe('eu-north-1')
    expect(await regionFor({ profile: 'hedge' })).toBe('eu-west-1')
    expect(await regionFor({})).toBe('us-east-1')
  })

  it('of a profile has to be the name of one', async () => {
    await writeFile(join(folder, 'config'), '[profile hedge]\nregion = eu west/1\n')
    const error = await refused(regionFor({ profile: 'hedge' }))
    expect(error).toMatchObject({ code: 'CONFIG' })
    expect(error.message).toContain('region of the AWS profile')
  })

  it('is not guessed where the variable is there and empty', async () => {
    await writeFile(join(folder, 'config'), '[profile hedge]\nregion = eu-west-1\n')
    vi.stubEnv('AWS_REGION', '')
    const env = { ...TEST_KEYS, AWS_REGION: '' }
    const error = await refused(regionFor({ env, profile: 'hedge' }))
    expect(error).toMatchObject({ code: 'CONFIG', message: 'AWS_REGION is empty.' })
  })
})

describe('the endpoint', () => {
  it('is that of the service, else that of all, unless they are to be ignored', () => {
    const endpointFor = (env: Readonly<Record<string, string>>) =>
      clientConfig({ ...optionsFor(''), env }, 'SECRETS_MANAGER', console).endpoint
    const all = { AWS_ENDPOINT_URL: 'https://all.example' }
    const both = { ...all, AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://sm.example' }
    expect(endpointFor(all)).toBe('https://all.example')
    expect(endpointFor(both)).toBe('https://sm.example')
    expect(endpointFor({ ...both, AWS_ENDPOINT_URL_SECRETS_MANAGER: '' })).toBe(
      'https://all.example',
    )
    expect(endpointFor({ ...both, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toBe(undefined)
  })

  it('of a profile is refused where secrets would travel in clear', async () => {
    const lines = ['[profile hedge]', 'endpoint_url = http://192.0.2.1', 'aws_access_key_id = test']
    await writeFile(join(folder, 'config'), [...lines, 'aws_secret_access_key = test'].join('\n'))
    vi.stubEnv('AWS_PROFILE', 'hedge')
    const store = awsSecretStore({ ...optionsFor(''), profile: 'hedge', env: {} })
    const error = await refused(store.describe(NAME, call()))
    expect(error).toBeInstanceOf(SecretsError)
    expect(error).toMatchObject({ code: 'CONFIG' })
    expect(error.message).toContain('http: and not on this machine')
  })

  it('of a profile gets no token in clear either, before there are credentials', async () => {
    const host = await startAnswering((response) => response.writeHead(400).end('{}'))
    const url = 'https://desk.awsapps.com/start'
    await mkdir(join(folder, '.aws/sso/cache'), { recursive: true })
    vi.stubEnv('HOME', folder)
    vi.stubEnv('AWS_PROFILE', 'hedge')
    await writeFile(
      join(folder, '.aws/sso/cache', `${createHash('sha1').update(url).digest('hex')}.json`),
      JSON.stringify({ accessToken: 'token', expiresAt: '2999-01-01T00:00:00Z' }),
    )
    const sso = [`sso_start_url = ${url}`, 'sso_region = us-east-1', 'sso_role_name = desk']
    const lines = ['[profile hedge]', ...sso, 'sso_account_id = 123456789012']
    const at = (endpoint: string) =>
      writeFile(join(folder, 'config'), [...lines, `endpoint_url = ${endpoint}`].join('\n'))
    const read = () => awsSecretStore({ ...optionsFor(''), env: {}, profile: 'hedge' })
    // Not a loopback address to the SDK's eye or ours, and yet this machine: what is sent there would be counted.
    await at(`http://0.0.0.0:${host.port}`)
    const error = await refused(read().describe(NAME, call()))
    expect(error.message).toContain('http: and not on this machine')
    expect(host.count()).toBe(0)
    await host.close()
  })

  it("of AWS_PROFILE is not another profile's", () => {
    const ignored = (profile: string | null, env: Env) =>
      clientConfig({ ...optionsFor(''), profile, env }, 'SECRETS_MANAGER', console)
        .ignoreConfiguredEndpointUrls
    expect(ignored('prod', { AWS_PROFILE: 'dev' })).toBe(true)
    expect(ignored('prod', {})).toBe(true)
    expect(ignored('prod', { AWS_PROFILE: 'prod' })).toBe(undefined)
    expect(ignored('default', {})).toBe(undefined)
    expect(ignored(null, { AWS_PROFILE: 'dev' })).toBe(undefined)
  })
})

it('nothing is printed or warned of, on a Node whose support ends either', async () => {
  const version = Object.getOwnPropertyDescriptor(process, 'version')
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const printed = (['log', 'warn', 'error', 'info', 'debug'] as const).map((method) =>
    vi.spyOn(console, method).mockImplementation(() => undefined),
  )
  Object.defineProperty(process, 'version', { ...version, value: 'v20.19.0' })
  try {
    await regionFor({})
    await openClient(optionsFor('http://127.0.0.1:1'), 'STS', (config) => new STSClient(config))
  } finally {
    if (version !== undefined) Object.defineProperty(process, 'version', version)
  }
  for (const spy of [warnings, ...printed]) expect(spy).not.toHaveBeenCalled()
})
