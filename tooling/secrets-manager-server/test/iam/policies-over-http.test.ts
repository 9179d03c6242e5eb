import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parsePoliciesFile } from '../../src/iam/policies-file.ts'
import { startServer, type RunningServer } from '../../src/start-server.ts'
import { client, type Client, type Credentials, type Reply } from './client.ts'

const NAME = 'mm-bot/prod/bybit/api_key'
const admin: Credentials = { accessKeyId: 'admin', secretAccessKey: 'of-the-admin' }
const bot: Credentials = { accessKeyId: 'bot', secretAccessKey: 'of-the-bot' }
const botArn = 'arn:aws:iam::123456789012:user/bot'

const allow = (Action: string | readonly string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
})

/** The reading policy of the operations guide, "Prerequisites". */
const reading = allow(
  ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', 'secretsmanager:ListSecrets'],
  'arn:aws:secretsmanager:*:*:secret:mm-bot/*',
)

let server: RunningServer
let asAdmin: Client

async function asBot(statements: object[], fields: object = {}): Promise<Client> {
  const policies = [{ Version: '2012-10-17', Statement: statements }]
  const file = { keys: [{ ...bot, policies }], ...fields }
  const old = server
  server = await startServer({
    accessKeys: [admin],
    policies: parsePoliciesFile(JSON.stringify(file)),
  })
  await old.close()
  asAdmin = client({ url: server.url, credentials: admin })
  await asAdmin.json('secretsmanager.CreateSecret', {
    Name: NAME,
    SecretString: value,
    Tags: [{ Key: 'env', Value: 'prod' }],
  })
  return client({ url: server.url, credentials: bot })
}

let value = ''
beforeAll(() => {
  value = ['bybit', 'key', 'value'].join('-')
})
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const secretsManager = (who: Client, operation: string, input: object = {}): Promise<Reply> =>
  who.json(`secretsmanager.${operation}`, input)

const denied = (action: string, resource: string | null): Record<string, unknown> => ({
  __type: 'AccessDeniedException',
  Message:
    `User: ${botArn} is not authorized to perform: secretsmanager:${action}` +
    `${resource === null ? '' : ` on resource: ${resource}`} because no identity-based policy ` +
    `allows the secretsmanager:${action} action`,
})

describe("under the guide's policy for reading", () => {
  it('a bot reads and describes, and nothing else', async () => {
    const who = await asBot([reading])
    const read = await secretsManager(who, 'GetSecretValue', { SecretId: NAME })
    expect(read).toMatchObject({ status: 200, json: { SecretString: value } })
    const { ARN } = (await secretsManager(who, 'DescribeSecret', { SecretId: NAME })).json
    expect(ARN).toMatch(/:secret:mm-bot\/prod\/bybit\/api_key-\w{6}$/)

    expect(await secretsManager(who, 'ListSecrets')).toMatchObject({
      status: 400,
      json: denied('ListSecrets', null),
    })
    const batch = await secretsManager(who, 'BatchGetSecretValue', { SecretIdList: [NAME] })
    expect(batch.json).toEqual(denied('BatchGetSecretValue', null))
    const writes: readonly (readonly [operation: string, input: object])[] = [
      ['PutSecretValue', { SecretId: NAME, SecretString: 'x' }],
      ['UpdateSecret', { SecretId: NAME, SecretString: 'x' }],
      ['DeleteSecret', { SecretId: NAME }],
      ['RestoreSecret', { SecretId: NAME }],
      ['TagResource', { SecretId: NAME, Tags: [{ Key: 'a', Value: 'b' }] }],
      ['UntagResource', { SecretId: NAME, TagKeys: ['env'] }],
      ['ListSecretVersionIds', { SecretId: NAME }],
      ['UpdateSecretVersionStage', { SecretId: NAME, VersionStage: 'X' }],
    ]
    for (const [operation, input] of writes) {
      expect((await secretsManager(who, operation, input)).json).toEqual(denied(operation, NAME))
    }
    const name = `${NAME}2`
    const created = await secretsManager(who, 'CreateSecret', { Name: name, SecretString: 'x' })
    expect(created.json).toEqual(denied('CreateSecret', name))
    const { json } = await secretsManager(asAdmin, 'GetSecretValue', { SecretId: NAME })
    expect(json).toMatchObject({ SecretString: value })
  })

  it('a missing secret of its names is missing, any other is denied', async () => {
    const who = await asBot([reading])
    const missing = await secretsManager(who, 'GetSecretValue', { SecretId: 'mm-bot/prod/x/y' })
    expect(missing.json['__type']).toBe('ResourceNotFoundException')
    const other = await secretsManager(who, 'GetSecretValue', { SecretId: 'mm-admin/prod/x' })
    expect(other.json).toEqual(denied('GetSecretValue', 'mm-admin/prod/x'))
  })

  it('a missing secret may read as denied, where the file says so', async () => {
    const who = await asBot([reading], { missingSecrets: 'denied' })
    const missing = await secretsManager(who, 'GetSecretValue', { SecretId: 'mm-bot/prod/x/y' })
    expect(missing.json).toEqual(denied('GetSecretValue', 'mm-bot/prod/x/y'))
  })
})

describe('a batch read', () => {
  it('gives what may be read one by one, and tells of the others', async () => {
    const who = await asBot([allow('secretsmanager:BatchGetSecretValue', '*'), reading])
    await secretsManager(asAdmin, 'CreateSecret', { Name: 'mm-admin/prod/x', SecretString: 'x' })
    const ids = [NAME, 'mm-admin/prod/x', 'mm-bot/none']
    const { status, json } = await secretsManager(who, 'BatchGetSecretValue', { SecretIdList: ids })
    expect(status).toBe(200)
    expect(json['SecretValues']).toMatchObject([{ Name: NAME, SecretString: value }])
    expect(json['Errors']).toMatchObject([
      { SecretId: 'mm-admin/prod/x', ErrorCode: 'AccessDeniedException' },
      { SecretId: 'mm-bot/none', ErrorCode: 'ResourceNotFoundException' },
    ])
  })

  it('by filters needs ListSecrets too', async () => {
    const batch = allow('secretsmanager:BatchGetSecretValue', '*')
    const who = await asBot([batch, reading])
    const input = { Filters: [{ Key: 'name', Values: ['mm-bot/'] }] }
    const refused = await secretsManager(who, 'BatchGetSecretValue', input)
    expect(refused.json).toEqual(denied('ListSecrets', null))
    const more = await asBot([batch, reading, allow('secretsmanager:ListSecrets', '*')])
    const { json } = await secretsManager(more, 'BatchGetSecretValue', input)
    expect(json['SecretValues']).toMatchObject([{ Name: NAME }])
  })
})

describe('a condition', () => {
  const read = 'secretsmanager:GetSecretValue'
  const stage = { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } }

  it('on the label denies a read that does not name it', async () => {
    const who = await asBot([allow(read, '*', stage)])
    const unnamed = await secretsManager(who, 'GetSecretValue', { SecretId: NAME })
    expect(unnamed.json).toEqual(denied('GetSecretValue', NAME))
    const named = { SecretId: NAME, VersionStage: 'AWSCURRENT' }
    expect((await secretsManager(who, 'GetSecretValue', named)).status).toBe(200)
  })

  it.each([
    ['a tag of the secret', { StringEquals: { 'secretsmanager:ResourceTag/env': 'prod' } }, 200],
    ['another value of the tag', { StringEquals: { 'aws:ResourceTag/env': 'dev' } }, 400],
    ['this machine’s address', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, 200],
    ['another address', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 400],
    ['the region', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, 200],
    ['the id', { StringLike: { 'secretsmanager:SecretId': 'mm-bot/*' } }, 200],
  ])('on %s is answered', async (_what, condition, status) => {
    const who = await asBot([allow(read, '*', condition)])
    const reply = await secretsManager(who, 'GetSecretValue', { SecretId: NAME })
    expect(reply.status).toBe(status)
  })

  it('on the time follows the clock of the server', async () => {
    const until = { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }
    const who = await asBot([allow(read, '*', until)])
    const status = async (): Promise<number> =>
      (await secretsManager(who, 'GetSecretValue', { SecretId: NAME })).status
    server.clock.freeze(Date.parse('2029-12-31T23:59:59Z'))
    expect(await status()).toBe(200)
    server.clock.freeze(Date.parse('2030-01-01T00:00:00Z'))
    expect(await status()).toBe(400)
  })
})

describe('a new secret', () => {
  it('with tags needs TagResource too, under a pattern that leaves room for its suffix', async () => {
    const resource = 'arn:aws:secretsmanager:*:*:secret:mm-bot/prod/kucoin/api_key-??????'
    const create = { Name: 'mm-bot/prod/kucoin/api_key', SecretString: 'x' }
    const tagged = { ...create, Tags: [{ Key: 'env', Value: 'prod' }] }
    const who = await asBot([allow('secretsmanager:CreateSecret', resource)])
    const refused = await secretsManager(who, 'CreateSecret', tagged)
    expect(refused.json).toEqual(denied('TagResource', create.Name))
    expect((await secretsManager(who, 'CreateSecret', create)).status).toBe(200)
  })
})
