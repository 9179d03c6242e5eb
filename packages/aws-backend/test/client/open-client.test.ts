import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { STSClient } from '@aws-sdk/client-sts'
import { SecretsError } from '@mm-secrets/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClientConfig } from '../../src/client/client-config.ts'
import { clientConfig } from '../../src/client/client-config.ts'
import { openClient } from '../../src/client/open-client.ts'
import { awsSecretStore } from '../../src/index.ts'
import type { AwsOptions } from '../../src/index.ts'
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
