import { describe, expect, it } from 'vitest'

import type { Call } from '../client/signed-client.ts'
import { start } from '../client/with-server.ts'

interface Entry {
  readonly Name: string
  readonly DeletedDate?: number
}

async function list(call: Call, input: Record<string, unknown> = {}): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  let token = input['NextToken']
  do {
    const { json } = await call('ListSecrets', { ...input, NextToken: token })
    entries.push(...(json['SecretList'] as Entry[]))
    token = json['NextToken']
  } while (token !== undefined)
  return entries
}

const names = async (call: Call, input: Record<string, unknown> = {}): Promise<readonly string[]> =>
  (await list(call, input)).map(({ Name }) => Name)

const by = (Key: string, ...Values: string[]) => ({ Filters: [{ Key, Values }] })

async function some() {
  const harness = await start()
  const secrets = [
    {
      Name: 'mm-bot/prod/a',
      Description: 'The Bybit account',
      Tags: [{ Key: 'env', Value: 'prod' }],
    },
    { Name: 'mm-bot/test/a', Tags: [{ Key: 'Env', Value: 'test' }] },
    { Name: 'other/prod', Description: 'nothing' },
  ]
  for (const secret of secrets) await harness.call('CreateSecret', { ...secret, SecretString: 'v' })
  return harness
}

describe('filters', () => {
  it.each([
    ['name', ['mm-bot/'], ['mm-bot/prod/a', 'mm-bot/test/a']],
    ['name', ['MM-bot/'], []],
    ['name', ['prod'], []],
    ['name', ['!mm-bot/'], ['other/prod']],
    ['name', ['mm-bot/prod', 'other'], ['mm-bot/prod/a', 'other/prod']],
    ['tag-key', ['env'], ['mm-bot/prod/a']],
    ['tag-key', ['!env'], ['mm-bot/test/a', 'other/prod']],
    ['tag-value', ['te'], ['mm-bot/test/a']],
    ['description', ['bybit'], ['mm-bot/prod/a']],
    ['all', ['PROD'], ['mm-bot/prod/a', 'other/prod']],
    ['all', ['account bybit'], ['mm-bot/prod/a']],
    ['primary-region', ['us-'], ['mm-bot/prod/a', 'mm-bot/test/a', 'other/prod']],
    ['primary-region', ['eu-'], []],
    ['owning-service', ['rds'], []],
  ])('%s %j selects %j', async (key, values, wanted) => {
    const { call } = await some()
    expect([...(await names(call, by(key, ...values)))].sort()).toEqual(wanted)
  })

  it('all have to hold', async () => {
    const { call } = await some()
    const Filters = [
      { Key: 'name', Values: ['mm-bot/'] },
      { Key: 'tag-value', Values: ['prod'] },
    ]
    expect(await names(call, { Filters })).toEqual(['mm-bot/prod/a'])
  })

  it.each([
    [{ Key: 'colour', Values: ['x'] }, 'enum value set'],
    [{ Key: 'name', Values: [] }, 'length greater than or equal to 1'],
    [{ Key: 'name', Values: ['a*'] }, 'regular expression'],
    [{ Key: 'name' }, 'must not be null'],
  ])('refuses %j', async (filter, why) => {
    const { call } = await start()
    const { json } = await call('ListSecrets', { Filters: [filter] })
    expect(json['__type']).toBe('ValidationException')
    expect(json['Message']).toContain(why)
  })
})

describe('pages', () => {
  it('hold 100 at most, and all pages together everything once', async () => {
    const { call, server } = await start()
    for (let index = 0; index < 250; index += 1) {
      await call('CreateSecret', { Name: `s${String(index).padStart(3, '0')}` })
    }
    server.requests.clear()
    const found = await names(call)
    expect(new Set(found).size).toBe(250)
    expect(server.requests.count('ListSecrets')).toBe(3)
    const tooMany = await call('ListSecrets', { MaxResults: 101 })
    expect(tooMany.json['__type']).toBe('ValidationException')
  })

  it('may be empty and still have a token', async () => {
    const { call } = await some()
    const { server, call: emptied } = await start({ knobs: { emptyPages: true } })
    await emptied('CreateSecret', { Name: 'one' })
    const first = await emptied('ListSecrets', {})
    expect(first.json['SecretList']).toEqual([])
    expect(first.json['NextToken']).toEqual(expect.any(String))
    expect(await names(emptied)).toEqual(['one'])
    expect(server.requests.count('ListSecrets')).toBe(3)
    expect(await names(call)).toHaveLength(3)
  })

  it('neither repeat nor skip what stays, while others come and go', async () => {
    const { call } = await start()
    for (const name of ['a', 'b', 'c', 'd']) await call('CreateSecret', { Name: name })
    const first = await call('ListSecrets', { MaxResults: 2, SortBy: 'name' })
    await call('DeleteSecret', { SecretId: 'a' })
    await call('CreateSecret', { Name: 'aa' })
    const rest = await names(call, { NextToken: first.json['NextToken'], SortBy: 'name' })
    expect(rest).toEqual(['c', 'd'])
  })

  it('are not continued by a token that the server did not give', async () => {
    const { call } = await start()
    for (const token of ['nonsense', Buffer.from('{"after":1}').toString('base64')]) {
      const { json } = await call('ListSecrets', { NextToken: token })
      expect(json).toEqual({ __type: 'InvalidNextTokenException', Message: 'Invalid Token' })
    }
  })
})

describe('order', () => {
  it('is by creation, or as asked for', async () => {
    const { call, server } = await start()
    server.clock.freeze(0)
    for (const name of ['b', 'a', 'c']) {
      server.clock.advance(1000)
      await call('CreateSecret', { Name: name, SecretString: 'v' })
    }
    server.clock.advance(1000)
    await call('TagResource', { SecretId: 'b', Tags: [{ Key: 'k', Value: 'v' }] })
    expect(await names(call)).toEqual(['b', 'a', 'c'])
    expect(await names(call, { SortOrder: 'desc' })).toEqual(['c', 'a', 'b'])
    expect(await names(call, { SortBy: 'name' })).toEqual(['a', 'b', 'c'])
    expect(await names(call, { SortBy: 'last-changed-date' })).toEqual(['a', 'c', 'b'])
  })
})

it('deleted secrets are listed where they are asked for, with the time of their deletion', async () => {
  const { call, server } = await some()
  server.clock.freeze(1_795_600_000_000)
  await call('DeleteSecret', { SecretId: 'other/prod' })
  expect(await names(call)).toEqual(['mm-bot/prod/a', 'mm-bot/test/a'])
  const all = await list(call, { IncludePlannedDeletion: true })
  expect(all.find(({ Name }) => Name === 'other/prod')?.DeletedDate).toBe(1_795_600_000)
})

it('each region has its own secrets', async () => {
  const { call, as } = await some()
  const elsewhere = as({ region: 'eu-west-1' })
  expect(await names(elsewhere)).toEqual([])
  const created = await elsewhere('CreateSecret', { Name: 'mm-bot/prod/a' })
  expect(created.json['ARN']).toContain('arn:aws:secretsmanager:eu-west-1:')
  expect(await names(call)).toHaveLength(3)
})

describe('BatchGetSecretValue', () => {
  it('reads by ids, and tells of each that failed', async () => {
    const { call } = await some()
    await call('CreateSecret', { Name: 'empty' })
    await call('DeleteSecret', { SecretId: 'other/prod' })
    const { json } = await call('BatchGetSecretValue', {
      SecretIdList: ['mm-bot/prod/a', 'missing', 'empty', 'other/prod'],
    })
    expect(json['SecretValues']).toMatchObject([
      { Name: 'mm-bot/prod/a', SecretString: 'v', VersionStages: ['AWSCURRENT'] },
    ])
    expect(json['Errors']).toMatchObject([
      { SecretId: 'missing', ErrorCode: 'ResourceNotFoundException' },
      { SecretId: 'empty', ErrorCode: 'ResourceNotFoundException' },
      { SecretId: 'other/prod', ErrorCode: 'InvalidRequestException' },
    ])
  })

  it('reads by filters, page by page', async () => {
    const { call } = await some()
    const first = await call('BatchGetSecretValue', { ...by('name', 'mm-bot/'), MaxResults: 1 })
    expect(first.json['SecretValues']).toMatchObject([{ Name: 'mm-bot/prod/a' }])
    const second = await call('BatchGetSecretValue', {
      ...by('name', 'mm-bot/'),
      NextToken: first.json['NextToken'],
    })
    expect(second.json['SecretValues']).toMatchObject([{ Name: 'mm-bot/test/a' }])
    expect(second.json).not.toHaveProperty('NextToken')
  })

  it.each([
    [{}, 'InvalidParameterException'],
    [{ SecretIdList: ['a'], ...by('name', 'a') }, 'InvalidParameterException'],
    [{ SecretIdList: ['a'], MaxResults: 5 }, 'InvalidParameterException'],
    [{ SecretIdList: [] }, 'ValidationException'],
    [{ SecretIdList: Array.from({ length: 21 }, () => 'a') }, 'ValidationException'],
    [{ ...by('name', 'a'), MaxResults: 21 }, 'ValidationException'],
  ])('refuses %j', async (input, code) => {
    const { call } = await start()
    expect((await call('BatchGetSecretValue', input)).json['__type']).toBe(code)
  })
})
