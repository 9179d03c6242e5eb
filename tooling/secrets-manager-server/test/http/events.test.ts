import { expect, it } from 'vitest'

import { start } from '../client/with-server.ts'

const VALUE = 'the-value-itself'

it('each handled request is an event, without the value', async () => {
  const { call, server } = await start()
  server.clock.freeze(1_795_600_000_000)
  const created = await call('CreateSecret', { Name: 'x', SecretString: VALUE })
  const put = await call('PutSecretValue', { SecretId: 'x', SecretString: `${VALUE}2` })
  await call('GetSecretValue', { SecretId: 'x', VersionStage: 'AWSCURRENT' })
  await call('GetSecretValue', { SecretId: 'missing' })
  const arn = String(created.json['ARN'])
  const events = server.events.events()
  expect(JSON.stringify(events)).not.toContain(VALUE)
  expect(events.map(({ name, readOnly, errorCode }) => [name, readOnly, errorCode])).toEqual([
    ['CreateSecret', false, null],
    ['PutSecretValue', false, null],
    ['GetSecretValue', true, null],
    ['GetSecretValue', true, 'ResourceNotFoundException'],
  ])
  expect(events[1]).toMatchObject({
    time: 1_795_600_000_000,
    source: 'secretsmanager.amazonaws.com',
    region: 'us-east-1',
    sourceIp: '127.0.0.1',
    caller: { accessKeyId: 'test', accountId: '123456789012' },
    responseElements: { arn, name: 'x', versionId: put.json['VersionId'] },
    resources: [{ arn, type: 'AWS::SecretsManager::Secret' }],
  })
  expect(events[2]).toMatchObject({
    requestParameters: { secretId: 'x', versionStage: 'AWSCURRENT' },
    responseElements: null,
  })
})

it('a batch is one GetSecretValue for each secret', async () => {
  const { call, server } = await start()
  await call('CreateSecret', { Name: 'x', SecretString: VALUE })
  server.events.clear()
  await call('BatchGetSecretValue', { SecretIdList: ['x', 'missing'] })
  const events = server.events.events()
  expect(
    events.map(({ name, requestParameters, errorCode }) => [name, requestParameters, errorCode]),
  ).toEqual([
    ['GetSecretValue', { secretId: 'x' }, null],
    ['GetSecretValue', { secretId: 'missing' }, 'ResourceNotFoundException'],
  ])
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(2)
  expect(new Set(events.map(({ requestId }) => requestId)).size).toBe(1)
})

it('what is denied is an event with the error alone', async () => {
  const { call, server } = await start({
    authorizer: { authorize: () => ({ allowed: false, message: 'User: u is not authorized' }) },
  })
  const { json } = await call('GetSecretValue', { SecretId: 'x' })
  expect(json).toEqual({ __type: 'AccessDeniedException', Message: 'User: u is not authorized' })
  expect(server.events.events()).toMatchObject([
    {
      name: 'GetSecretValue',
      errorCode: 'AccessDenied',
      errorMessage: 'User: u is not authorized',
      requestParameters: null,
      resources: [],
    },
  ])
})
