import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { SecretProvider, openProvider } from '../src/secret-provider.ts'
import { freshPair, freshValue, keeperOf, newHome, plain } from './desk.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('where credentials come from', () => {
  test('the memory backend reads the exported variables', async () => {
    const exported = freshPair()
    const provider = new SecretProvider({
      backend: 'memory',
      variables: {
        MM_SECRETS_HOME: await newHome(),
        BYBIT_API_KEY: exported.api_key?.reveal(),
        BYBIT_API_SECRET: exported.api_secret?.reveal(),
      },
    })
    const credential = await provider.getCredential('dev', 'bybit')
    expect(plain(credential)).toEqual(plain({ members: exported }))
    expect((await provider.getApiKey('dev', 'bybit')).reveal()).toBe(exported.api_key?.reveal())
    expect((await provider.getApiSecret('dev', 'bybit')).reveal()).toBe(
      exported.api_secret?.reveal(),
    )
  })

  test('with nothing named, the vault of the home answers', async () => {
    const home = await newHome()
    const saved = await (await keeperOf(home)).save({ env: 'shadow', exchange: 'binance' })
    const provider = openProvider({ MM_SECRETS_HOME: home })
    const credential = await provider.getCredential('shadow', 'binance')
    expect(plain(credential)).toEqual(plain({ members: saved }))
    expect(credential.members.api_key.versionId).toBe(credential.versionId)
    expect(JSON.stringify(credential)).not.toContain(saved.api_secret?.reveal())
  })

  test('process.env counts where no variables are given', async () => {
    const exported = freshPair()
    vi.stubEnv('MM_SECRETS_HOME', await newHome())
    vi.stubEnv('SECRETS_BACKEND', 'memory')
    vi.stubEnv('MM_ENV', undefined)
    vi.stubEnv('BINANCE_API_KEY', exported.api_key?.reveal())
    vi.stubEnv('BINANCE_API_SECRET', exported.api_secret?.reveal())
    for (const provider of [new SecretProvider(), openProvider()]) {
      expect(plain(await provider.getCredential('dev', 'binance'))).toEqual(
        plain({ members: exported }),
      )
    }
  })

  test('MM_ENV pins the process, whatever environment its code asks for', async () => {
    const variables = { MM_SECRETS_HOME: await newHome(), MM_ENV: 'dev' }
    const provider = new SecretProvider({ env: 'prod', variables })
    await expect(provider.getCredential('prod', 'bybit')).rejects.toMatchObject({
      code: 'ENVIRONMENT_MISMATCH',
    })
    const pinned = new SecretProvider({ env: 'dev', variables })
    await expect(pinned.getCredential('dev', 'bybit')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('what is not there is NOT_FOUND', async () => {
    const provider = openProvider({ MM_SECRETS_HOME: await newHome() })
    await expect(provider.getCredential('dev', 'bybit')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no credential dev/bybit.',
    })
  })

  test('MM_ACCOUNT and MM_API_KEY_SUFFIX choose, an account in the call comes first', async () => {
    const home = await newHome()
    const keeper = await keeperOf(home)
    const copy = await keeper.save({ exchange: 'bybit', account: 'hedge', suffix: '-new' })
    const other = await keeper.save({ exchange: 'bybit', suffix: '-new' })
    const provider = openProvider({
      MM_SECRETS_HOME: home,
      MM_ACCOUNT: 'hedge',
      MM_API_KEY_SUFFIX: '-new',
    })
    expect(plain(await provider.getCredential('dev', 'bybit'))).toEqual(plain({ members: copy }))
    expect(plain(await provider.getCredential('dev', 'bybit', null))).toEqual(
      plain({ members: other }),
    )
    await expect(provider.getCredential('dev', 'bybit', 'main')).rejects.toMatchObject({
      message: 'There is no credential dev/bybit@main/-new.',
    })
  })
})

describe('members', () => {
  test('a KuCoin credential has a passphrase, which shows nothing of itself', async () => {
    const home = await newHome()
    const saved = { ...freshPair(), api_passphrase: freshValue(12) }
    await (await keeperOf(home)).save({ exchange: 'kucoin' }, saved)
    const passphrase = await openProvider({ MM_SECRETS_HOME: home }).getApiPassphrase(
      'dev',
      'kucoin',
    )
    expect(passphrase.reveal()).toBe(saved.api_passphrase.reveal())
    expect(String(passphrase)).toBe('***')
  })

  test('a passphrase of an exchange that has none is USAGE', async () => {
    const provider = openProvider({ MM_SECRETS_HOME: await newHome() })
    await expect(provider.getApiPassphrase('dev', 'bybit')).rejects.toMatchObject({
      code: 'USAGE',
      message: 'A bybit credential has no api_passphrase.',
    })
  })

  test('two getters on either side of a rotation give members that know their versions', async () => {
    const home = await newHome()
    const keeper = await keeperOf(home)
    const before = await keeper.save({ exchange: 'bybit' })
    const provider = new SecretProvider({
      cacheTtlSeconds: 0,
      variables: { MM_SECRETS_HOME: home },
    })

    const key = await provider.getApiKey('dev', 'bybit')
    const after = await keeper.save({ exchange: 'bybit' })
    const secret = await provider.getApiSecret('dev', 'bybit')

    expect(key.reveal()).toBe(before.api_key?.reveal())
    expect(secret.reveal()).toBe(after.api_secret?.reveal())
    expect(key.versionId).not.toBeNull()
    expect(key.versionId).not.toBe(secret.versionId)
    expect((await provider.getApiKey('dev', 'bybit')).versionId).toBe(secret.versionId)
  })
})

describe('the cache', () => {
  test('hides a rotation until it is cleared', async () => {
    const home = await newHome()
    const keeper = await keeperOf(home)
    await keeper.save({ exchange: 'bybit' })
    const provider = openProvider({ MM_SECRETS_HOME: home })
    const before = await provider.getCredential('dev', 'bybit')
    const after = await keeper.save({ exchange: 'bybit' })
    expect(await provider.getCredential('dev', 'bybit')).toBe(before)
    provider.clearCache()
    expect(plain(await provider.getCredential('dev', 'bybit'))).toEqual(plain({ members: after }))
  })

  test('gives way when the exchange refused what it holds', async () => {
    const home = await newHome()
    const keeper = await keeperOf(home)
    await keeper.save({ exchange: 'bybit' })
    const provider = openProvider({ MM_SECRETS_HOME: home })
    const before = await provider.getCredential('dev', 'bybit')
    const after = await keeper.save({ exchange: 'bybit' })
    provider.invalidate(before)
    const anew = await provider.getCredential('dev', 'bybit')
    expect(plain(anew)).toEqual(plain({ members: after }))
    provider.invalidate(before)
    expect(await provider.getCredential('dev', 'bybit')).toBe(anew)
  })

  test('can be cleared before anything was read', () => {
    expect(() => {
      openProvider({}).clearCache()
    }).not.toThrow()
  })
})

describe('options', () => {
  test('come before the variables, and pin the provider', async () => {
    const home = await newHome()
    const saved = await (await keeperOf(home)).save({ env: 'shadow', exchange: 'bybit' })
    const variables = { MM_SECRETS_HOME: home, SECRETS_BACKEND: 'memory' }
    const provider = new SecretProvider({ backend: 'file', env: 'shadow', variables })
    expect(plain(await provider.getCredential('shadow', 'bybit'))).toEqual(
      plain({ members: saved }),
    )
    await expect(provider.getCredential('prod', 'bybit')).rejects.toMatchObject({
      code: 'ENVIRONMENT_MISMATCH',
    })
  })

  test.each([
    [{ env: 'prd' }, 'Unknown environment. Did you mean "prod"?'],
    [{ backend: 'flie' as 'file' }, 'Unknown backend. Did you mean "file"?'],
    [{ cacheTtlSeconds: -1 }, 'The time to live of the cache is not a number of seconds.'],
  ])('%o is USAGE at once', (options, message) => {
    expect(() => new SecretProvider(options)).toThrow(
      expect.objectContaining({ code: 'USAGE', message }),
    )
  })
})

describe('opening', () => {
  test('touches nothing before the first read', async () => {
    const home = await newHome()
    await writeFile(join(home, 'config.json'), 'not JSON')
    openProvider({ MM_SECRETS_HOME: home })
    expect(await readdir(home)).toEqual(['config.json'])
  })

  test('is tried again after it failed', async () => {
    const home = await newHome()
    await (await keeperOf(home)).save({ exchange: 'bybit' })
    const config = join(home, 'config.json')
    await writeFile(config, 'not JSON', { mode: 0o600 })
    const provider = openProvider({ MM_SECRETS_HOME: home })
    await expect(provider.getCredential('dev', 'bybit')).rejects.toMatchObject({ code: 'CONFIG' })
    await writeFile(config, '{}')
    await expect(provider.getCredential('dev', 'bybit')).resolves.toMatchObject({
      ref: { env: 'dev', exchange: 'bybit' },
    })
  })
})

describe('break-glass', () => {
  const emergency = freshPair()
  const variables = {
    MM_ENV: 'prod',
    SECRETS_BACKEND: 'memory',
    MM_FAKE_SECRETS_JSON: JSON.stringify({
      'mm-bot/prod/bybit/api_key': emergency.api_key?.reveal(),
      'mm-bot/prod/bybit/api_secret': emergency.api_secret?.reveal(),
    }),
  }

  test('works without a store, with one loud line', async () => {
    const lines: string[] = []
    const provider = new SecretProvider({
      variables: { ...variables, MM_SECRETS_HOME: await newHome() },
      warn: (line) => lines.push(line),
    })
    const credential = await provider.getCredential('prod', 'bybit')
    expect(plain(credential)).toEqual(plain({ members: emergency }))
    expect(lines).toEqual([expect.stringMatching(/^BREAK-GLASS: /)])
  })

  test("the line is one of Node's warnings where nobody else takes it", async () => {
    const warned = once(process, 'warning')
    const provider = openProvider({ ...variables, MM_SECRETS_HOME: await newHome() })
    await provider.getCredential('prod', 'bybit')
    expect(await warned).toEqual([
      expect.objectContaining({
        name: 'MmSecretsWarning',
        message: expect.stringMatching(/^BREAK-GLASS: /) as string,
      }),
    ])
  })

  test('is refused in CI', async () => {
    const home = await newHome()
    const provider = openProvider({ ...variables, MM_SECRETS_HOME: home, CI: 'true' })
    await expect(provider.getCredential('prod', 'bybit')).rejects.toMatchObject({
      code: 'PROD_FORBIDDEN_IN_CI',
    })
  })
})
