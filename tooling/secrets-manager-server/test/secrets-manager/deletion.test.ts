import { describe, expect, it } from 'vitest'

import { start } from '../client/with-server.ts'

const DAY = 24 * 60 * 60 * 1000
const NOW = Date.parse('2026-11-25T12:00:00Z')
const MARKED = "You can't perform this operation on the secret because it was marked for deletion."

async function withSecret() {
  const harness = await start()
  harness.server.clock.freeze(NOW)
  await harness.call('CreateSecret', { Name: 'x', SecretString: 'one' })
  return harness
}

describe('DeleteSecret', () => {
  it('gives 30 days, or the 7 to 30 that are asked for', async () => {
    const { call } = await withSecret()
    const { json } = await call('DeleteSecret', { SecretId: 'x' })
    expect(json['DeletionDate']).toBe((NOW + 30 * DAY) / 1000)
    await call('RestoreSecret', { SecretId: 'x' })
    const week = await call('DeleteSecret', { SecretId: 'x', RecoveryWindowInDays: 7 })
    expect(week.json['DeletionDate']).toBe((NOW + 7 * DAY) / 1000)
  })

  it.each([6, 31, 0])('refuses a window of %i days', async (days) => {
    const { call } = await withSecret()
    const { json } = await call('DeleteSecret', { SecretId: 'x', RecoveryWindowInDays: days })
    expect(json).toEqual({
      __type: 'InvalidParameterException',
      Message: 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    })
  })

  it('refuses a window and no recovery at once', async () => {
    const { call } = await withSecret()
    const both = { SecretId: 'x', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }
    expect((await call('DeleteSecret', both)).json['__type']).toBe('InvalidParameterException')
  })

  it('leaves a secret that is described and restored, and nothing else', async () => {
    const { call } = await withSecret()
    await call('DeleteSecret', { SecretId: 'x' })
    const on = { SecretId: 'x' }
    for (const [operation, input] of [
      ['GetSecretValue', on],
      ['PutSecretValue', { ...on, SecretString: 'two' }],
      ['UpdateSecret', { ...on, Description: 'd' }],
      ['TagResource', { ...on, Tags: [{ Key: 'k', Value: 'v' }] }],
      ['UntagResource', { ...on, TagKeys: ['k'] }],
      ['UpdateSecretVersionStage', { ...on, VersionStage: 'l', MoveToVersionId: 'v'.repeat(36) }],
      ['GetResourcePolicy', on],
      ['DeleteSecret', on],
    ] as const) {
      const { json } = await call(operation, input)
      expect([operation, json]).toEqual([
        operation,
        { __type: 'InvalidRequestException', Message: MARKED },
      ])
    }
    expect((await call('CreateSecret', { Name: 'x', SecretString: 'two' })).json).toEqual({
      __type: 'InvalidRequestException',
      Message:
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    })
    expect((await call('DescribeSecret', on)).json['DeletedDate']).toBe((NOW + 30 * DAY) / 1000)
    expect((await call('ListSecretVersionIds', on)).json['Versions']).toHaveLength(1)
    expect((await call('RestoreSecret', on)).json).toMatchObject({ Name: 'x' })
    expect((await call('GetSecretValue', on)).json['SecretString']).toBe('one')
    expect((await call('DescribeSecret', on)).json).not.toHaveProperty('DeletedDate')
  })

  it('ends the secret when the window is over, and its name is free', async () => {
    const { call, server } = await withSecret()
    const { json } = await call('DescribeSecret', { SecretId: 'x' })
    await call('DeleteSecret', { SecretId: 'x', RecoveryWindowInDays: 7 })
    server.clock.advance(7 * DAY - 1)
    expect((await call('DescribeSecret', { SecretId: 'x' })).status).toBe(200)
    server.clock.advance(1)
    for (const operation of ['DescribeSecret', 'RestoreSecret', 'GetSecretValue']) {
      expect((await call(operation, { SecretId: 'x' })).json['__type']).toBe(
        'ResourceNotFoundException',
      )
    }
    const again = await call('CreateSecret', { Name: 'x', SecretString: 'two' })
    expect(again.json['ARN']).not.toBe(json['ARN'])
  })
})

describe('ForceDeleteWithoutRecovery', () => {
  const forced = { SecretId: 'x', ForceDeleteWithoutRecovery: true }

  it('can be repeated, also for a secret that never was', async () => {
    const { call } = await withSecret()
    expect((await call('DeleteSecret', forced)).status).toBe(200)
    expect((await call('DeleteSecret', forced)).status).toBe(200)
    expect((await call('CreateSecret', { Name: 'x', SecretString: 'two' })).status).toBe(200)
  })

  it('takes its time where the knob says so: the name is not free at once', async () => {
    const { call, server } = await withSecret()
    server.knobs.set({ forceDeletionMs: 5000 })
    await call('DeleteSecret', forced)
    const create = async (): Promise<unknown> =>
      (await call('CreateSecret', { Name: 'x', SecretString: 'two' })).json['__type']
    expect(await create()).toBe('InvalidRequestException')
    expect((await call('RestoreSecret', { SecretId: 'x' })).json['__type']).toBe(
      'InvalidRequestException',
    )
    server.clock.advance(5000)
    expect(await create()).toBeUndefined()
  })
})

it('RestoreSecret leaves a live secret as it is', async () => {
  const { call } = await withSecret()
  const before = await call('DescribeSecret', { SecretId: 'x' })
  expect((await call('RestoreSecret', { SecretId: 'x' })).status).toBe(200)
  expect((await call('DescribeSecret', { SecretId: 'x' })).json).toEqual(before.json)
})
