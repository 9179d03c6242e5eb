import { randomUUID } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import type { Call } from '../client/signed-client.ts'
import { start } from '../client/with-server.ts'

const [V1, V2, V3, ABSENT] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]

/** V1 is previous, V2 current, V3 carries `mine`. */
async function three(): Promise<Call> {
  const { call } = await start()
  await call('CreateSecret', { Name: 'x', SecretString: '1', ClientRequestToken: V1 })
  await call('PutSecretValue', { SecretId: 'x', SecretString: '2', ClientRequestToken: V2 })
  await call('PutSecretValue', {
    SecretId: 'x',
    SecretString: '3',
    ClientRequestToken: V3,
    VersionStages: ['mine'],
  })
  return call
}

const move = async (
  call: Call,
  label: string,
  from: string | null,
  to: string | null,
): Promise<Record<string, unknown>> =>
  (
    await call('UpdateSecretVersionStage', {
      SecretId: 'x',
      VersionStage: label,
      RemoveFromVersionId: from,
      MoveToVersionId: to,
    })
  ).json

const labels = async (call: Call): Promise<unknown> =>
  (await call('DescribeSecret', { SecretId: 'x' })).json['VersionIdsToStages']

const START = { [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'], [V3]: ['mine'] }

describe('UpdateSecretVersionStage', () => {
  it('moves AWSCURRENT from where it is, AWSPREVIOUS to where it was', async () => {
    const call = await three()
    expect(await move(call, 'AWSCURRENT', V2, V3)).toMatchObject({ Name: 'x' })
    expect(await labels(call)).toEqual({ [V2]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT', 'mine'] })
    expect((await call('GetSecretValue', { SecretId: 'x' })).json['SecretString']).toBe('3')
  })

  it('moves AWSCURRENT back: the two labels change places', async () => {
    const call = await three()
    await move(call, 'AWSCURRENT', V2, V1)
    expect(await labels(call)).toEqual({
      [V1]: ['AWSCURRENT'],
      [V2]: ['AWSPREVIOUS'],
      [V3]: ['mine'],
    })
  })

  it.each([
    ['from a version that has it not', 'AWSCURRENT', V1, V3, 'InvalidParameterException'],
    ['from nowhere, though it is somewhere', 'mine', null, V1, 'InvalidParameterException'],
    ['away from where it is not', 'mine', V1, null, 'InvalidParameterException'],
    ['away, though it is nowhere', 'other', V1, null, 'InvalidParameterException'],
    ['from where it is not, though it is nowhere', 'other', V1, V2, 'InvalidParameterException'],
    ['of AWSCURRENT to nowhere', 'AWSCURRENT', V2, null, 'InvalidParameterException'],
    ['to a version that is not there', 'mine', V3, ABSENT, 'ResourceNotFoundException'],
    ['from a version that is not there', 'mine', ABSENT, V1, 'ResourceNotFoundException'],
    ['of nothing', 'mine', null, null, 'InvalidParameterException'],
  ])('refuses a move %s, and nothing changes', async (_, label, from, to, code) => {
    const call = await three()
    expect((await move(call, label, from, to))['__type']).toBe(code)
    expect(await labels(call)).toEqual(START)
  })

  it('words its refusals as AWS does', async () => {
    const call = await three()
    expect((await move(call, 'AWSCURRENT', null, V3))['Message']).toBe(
      `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${V2}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
    expect((await move(call, 'AWSCURRENT', V2, null))['Message']).toBe(
      'You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
    )
  })

  it('attaches a new label, and leaves one where it is already', async () => {
    const call = await three()
    await move(call, 'new', null, V1)
    expect(await move(call, 'new', null, V1)).toMatchObject({ Name: 'x' })
    expect(await labels(call)).toMatchObject({ [V1]: ['AWSPREVIOUS', 'new'] })
    await move(call, 'new', V1, null)
    expect(await labels(call)).toEqual(START)
  })

  it('of two that move the same label from the same version, one wins', async () => {
    const call = await three()
    const outcomes = await Promise.all([
      move(call, 'AWSCURRENT', V2, V3),
      move(call, 'AWSCURRENT', V2, V1),
    ])
    expect(
      outcomes.filter(({ __type: code }) => code === 'InvalidParameterException'),
    ).toHaveLength(1)
  })

  it('lets 20 labels stand on a secret, and no more', async () => {
    const call = await three()
    for (let index = 4; index <= 20; index += 1) {
      expect(await move(call, `label-${index}`, null, V3)).toMatchObject({ Name: 'x' })
    }
    expect(await move(call, 'label-21', null, V3)).toMatchObject({
      __type: 'LimitExceededException',
    })
    const put = await call('PutSecretValue', {
      SecretId: 'x',
      SecretString: '4',
      VersionStages: ['label-21'],
    })
    expect(put.json['__type']).toBe('LimitExceededException')
    // A label that only moves is none too many.
    expect(await move(call, 'label-4', V3, V2)).toMatchObject({ Name: 'x' })
  })
})

describe('versions without a label', () => {
  it('are left out of descriptions and lists, and are read by id', async () => {
    const call = await three()
    await move(call, 'mine', V3, null)
    expect(await labels(call)).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] })
    const ids = async (deprecated: boolean): Promise<unknown> =>
      (
        (await call('ListSecretVersionIds', { SecretId: 'x', IncludeDeprecated: deprecated })).json[
          'Versions'
        ] as { VersionId: string }[]
      ).map(({ VersionId }) => VersionId)
    expect(await ids(false)).toEqual([V1, V2])
    expect(await ids(true)).toEqual([V1, V2, V3])
    const read = await call('GetSecretValue', { SecretId: 'x', VersionId: V3 })
    expect(read.json['SecretString']).toBe('3')
    expect(read.json).not.toHaveProperty('VersionStages')
  })

  it('are removed beyond 100, once they are a day old', async () => {
    const { call, server } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: '0', ClientRequestToken: V1 })
    const write = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        await call('PutSecretValue', { SecretId: 'x', SecretString: String(index) })
      }
    }
    await write(110)
    const gone = async (): Promise<boolean> =>
      (await call('GetSecretValue', { SecretId: 'x', VersionId: V1 })).json['__type'] ===
      'ResourceNotFoundException'
    expect(await gone()).toBe(false)
    server.clock.advance(24 * 60 * 60 * 1000)
    expect(await gone()).toBe(false)
    await write(1)
    expect(await gone()).toBe(true)
    const versions = server.store.at({ accountId: '123456789012', region: 'us-east-1' }).find('x')
    expect(versions?.versions.size).toBe(100)
    expect(versions?.labels.size).toBe(2)
  })

  it('fill the quota of versions where there is one', async () => {
    const { call } = await start({ knobs: { versionQuota: 2 } })
    await call('CreateSecret', { Name: 'x', SecretString: '1' })
    await call('PutSecretValue', { SecretId: 'x', SecretString: '2' })
    const third = await call('PutSecretValue', { SecretId: 'x', SecretString: '3' })
    expect(third.json['__type']).toBe('LimitExceededException')
  })
})

it('ListSecretVersionIds goes page by page', async () => {
  const call = await three()
  const first = await call('ListSecretVersionIds', { SecretId: 'x', MaxResults: 2 })
  expect(first.json['Versions']).toHaveLength(2)
  const token = first.json['NextToken']
  const second = await call('ListSecretVersionIds', { SecretId: 'x', NextToken: token })
  expect(second.json['Versions']).toMatchObject([{ VersionId: V3, VersionStages: ['mine'] }])
  expect(second.json).not.toHaveProperty('NextToken')
})
