import { describe, expect, it } from 'vitest'

import type { AuthorizationRequest } from '../../src/index.ts'
import type { Call } from '../client/signed-client.ts'
import { start } from '../client/with-server.ts'

interface Watched {
  readonly call: Call
  /** What was asked since the last look. */
  asked(): readonly Pick<AuthorizationRequest, 'action' | 'resource' | 'conditions'>[]
}

/** @param denied actions that are denied */
async function watched(...denied: string[]): Promise<Watched> {
  const seen: AuthorizationRequest[] = []
  const { call } = await start({
    authorizer: {
      authorize(request) {
        seen.push(request)
        return denied.includes(request.action)
          ? { allowed: false, message: `no ${request.action}` }
          : { allowed: true }
      },
    },
  })
  return {
    call,
    asked: () =>
      seen.splice(0).map(({ action, resource, conditions }) => {
        const { 'aws:SourceIp': _ip, 'aws:UserAgent': _agent, ...ofOperation } = conditions
        return { action, resource, conditions: ofOperation }
      }),
  }
}

describe('what is asked', () => {
  it('of a read: the ARN, the tags, and the version that was named', async () => {
    const { call, asked } = await watched()
    const Tags = [{ Key: 'env', Value: 'test' }]
    const { json } = await call('CreateSecret', { Name: 'x', SecretString: 'v', Tags })
    const resource = String(json['ARN'])
    const ofTags = { 'secretsmanager:ResourceTag/env': 'test', 'aws:ResourceTag/env': 'test' }
    const ofRequest = { 'aws:RequestTag/env': 'test', 'aws:TagKeys': ['env'] }
    const ofName = { 'secretsmanager:Name': 'x' }
    expect(asked()).toEqual(
      ['CreateSecret', 'TagResource'].map((action) => ({
        action: `secretsmanager:${action}`,
        resource,
        conditions: { ...ofTags, ...ofRequest, ...ofName },
      })),
    )
    await call('GetSecretValue', { SecretId: 'x', VersionStage: 'AWSCURRENT' })
    await call('GetSecretValue', { SecretId: 'x' })
    const action = 'secretsmanager:GetSecretValue'
    const ofId = { 'secretsmanager:SecretId': 'x' }
    expect(asked()).toEqual([
      {
        action,
        resource,
        conditions: { ...ofTags, ...ofId, 'secretsmanager:VersionStage': 'AWSCURRENT' },
      },
      { action, resource, conditions: { ...ofTags, ...ofId } },
    ])
  })

  it('of a secret that is missing: its id as it was written', async () => {
    const { call, asked } = await watched()
    await call('DescribeSecret', { SecretId: 'missing' })
    expect(asked()).toMatchObject([
      { action: 'secretsmanager:DescribeSecret', resource: 'missing' },
    ])
  })

  it('of lists, batches and passwords: no resource', async () => {
    const { call, asked } = await watched()
    await call('ListSecrets')
    await call('GetRandomPassword')
    await call('BatchGetSecretValue', { SecretIdList: ['missing'] })
    await call('BatchGetSecretValue', { Filters: [] })
    expect(asked().map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      'secretsmanager:ListSecrets *',
      'secretsmanager:GetRandomPassword *',
      'secretsmanager:BatchGetSecretValue *',
      'secretsmanager:GetSecretValue missing',
      'secretsmanager:BatchGetSecretValue *',
      'secretsmanager:ListSecrets *',
    ])
  })

  it("of a customer's key: its use, by the service, for this secret", async () => {
    const { call, asked } = await watched()
    const key = 'arn:aws:kms:us-east-1:123456789012:key/1234'
    const { json } = await call('CreateSecret', { Name: 'x', SecretString: 'v', KmsKeyId: key })
    await call('GetSecretValue', { SecretId: 'x' })
    const ofKey = asked().filter(({ action }) => action.startsWith('kms:'))
    expect(ofKey.map(({ action }) => action)).toEqual([
      'kms:GenerateDataKey',
      'kms:Decrypt',
      'kms:Decrypt',
    ])
    expect(ofKey[0]).toMatchObject({
      resource: key,
      conditions: {
        'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
        'kms:EncryptionContext:SecretARN': json['ARN'],
      },
    })
  })
})

describe('what is denied', () => {
  it('is not done', async () => {
    const { call } = await watched('secretsmanager:PutSecretValue')
    await call('CreateSecret', { Name: 'x', SecretString: 'one' })
    const { status, json } = await call('PutSecretValue', { SecretId: 'x', SecretString: 'two' })
    expect([status, json]).toEqual([
      400,
      { __type: 'AccessDeniedException', Message: 'no secretsmanager:PutSecretValue' },
    ])
    expect((await call('GetSecretValue', { SecretId: 'x' })).json['SecretString']).toBe('one')
  })

  it('of the key reads as KMS that is not allowed', async () => {
    const { call } = await watched('kms:Decrypt')
    const created = await call('CreateSecret', {
      Name: 'x',
      SecretString: 'v',
      KmsKeyId: 'alias/k',
    })
    expect(created.json).toEqual({
      __type: 'AccessDeniedException',
      Message: 'Access to KMS is not allowed',
    })
    expect((await call('DescribeSecret', { SecretId: 'x' })).json['__type']).toBe(
      'ResourceNotFoundException',
    )
  })

  it('of one secret in a batch is an error of that secret', async () => {
    const { call } = await watched('secretsmanager:GetSecretValue')
    await call('CreateSecret', { Name: 'x', SecretString: 'v' })
    const { json } = await call('BatchGetSecretValue', { SecretIdList: ['x'] })
    expect(json).toMatchObject({
      SecretValues: [],
      Errors: [{ SecretId: 'x', ErrorCode: 'AccessDeniedException' }],
    })
  })

  it.each([
    ['CreateSecret', { Name: 'new' }],
    ['DeleteSecret', { SecretId: 'x' }],
    ['DeleteSecret', { SecretId: 'x', ForceDeleteWithoutRecovery: true }],
    ['DescribeSecret', { SecretId: 'x' }],
    ['GetRandomPassword', {}],
    ['GetResourcePolicy', { SecretId: 'x' }],
    ['GetSecretValue', { SecretId: 'x' }],
    ['ListSecretVersionIds', { SecretId: 'x' }],
    ['ListSecrets', {}],
    ['BatchGetSecretValue', { SecretIdList: ['x'] }],
    ['PutSecretValue', { SecretId: 'x', SecretString: 'v' }],
    ['RestoreSecret', { SecretId: 'x' }],
    ['RotateSecret', { SecretId: 'x' }],
    ['CancelRotateSecret', { SecretId: 'x' }],
    ['TagResource', { SecretId: 'x', Tags: [] }],
    ['UntagResource', { SecretId: 'x', TagKeys: [] }],
    ['UpdateSecret', { SecretId: 'x' }],
    ['UpdateSecretVersionStage', { SecretId: 'x', VersionStage: 'l' }],
  ])('%s asks under its own name', async (operation, input) => {
    const { call } = await watched(`secretsmanager:${operation}`)
    const { json } = await call(operation, input)
    expect(json).toEqual({
      __type: 'AccessDeniedException',
      Message: `no secretsmanager:${operation}`,
    })
  })
})
