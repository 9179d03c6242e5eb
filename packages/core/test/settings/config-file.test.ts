import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONFIG_SCHEMA } from '../../src/settings/config-schema.ts'
import { parseConfig } from '../../src/settings/config-file.ts'
import { thrownBy } from './settings-for.ts'

const FILE = '/home/desk/config.json'
const accepted = new Ajv2020({ allErrors: false }).compile(CONFIG_SCHEMA)

test('what a file says of an environment becomes its settings', () => {
  const config = {
    $schema: './config.schema.json',
    environments: {
      prod: {
        account_id: '123456789012',
        profile: 'desk-prod',
        region: 'eu-central-1',
        kms_key: 'alias/mm-bot',
        tags: { team: 'market making', 'cost:centre': '' },
        rotation_days: { bybit: 14 },
        audit_sinks: ['file', 'stderr'],
        identity: 'passphrase',
      },
      dev: {},
    },
  }
  expect(parseConfig(config, FILE)).toEqual({
    prod: {
      accountId: '123456789012',
      profile: 'desk-prod',
      region: 'eu-central-1',
      kmsKey: 'alias/mm-bot',
      tags: { team: 'market making', 'cost:centre': '' },
      rotationDays: { bybit: 14 },
      auditSinks: ['file', 'stderr'],
      identity: 'passphrase',
    },
    dev: {},
  })
  expect(parseConfig({}, FILE)).toEqual({})
})

describe('an unknown key is named by its path, with a suggestion', () => {
  test.each([
    [{ enviroments: {} }, 'enviroments is unknown. Did you mean "environments"?'],
    [{ environments: { prd: {} } }, 'environments.prd is unknown. Did you mean "prod"?'],
    [
      { environments: { prod: { regoin: 'eu-west-1' } } },
      'environments.prod.regoin is unknown. Did you mean "region"?',
    ],
    [
      { environments: { prod: { rotation_days: { bybt: 3 } } } },
      'environments.prod.rotation_days.bybt is unknown. Did you mean "bybit"?',
    ],
    [{ constructor: {} }, 'constructor is unknown.'],
    [JSON.parse('{"__proto__":{}}') as unknown, '__proto__ is unknown.'],
  ])('%j', (config, message) => {
    expect(() => parseConfig(config, FILE)).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: `${FILE}: ${message}` }),
    )
  })
})

describe('a wrong value is named by its path and never repeated', () => {
  test.each([
    [['canary'], 'the whole'],
    ['canary', 'the whole'],
    [null, 'the whole'],
    [{ environments: ['canary'] }, 'environments'],
    [{ environments: { prod: 'canary' } }, 'environments.prod'],
    [{ environments: { prod: { account_id: 123456789012 } } }, 'environments.prod.account_id'],
    [{ environments: { prod: { account_id: 'canary' } } }, 'environments.prod.account_id'],
    [{ environments: { prod: { region: 'canary region' } } }, 'environments.prod.region'],
    [{ environments: { prod: { tags: { 'aws:x': 'canary' } } } }, 'environments.prod.tags.aws:x'],
    [{ environments: { prod: { tags: { team: 7 } } } }, 'environments.prod.tags.team'],
    [
      { environments: { dev: { rotation_days: { bybit: 0 } } } },
      'environments.dev.rotation_days.bybit',
    ],
    [
      { environments: { dev: { rotation_days: { bybit: 1.5 } } } },
      'environments.dev.rotation_days.bybit',
    ],
    [{ environments: { dev: { audit_sinks: [] } } }, 'environments.dev.audit_sinks'],
    [{ environments: { dev: { audit_sinks: ['file', 'file'] } } }, 'environments.dev.audit_sinks'],
    [
      { environments: { dev: { audit_sinks: ['file', 'canary'] } } },
      'environments.dev.audit_sinks[1]',
    ],
    [{ environments: { dev: { identity: 'canary' } } }, 'environments.dev.identity'],
  ])('%j', (config, path) => {
    const error = thrownBy(() => parseConfig(config, FILE))
    expect(error.code).toBe('CONFIG')
    expect(error.message).toBe(`${FILE}: ${path} is not what it should be.`)
    expect(error.hint).not.toBe('')
    expect(`${error.message}${error.hint ?? ''}`).not.toContain('canary')
  })
})

test.each([`\u001b[2J\u202e${'x'.repeat(100)}`, 'aB3dE6gH9'.repeat(4), '9'.repeat(24)])(
  'a key that could deceive the reader, or is a value in the wrong place, is not repeated: %j',
  (key) => {
    const { message } = thrownBy(() => parseConfig({ environments: { prod: { [key]: 1 } } }, FILE))
    expect(message).toBe(`${FILE}: environments.prod.(a key that is not shown) is unknown.`)
  },
)

test('the parser and the published schema accept the same files', () => {
  const maybe = <T>(good: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 9, arbitrary: good }, fc.jsonValue())
  const key = <T extends string>(...names: T[]) =>
    fc.oneof({ weight: 19, arbitrary: fc.constantFrom(...names) }, fc.string())
  const environment = fc.record(
    {
      account_id: maybe(fc.stringMatching(/^[0-9]{12}$/)),
      profile: maybe(fc.string()),
      region: maybe(fc.constantFrom('us-east-1', 'us-gov-west-1', 'US', 'x')),
      kms_key: maybe(fc.constantFrom('alias/a', 'arn:aws:kms:eu-west-1:1:key/1', 'a b')),
      tags: maybe(fc.dictionary(fc.oneof(fc.constant('mm.x'), fc.string()), fc.string())),
      rotation_days: maybe(fc.dictionary(key('bybit', 'binance'), fc.integer({ max: 5000 }))),
      audit_sinks: maybe(fc.array(key('file', 'stderr'), { maxLength: 3 })),
      identity: maybe(key('plain', 'passphrase')),
    },
    { requiredKeys: [] },
  )
  const config = maybe(
    fc.record(
      { environments: maybe(fc.dictionary(key('dev', 'soak', 'prod'), maybe(environment))) },
      { requiredKeys: [] },
    ),
  )
  let valid = 0
  fc.assert(
    fc.property(config, (value) => {
      const isValid = accepted(value)
      if (isValid) valid++
      const parse = () => parseConfig(value, FILE)
      if (isValid) expect(parse).not.toThrow()
      else expect(parse).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    }),
    { numRuns: 1000 },
  )
  expect(valid).toBeGreaterThan(20)
})

test('config.schema.json is the schema that the parser uses', async () => {
  const published = await readFile(new URL('../../config.schema.json', import.meta.url))
  expect(JSON.parse(published.toString())).toEqual(CONFIG_SCHEMA)
})
