import { describeWith } from '@mm-secrets/vitest-config'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parsePoliciesFile } from '../../src/iam/policies-file.ts'
import { startServer, type RunningServer } from '../../src/start-server.ts'
import { awsCli } from '../iam/aws-cli.ts'
import { client, type Client, type Reply } from '../iam/client.ts'

const NAME = 'mm-bot/prod/bybit/api_key'
const NOW = Date.parse('2026-11-25T12:00:00Z')
const admin = { accessKeyId: 'admin', secretAccessKey: 'of-the-admin' }
const bot = { accessKeyId: 'bot', secretAccessKey: 'of-the-bot' }
const policies = parsePoliciesFile(
  JSON.stringify({
    keys: [
      {
        ...bot,
        arn: 'arn:aws:iam::123456789012:user/bots/bot',
        policies: [
          {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'secretsmanager:BatchGet*', Resource: '*' },
              {
                Effect: 'Allow',
                Action: 'secretsmanager:GetSecretValue',
                Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/*',
              },
            ],
          },
        ],
      },
    ],
  }),
)

interface Told {
  readonly EventName: string
  readonly EventTime: number
  readonly Username: string
  readonly Resources: readonly { readonly ResourceName: string }[]
  readonly CloudTrailEvent: string
}

let server: RunningServer
let asAdmin: Client
let asBot: Client
let value: string
beforeEach(async () => {
  value = ['bybit', 'key', 'value'].join('-')
  server = await startServer({ accessKeys: [admin], policies })
  server.clock.freeze(NOW)
  asAdmin = client({ url: server.url, credentials: admin })
  asBot = client({ url: server.url, credentials: bot })
})
afterEach(() => server.close())

const create = (Name: string): Promise<Reply> =>
  asAdmin.json('secretsmanager.CreateSecret', { Name, SecretString: value })

const read = (SecretId: string, fields: object = {}, who = asBot): Promise<Reply> =>
  who.json('secretsmanager.GetSecretValue', { SecretId, ...fields })

const lookUp = (input: object = {}, who = asAdmin): Promise<Reply> =>
  who.json('cloudtrail.LookupEvents', input)

/** A second later, so that no lookup meets the limit of requests. */
async function events(input: object = {}): Promise<readonly Told[]> {
  server.clock.advance(1000)
  const { status, json } = await lookUp(input)
  expect(status).toBe(200)
  return json['Events'] as readonly Told[]
}

const records = (told: readonly Told[]): Record<string, unknown>[] =>
  told.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent) as Record<string, unknown>)

const by = (AttributeKey: string, AttributeValue: string): object => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
})

describe('LookupEvents', () => {
  it('tells who did what to which secret and when, newest first', async () => {
    await create(NAME)
    server.clock.advance(60_000)
    await read(NAME, { VersionStage: 'AWSCURRENT' })
    const told = await events()
    expect(told.map(({ EventName, Username }) => [EventName, Username])).toEqual([
      ['GetSecretValue', 'bot'],
      ['CreateSecret', 'admin'],
    ])
    expect(told.map(({ EventTime }) => EventTime)).toEqual([NOW / 1000 + 60, NOW / 1000])
    expect(records(told)[0]).toMatchObject({
      eventName: 'GetSecretValue',
      userIdentity: { type: 'IAMUser', userName: 'bot', accessKeyId: 'bot' },
      requestParameters: { secretId: NAME, versionStage: 'AWSCURRENT' },
      responseElements: null,
      sourceIPAddress: '127.0.0.1',
    })
  })

  it('holds no value, whatever was written', async () => {
    await create(NAME)
    await asAdmin.json('secretsmanager.PutSecretValue', { SecretId: NAME, SecretString: value })
    const binary = Buffer.from(value).toString('base64')
    await asAdmin.json('secretsmanager.UpdateSecret', { SecretId: NAME, SecretBinary: binary })
    await read(NAME)
    const told = await events()
    expect(told).toHaveLength(4)
    expect(JSON.stringify(told)).not.toContain(value)
    expect(JSON.stringify(told)).not.toContain(binary)
  })

  it('finds a secret by the name or the ARN that the request had', async () => {
    const { ARN } = (await create(NAME)).json as { readonly ARN: string }
    await read(NAME)
    await read(ARN)
    const found = async (name: string): Promise<string[]> =>
      (await events(by('ResourceName', name))).map(({ EventName }) => EventName)
    expect(await found(NAME)).toEqual(['GetSecretValue', 'CreateSecret'])
    expect(await found(ARN)).toEqual(['GetSecretValue', 'CreateSecret'])
    expect(await found('mm-bot/prod/bybit')).toEqual([])
  })

  it('spells the ARN of an answer in both ways of the service', async () => {
    const { ARN } = (await create(NAME)).json as { readonly ARN: string }
    await asAdmin.json('secretsmanager.UpdateSecret', { SecretId: NAME, Description: 'x' })
    const [updated, created] = records(await events())
    expect(created?.['responseElements']).toMatchObject({ arn: ARN })
    expect(updated?.['responseElements']).toMatchObject({ aRN: ARN })
  })

  it('tells each secret of a batch as a read of its own', async () => {
    await create(NAME)
    await create('mm-admin/x')
    const ids = [NAME, 'mm-admin/x']
    await asBot.json('secretsmanager.BatchGetSecretValue', { SecretIdList: ids })
    const told = records(await events(by('Username', 'bot')))
    expect(told.map(({ eventName }) => eventName)).toEqual(['GetSecretValue', 'GetSecretValue'])
    expect(told.map(({ errorCode }) => errorCode)).toEqual(['AccessDenied', undefined])
  })

  it('tells what was denied, and why', async () => {
    await create('mm-admin/x')
    await read('mm-admin/x')
    const [denied] = records(await events(by('Username', 'bot')))
    expect(denied).toMatchObject({
      eventName: 'GetSecretValue',
      errorCode: 'AccessDenied',
      errorMessage: expect.stringMatching(
        /^User: arn:aws:iam::123456789012:user\/bots\/bot is not authorized to perform: /,
      ) as string,
    })
  })

  it('tells its own requests and those of STS', async () => {
    await asBot.form({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
    await events()
    const told = await events({ MaxResults: 2 })
    expect(told.map(({ EventName }) => EventName)).toEqual(['LookupEvents', 'GetCallerIdentity'])
  })

  it('needs permission', async () => {
    expect((await lookUp({}, asBot)).json).toEqual({
      __type: 'AccessDeniedException',
      Message:
        'User: arn:aws:iam::123456789012:user/bots/bot is not authorized to perform: ' +
        'cloudtrail:LookupEvents because no identity-based policy allows the ' +
        'cloudtrail:LookupEvents action',
    })
  })

  it('answers two requests a second in each region, by the clock of the server', async () => {
    const inOtherRegion = client({ url: server.url, credentials: admin, region: 'eu-west-1' })
    expect((await lookUp()).status).toBe(200)
    expect((await lookUp()).status).toBe(200)
    expect(await lookUp()).toMatchObject({
      status: 400,
      json: { __type: 'ThrottlingException', Message: 'Rate exceeded' },
    })
    expect((await lookUp({}, inOtherRegion)).status).toBe(200)
    server.clock.advance(1000)
    expect((await lookUp()).status).toBe(200)
  })

  it('knows of an event only once it was delivered', async () => {
    server.knobs.set({ eventDelayMs: 300_000 })
    await create(NAME)
    expect(await events()).toEqual([])
    server.clock.advance(300_000)
    expect((await events()).map(({ EventName }) => EventName)).toContain('CreateSecret')
  })

  it('is walked through by its tokens', async () => {
    await create(NAME)
    for (let count = 0; count < 5; count++) await read(NAME)
    const input = { ...by('EventName', 'GetSecretValue'), MaxResults: 3 }
    const first = (await lookUp(input)).json
    expect(first['Events']).toHaveLength(3)
    const second = (await lookUp({ ...input, NextToken: first['NextToken'] })).json
    expect(second['Events']).toHaveLength(2)
    expect(second).not.toHaveProperty('NextToken')
  })
})

interface Row {
  readonly Time: number | string
  readonly User: string
  readonly Action: string
}

describeWith('aws', 'aws cloudtrail lookup-events', (path) => {
  const cli = (...args: readonly string[]) =>
    awsCli(path, { url: server.url, credentials: admin }, ['cloudtrail', 'lookup-events', ...args])

  it("answers the guide's query for the recent accesses of a secret", async () => {
    await create(NAME)
    server.clock.advance(1000)
    await read(NAME)
    await create('mm-bot/prod/kucoin/api_key')
    const { code, stdout, stderr } = await cli(
      '--lookup-attributes',
      `AttributeKey=ResourceName,AttributeValue=${NAME}`,
      '--max-results',
      '10',
      '--query',
      'Events[].{Time:EventTime,User:Username,Action:EventName}',
    )
    expect([code, stderr]).toEqual([0, ''])
    const rows = JSON.parse(stdout) as readonly Row[]
    expect(rows.map(({ User, Action }) => [User, Action])).toEqual([
      ['bot', 'GetSecretValue'],
      ['admin', 'CreateSecret'],
    ])
    // Version 1 of the CLI prints seconds, version 2 ISO 8601.
    const time = rows[0]?.Time ?? 0
    expect(typeof time === 'number' ? time * 1000 : Date.parse(time)).toBe(NOW + 1000)
  })

  it('walks through all pages by itself, where the rate lets it', async () => {
    await create(NAME)
    for (let count = 0; count < 60; count++) await read(NAME)
    const { code, stdout } = await cli('--query', 'length(Events)')
    expect([code, stdout.trim()]).toEqual([0, '61'])
  })

  it('understands what it is refused', async () => {
    const { code, stderr } = await cli(
      '--start-time',
      '2026-11-25T00:00:00Z',
      '--end-time',
      '2026-11-24T00:00:00Z',
    )
    expect(code).not.toBe(0)
    expect(stderr).toContain('(InvalidTimeRangeException) when calling the LookupEvents operation')
  })
})
