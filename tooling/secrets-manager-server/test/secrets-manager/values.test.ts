import { randomUUID } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { start } from '../client/with-server.ts'

const [V1, V2, V3] = [randomUUID(), randomUUID(), randomUUID()]

describe('CreateSecret', () => {
  it('answers with an ARN of a random suffix, and with the token as version id', async () => {
    const { call } = await start()
    const { status, json, headers } = await call('CreateSecret', {
      Name: 'mm-bot/test/x',
      SecretString: 'one',
      ClientRequestToken: V1,
    })
    expect(status).toBe(200)
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
    expect(json).toEqual({
      ARN: expect.stringMatching(
        /^arn:aws:secretsmanager:us-east-1:123456789012:secret:mm-bot\/test\/x-[A-Za-z0-9]{6}$/,
      ) as unknown,
      Name: 'mm-bot/test/x',
      VersionId: V1,
    })
  })

  it('without a value makes a secret without a version', async () => {
    const { call } = await start()
    const created = await call('CreateSecret', { Name: 'empty' })
    expect(created.json).not.toHaveProperty('VersionId')
    expect((await call('DescribeSecret', { SecretId: 'empty' })).json).not.toHaveProperty(
      'VersionIdsToStages',
    )
    expect((await call('GetSecretValue', { SecretId: 'empty' })).json).toEqual({
      __type: 'ResourceNotFoundException',
      Message:
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    })
  })

  it('with the same token and value is answered again, with another value refused', async () => {
    const { call } = await start()
    const secret = { Name: 'x', SecretString: 'one', ClientRequestToken: V1 }
    const first = await call('CreateSecret', secret)
    expect((await call('CreateSecret', secret)).json).toEqual(first.json)
    expect((await call('CreateSecret', { ...secret, SecretString: 'two' })).json).toEqual({
      __type: 'ResourceExistsException',
      Message: `You can't use ClientRequestToken ${V1} because that value is already in use for a version of secret ${String(first.json['ARN'])}.`,
    })
    expect((await call('CreateSecret', { ...secret, ClientRequestToken: V2 })).json).toEqual({
      __type: 'ResourceExistsException',
      Message: 'The operation failed because the secret x already exists.',
    })
  })

  it.each(['a b', 'a*b', 'a\\b', 'ключ', 'a:b'])('refuses the name %j', async (name) => {
    const { call } = await start()
    expect((await call('CreateSecret', { Name: name, SecretString: 'x' })).json).toEqual({
      __type: 'ValidationException',
      Message:
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    })
  })

  it('takes a name of 512 characters, and no longer one', async () => {
    const { call } = await start()
    expect((await call('CreateSecret', { Name: 'n'.repeat(512) })).status).toBe(200)
    const { status, json } = await call('CreateSecret', { Name: 'n'.repeat(513) })
    expect(status).toBe(400)
    expect(json['__type']).toBe('ValidationException')
    expect(json['Message']).toContain(
      "at 'name' failed to satisfy constraint: Member must have length less than or equal to 512",
    )
  })

  it('takes a name that ends in a hyphen and six characters, which is then lost as a partial ARN', async () => {
    const { call } = await start()
    const created = await call('CreateSecret', { Name: 'x-abcdef', SecretString: 'one' })
    expect(created.status).toBe(200)
    const complete = String(created.json['ARN'])
    const partial = complete.slice(0, -7)
    expect((await call('GetSecretValue', { SecretId: 'x-abcdef' })).status).toBe(200)
    expect((await call('GetSecretValue', { SecretId: complete })).status).toBe(200)
    expect((await call('GetSecretValue', { SecretId: partial })).json['__type']).toBe(
      'ResourceNotFoundException',
    )
  })
})

describe('GetSecretValue', () => {
  it('finds a secret by its name, its complete ARN, and its ARN without the suffix', async () => {
    const { call } = await start()
    const { json } = await call('CreateSecret', { Name: 'a/b', SecretString: 'one' })
    const arn = String(json['ARN'])
    for (const id of ['a/b', arn, arn.slice(0, -7)]) {
      expect((await call('GetSecretValue', { SecretId: id })).json['SecretString']).toBe('one')
    }
    for (const id of [
      'a',
      'a/b/',
      'A/B',
      `${arn.slice(0, -1)}_`,
      arn.replace('us-east-1', 'eu-west-1'),
    ]) {
      expect((await call('GetSecretValue', { SecretId: id })).json).toEqual({
        __type: 'ResourceNotFoundException',
        Message: "Secrets Manager can't find the specified secret.",
      })
    }
  })

  it('reads by id, by label and by both where they agree', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one', ClientRequestToken: V1 })
    await call('PutSecretValue', { SecretId: 'x', SecretString: 'two', ClientRequestToken: V2 })
    const read = async (choice: Record<string, string>): Promise<unknown> =>
      (await call('GetSecretValue', { SecretId: 'x', ...choice })).json['SecretString']
    expect(await read({})).toBe('two')
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('one')
    expect(await read({ VersionId: V1 })).toBe('one')
    expect(await read({ VersionId: V1, VersionStage: 'AWSPREVIOUS' })).toBe('one')
    const disagreeing = { SecretId: 'x', VersionId: V1, VersionStage: 'AWSCURRENT' }
    expect((await call('GetSecretValue', disagreeing)).json).toEqual({
      __type: 'InvalidRequestException',
      Message: 'You provided a VersionStage that is not associated to the provided VersionId.',
    })
    expect((await call('GetSecretValue', { SecretId: 'x', VersionId: V3 })).json).toEqual({
      __type: 'ResourceNotFoundException',
      Message: `Secrets Manager can't find the specified secret value for VersionId: ${V3}`,
    })
  })

  it('gives dates in seconds, with milliseconds behind the point', async () => {
    const { call, server } = await start()
    server.clock.freeze(Date.parse('2026-11-25T10:11:12.345Z'))
    await call('CreateSecret', { Name: 'x', SecretString: 'one' })
    const { json } = await call('GetSecretValue', { SecretId: 'x' })
    expect(json['CreatedDate']).toBe(1_795_601_472.345)
  })

  it('keeps binary values apart from strings', async () => {
    const { call } = await start()
    const bytes = Buffer.from([0, 255, 10, 200]).toString('base64')
    await call('CreateSecret', { Name: 'x', SecretBinary: bytes })
    const { json } = await call('GetSecretValue', { SecretId: 'x' })
    expect(json['SecretBinary']).toBe(bytes)
    expect(json).not.toHaveProperty('SecretString')
    const both = { SecretId: 'x', SecretBinary: bytes, SecretString: 'text' }
    expect((await call('PutSecretValue', both)).json).toEqual({
      __type: 'InvalidParameterException',
      Message:
        "You can't specify both a binary secret value and a string secret value in the same secret.",
    })
    const notBase64 = { SecretId: 'x', SecretBinary: '%%%' }
    expect((await call('PutSecretValue', notBase64)).json['__type']).toBe('SerializationException')
  })
})

describe('PutSecretValue', () => {
  it('moves AWSCURRENT, and AWSPREVIOUS behind it', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one', ClientRequestToken: V1 })
    const put = await call('PutSecretValue', {
      SecretId: 'x',
      SecretString: 'two',
      ClientRequestToken: V2,
    })
    expect(put.json).toMatchObject({ VersionId: V2, VersionStages: ['AWSCURRENT'] })
    await call('PutSecretValue', { SecretId: 'x', SecretString: 'three', ClientRequestToken: V3 })
    expect((await call('DescribeSecret', { SecretId: 'x' })).json['VersionIdsToStages']).toEqual({
      [V3]: ['AWSCURRENT'],
      [V2]: ['AWSPREVIOUS'],
    })
  })

  it('with labels moves those alone', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one', ClientRequestToken: V1 })
    const put = await call('PutSecretValue', {
      SecretId: 'x',
      SecretString: 'two',
      ClientRequestToken: V2,
      VersionStages: ['mm-two', 'AWSPENDING'],
    })
    expect(put.json['VersionStages']).toEqual(['AWSPENDING', 'mm-two'])
    expect((await call('GetSecretValue', { SecretId: 'x' })).json['SecretString']).toBe('one')
  })

  it('gives the first version AWSCURRENT, whatever labels it is given', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x' })
    const put = await call('PutSecretValue', {
      SecretId: 'x',
      SecretString: 'one',
      VersionStages: ['mm-one'],
    })
    expect(put.json['VersionStages']).toEqual(['AWSCURRENT', 'mm-one'])
  })

  it('with the same token and value does nothing and tells the labels of now', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one', ClientRequestToken: V1 })
    await call('PutSecretValue', { SecretId: 'x', SecretString: 'two', ClientRequestToken: V2 })
    const again = { SecretId: 'x', SecretString: 'one', ClientRequestToken: V1 }
    expect((await call('PutSecretValue', again)).json['VersionStages']).toEqual(['AWSPREVIOUS'])
    expect((await call('GetSecretValue', { SecretId: 'x' })).json['SecretString']).toBe('two')
    const other = { ...again, SecretString: 'other', VersionStages: ['AWSPENDING'] }
    expect((await call('PutSecretValue', other)).json['__type']).toBe('ResourceExistsException')
  })

  it('abandons a rotation: AWSPENDING goes when another version becomes current', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one', ClientRequestToken: V1 })
    await call('PutSecretValue', {
      SecretId: 'x',
      SecretString: 'two',
      ClientRequestToken: V2,
      VersionStages: ['AWSPENDING', 'kept'],
    })
    await call('PutSecretValue', { SecretId: 'x', SecretString: 'three', ClientRequestToken: V3 })
    expect((await call('DescribeSecret', { SecretId: 'x' })).json['VersionIdsToStages']).toEqual({
      [V1]: ['AWSPREVIOUS'],
      [V2]: ['kept'],
      [V3]: ['AWSCURRENT'],
    })
  })

  it('takes 65,536 bytes and no more, counted as UTF-8', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x' })
    const put = async (value: string): Promise<unknown> =>
      (await call('PutSecretValue', { SecretId: 'x', SecretString: value })).json['__type']
    expect(await put('v'.repeat(65_536))).toBeUndefined()
    expect(await put('v'.repeat(65_537))).toBe('ValidationException')
    expect(await put('é'.repeat(32_769))).toBe('ValidationException')
  })

  it('says nothing of the value that it refuses', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x' })
    const value = `needle${'v'.repeat(70_000)}`
    const { body } = await call('PutSecretValue', { SecretId: 'x', SecretString: value })
    expect(body).not.toContain('needle')
  })

  it('wants a token of 32 to 64 characters', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x' })
    const put = async (token: string | null): Promise<Record<string, unknown>> =>
      (
        await call('PutSecretValue', {
          SecretId: 'x',
          SecretString: 'v',
          ClientRequestToken: token,
        })
      ).json
    expect(await put('t'.repeat(31))).toMatchObject({ __type: 'ValidationException' })
    expect(await put('t'.repeat(65))).toMatchObject({ __type: 'ValidationException' })
    expect(await put('t'.repeat(32))).toMatchObject({ VersionId: 't'.repeat(32) })
    expect(await put(null)).toEqual({
      __type: 'InvalidRequestException',
      Message: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
    })
  })
})

describe('UpdateSecret', () => {
  it('changes description and key without a version, or writes one as Put does', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one', ClientRequestToken: V1 })
    const described = await call('UpdateSecret', {
      SecretId: 'x',
      Description: 'd',
      KmsKeyId: 'alias/k',
    })
    expect(described.json).not.toHaveProperty('VersionId')
    expect((await call('DescribeSecret', { SecretId: 'x' })).json).toMatchObject({
      Description: 'd',
      KmsKeyId: 'alias/k',
    })
    await call('UpdateSecret', { SecretId: 'x', SecretString: 'two', ClientRequestToken: V2 })
    expect((await call('GetSecretValue', { SecretId: 'x' })).json['SecretString']).toBe('two')
    const versions = (await call('ListSecretVersionIds', { SecretId: 'x' })).json['Versions']
    expect(versions).toMatchObject([
      { VersionId: V1, KmsKeyIds: ['DefaultEncryptionKey', 'alias/k'] },
      { VersionId: V2, KmsKeyIds: ['alias/k'] },
    ])
  })

  it('refuses a used token even with the same value', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one', ClientRequestToken: V1 })
    const again = { SecretId: 'x', SecretString: 'one', ClientRequestToken: V1 }
    expect((await call('UpdateSecret', again)).json['__type']).toBe('ResourceExistsException')
  })
})
