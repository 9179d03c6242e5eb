import { SecretsError } from '@mm-secrets/core'
import type { SecretName, SecretStore } from '@mm-secrets/core'
import { afterEach, describe, expect, it } from 'vitest'
import { awsSecretStore } from '../../src/index.ts'
import type { AnsweringServer } from '../answers.ts'
import { startAnswering } from '../answers.ts'
import { refused } from '../refused.ts'
import { NAME, call, newId, newValue, optionsFor } from '../stores.ts'

let server: AnsweringServer | null = null

afterEach(() => server?.close())

/** A store behind which something answers every request with 200, a request id and this. */
async function storeAnswering(answer: object): Promise<SecretStore> {
  server = await startAnswering((response) => {
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': 'r',
    })
    response.end(JSON.stringify(answer))
  })
  return awsSecretStore(optionsFor(server.url))
}

const ID = newId()
const SECRET = {
  Name: NAME,
  ARN: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${NAME}-a1B2c3`,
}

/** Parts of a description in forms that AWS never gives. */
const ODD_PARTS: readonly (readonly [string, object])[] = [
  ['an ARN that is none', { ARN: [] }],
  ['an ARN that would forge a line', { ARN: 'arn:aws:\u001b[2K\nok' }],
  ['a version without labels', { stages: { [ID]: null } }],
  ['labels that are no list', { stages: { [ID]: 'AWSCURRENT' } }],
  ['labels that are no texts', { stages: { [ID]: ['AWSCURRENT', 1] } }],
  ['a version id that reorders what is read', { stages: { [`${ID}\u202e`]: ['AWSCURRENT'] } }],
  ['tags that are no list', { Tags: { team: 'mm' } }],
  ['a tag that is none', { Tags: [null] }],
  ['a tag whose value is a number', { Tags: [{ Key: `mm.${ID}`, Value: 7 }] }],
  ['a date beyond all dates', { DeletedDate: 1e300 }],
]

describe('what is not of the form that AWS documents is told as an answer that is not from AWS', () => {
  it.each(ODD_PARTS)(
    'in a description: %s',
    async (_, { stages, ...part }: { stages?: object }) => {
      const store = await storeAnswering({ ...SECRET, VersionIdsToStages: stages, ...part })
      const error = await refused(store.describe(NAME, call()))
      expect(error).toMatchObject({ code: 'CONFIG' })
      expect(error.message).toContain('is not AWS')
    },
  )

  it.each(ODD_PARTS)('in a list: %s', async (_, { stages, ...part }: { stages?: object }) => {
    const entry = { ...SECRET, SecretVersionsToStages: stages, ...part }
    const store = await storeAnswering({ SecretList: [entry] })
    const error = await refused(store.list('mm-bot/', call())[Symbol.asyncIterator]().next())
    expect(error).toMatchObject({ code: 'CONFIG' })
  })

  it.each([
    ['no list', { SecretList: 'mm-bot/dev/bybit/api_key' }],
    ['an entry that is none', { SecretList: [null] }],
    ['a name that is none', { SecretList: [{ Name: 7 }] }],
  ])('in a list: %s', async (_, answer) => {
    const store = await storeAnswering(answer)
    const error = await refused(store.list('mm-bot/', call())[Symbol.asyncIterator]().next())
    expect(error).toMatchObject({ code: 'CONFIG' })
  })

  it.each([
    ['a value that is none', { SecretString: {} }],
    ['a version id that is none', { VersionId: true }],
    ['a version id with an escape sequence', { VersionId: '\u001b[31m' }],
    ['labels that are no list', { VersionStages: 7 }],
    ['labels that are no texts', { VersionStages: ['AWSCURRENT', null] }],
    ['a date beyond all dates', { CreatedDate: 1e300 }],
    ['another secret', { Name: 'mm-bot/dev/bybit/api_secret' }],
  ])('in a value: %s', async (_, part) => {
    const said = { ...SECRET, VersionId: ID, SecretString: 'x', VersionStages: ['AWSCURRENT'] }
    const store = await storeAnswering({ ...said, ...part })
    const error = await refused(store.get(NAME, { label: 'AWSCURRENT' }, call()))
    expect(error).toMatchObject({ code: 'CONFIG' })
  })

  it('in the answer to a write', async () => {
    const store = await storeAnswering({ ...SECRET, VersionId: ID, VersionStages: 'AWSCURRENT' })
    const version = { id: ID, value: newValue(), labels: ['AWSPENDING'] } as const
    expect(await refused(store.put(NAME, version, call()))).toMatchObject({ code: 'CONFIG' })
  })
})

it('passes over dates of versions that are none', async () => {
  const store = await storeAnswering({
    Versions: [null, { VersionId: 7, CreatedDate: 1 }, { VersionId: ID, CreatedDate: 1e300 }],
  })
  expect(await store.dates(NAME, call())).toEqual(new Map())
})

it('asks one by one for what a batch did not answer in its form', async () => {
  const store = await storeAnswering({ SecretValues: [null, 7], Errors: 'none' })
  const names = Array.from(
    { length: 8 },
    (_, at) => `mm-bot/dev/bybit@a${at}/api_key` as SecretName,
  )
  const reads = await Promise.allSettled(
    names.map((name) => store.get(name, { label: 'AWSCURRENT' }, call())),
  )
  for (const read of reads) {
    expect(read).toMatchObject({ status: 'rejected', reason: { code: 'CONFIG' } })
  }
  expect(server?.count()).toBe(9)
})

it('takes an error with the name of a property of every object for an unknown error', async () => {
  server = await startAnswering((response) => {
    response.writeHead(400, { 'x-amzn-requestid': 'r' })
    response.end(JSON.stringify({ __type: 'constructor', Message: 'no' }))
  })
  const store = awsSecretStore(optionsFor(server.url))
  expect(await refused(store.describe(NAME, call()))).toBeInstanceOf(SecretsError)
})
