import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SecretsError } from '../../src/errors/secrets-error.ts'
import { settingsFor, thrownBy } from './settings-for.ts'

describe('with nothing set', () => {
  test('the encrypted vault in the home is used, unpinned', () => {
    expect(settingsFor({})).toEqual({
      backend: 'file',
      backendNamed: false,
      pin: null,
      ci: 'none',
      namespace: 'mm-bot',
      account: null,
      suffix: null,
      home: '/home/desk/.local/share/mm-secrets',
      region: null,
      profile: null,
      exchangeEndpoint: null,
      auditSinks: ['file'],
      seed: new Map(),
      identityFile: null,
      identityPassphraseFile: null,
      environments: {},
    })
  })
})

test('every variable reaches its setting', () => {
  const settings = settingsFor({
    SECRETS_BACKEND: 'aws',
    MM_ENV: 'shadow',
    MM_ACCOUNT: 'hedge',
    MM_API_KEY_SUFFIX: '-new',
    MM_SECRETS_NAMESPACE: 'desk-7',
    MM_SECRETS_HOME: '/srv/secrets/',
    MM_AUDIT_SINKS: 'stderr, file,stderr',
    MM_SECRETS_IDENTITY_FILE: '/run/keys/id.txt',
    MM_SECRETS_IDENTITY_PASSPHRASE_FILE: '/run/keys/../pass',
    MM_EXCHANGE_ENDPOINT: 'http://127.0.0.1:8080/',
    AWS_REGION: 'eu-central-1',
    AWS_PROFILE: 'trading desk',
  })
  expect(settings).toMatchObject({
    backend: 'aws',
    backendNamed: true,
    pin: 'shadow',
    account: 'hedge',
    suffix: '-new',
    namespace: 'desk-7',
    home: '/srv/secrets',
    auditSinks: ['stderr', 'file'],
    identityFile: '/run/keys/id.txt',
    identityPassphraseFile: '/run/pass',
    exchangeEndpoint: 'http://127.0.0.1:8080',
    region: 'eu-central-1',
    profile: 'trading desk',
  })
})

const OURS = [
  'SECRETS_BACKEND',
  'MM_ENV',
  'MM_ACCOUNT',
  'MM_API_KEY_SUFFIX',
  'MM_SECRETS_NAMESPACE',
  'MM_SECRETS_HOME',
  'MM_AUDIT_SINKS',
  'MM_SECRETS_IDENTITY_FILE',
  'MM_SECRETS_IDENTITY_PASSPHRASE_FILE',
  'MM_EXCHANGE_ENDPOINT',
]

test.each(OURS)('an empty %s is an error that names it and says what is allowed', (name) => {
  const error = thrownBy(() => settingsFor({ [name]: '' }))
  expect(error).toMatchObject({ code: 'CONFIG', message: `${name} is empty.` })
  expect(error.hint).toMatch(/^Unset it, or give it a value\. .+/)
})

const AWS = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_PROFILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_SECRETS_MANAGER',
]

test.each([...OURS, ...AWS])('a malformed %s is named and never repeated', (name) => {
  const content = ' Zq7/vT2 mZx9\n'
  const error = thrownBy(() => settingsFor({ [name]: content }))
  expect(error.code).toBe('CONFIG')
  expect(error.message).toContain(name)
  expect(`${error.message} ${error.hint ?? ''}`).not.toContain('vT2')
})

test('empty AWS variables are unset, as they are to the SDK', () => {
  const env = Object.fromEntries(AWS.map((name) => [name, '']))
  expect(settingsFor(env)).toMatchObject({ region: null, profile: null })
})

test('a near miss gets a suggestion', () => {
  expect(() => settingsFor({ MM_ENV: 'shadwo' })).toThrow('Did you mean "shadow"?')
  expect(() => settingsFor({ SECRETS_BACKEND: 'flie' })).toThrow('Did you mean "file"?')
  expect(() => settingsFor({ MM_AUDIT_SINKS: 'file,stdrr' })).toThrow('Did you mean "stderr"?')
})

test('words are taken exactly: a capital or a space is an error', () => {
  expect(() => settingsFor({ MM_ENV: 'Prod' })).toThrow('MM_ENV is malformed.')
  expect(() => settingsFor({ MM_ENV: 'prod ' })).toThrow('MM_ENV is malformed.')
})

test('no content of any variable makes anything but settings or CONFIG', () => {
  const names = fc.constantFrom(...OURS, ...AWS, 'MM_FAKE_SECRETS_JSON')
  fc.assert(
    fc.property(names, fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (name, content) => {
      try {
        settingsFor({ [name]: content })
      } catch (error) {
        expect(error).toMatchObject({ code: 'CONFIG' })
        expect((error as SecretsError).message).toContain(name)
      }
    }),
  )
})

test('MM_AUDIT_SINKS overrules what the configuration says of each environment', () => {
  const config = { environments: { prod: { audit_sinks: ['stderr'], region: 'eu-west-1' } } }
  expect(settingsFor({}, config).environments.prod?.auditSinks).toEqual(['stderr'])
  const overruled = settingsFor({ MM_AUDIT_SINKS: 'file' }, config)
  expect(overruled.environments.prod).toEqual({ region: 'eu-west-1' })
  expect(overruled.auditSinks).toEqual(['file'])
})
