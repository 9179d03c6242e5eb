import { describe, expect, it } from 'vitest'

import { start } from '../client/with-server.ts'

const NOW = Date.parse('2026-11-25T12:34:56.789Z')
const MINUTE = 60_000

describe('DescribeSecret', () => {
  it('tells what the secret has, and leaves out what it has not', async () => {
    const { call, server } = await start()
    server.clock.freeze(NOW)
    await call('CreateSecret', { Name: 'bare' })
    expect((await call('DescribeSecret', { SecretId: 'bare' })).json).toEqual({
      ARN: expect.any(String) as unknown,
      Name: 'bare',
      CreatedDate: NOW / 1000,
      LastChangedDate: NOW / 1000,
    })
  })

  it('moves LastChangedDate on any change, tags and labels included', async () => {
    const { call, server } = await start()
    server.clock.freeze(NOW)
    const id = 'v'.repeat(36)
    await call('CreateSecret', { Name: 'x', SecretString: 'one', ClientRequestToken: id })
    const changed = async (): Promise<unknown> =>
      (await call('DescribeSecret', { SecretId: 'x' })).json['LastChangedDate']
    for (const [operation, input] of [
      ['TagResource', { Tags: [{ Key: 'k', Value: 'v' }] }],
      ['UntagResource', { TagKeys: ['k'] }],
      ['UpdateSecretVersionStage', { VersionStage: 'l', MoveToVersionId: id }],
      ['UpdateSecret', { Description: 'd' }],
      ['PutSecretValue', { SecretString: 'two' }],
    ] as const) {
      server.clock.advance(MINUTE)
      await call(operation, { SecretId: 'x', ...input })
      expect([operation, await changed()]).toEqual([operation, server.clock.now() / 1000])
    }
    server.clock.advance(MINUTE)
    await call('GetSecretValue', { SecretId: 'x' })
    expect(await changed()).toBe((server.clock.now() - MINUTE) / 1000)
  })

  it('tells the day of the last read', async () => {
    const { call, server } = await start()
    server.clock.freeze(NOW)
    await call('CreateSecret', { Name: 'x', SecretString: 'one' })
    await call('GetSecretValue', { SecretId: 'x' })
    const { json } = await call('DescribeSecret', { SecretId: 'x' })
    expect(json['LastAccessedDate']).toBe(Date.parse('2026-11-25T00:00:00Z') / 1000)
  })
})

describe('tags', () => {
  const tag = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))

  it('are set, replaced and removed', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', Tags: [{ Key: 'a', Value: '1' }] })
    const set = await call('TagResource', {
      SecretId: 'x',
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '' },
      ],
    })
    expect([set.status, set.body]).toEqual([200, ''])
    const tags = async (): Promise<unknown> =>
      (await call('DescribeSecret', { SecretId: 'x' })).json['Tags']
    expect(await tags()).toEqual([
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '' },
    ])
    await call('UntagResource', { SecretId: 'x', TagKeys: ['a', 'never-there'] })
    expect(await tags()).toEqual([{ Key: 'b', Value: '' }])
  })

  it('number 50 at most', async () => {
    const { call } = await start()
    expect((await call('CreateSecret', { Name: 'x', Tags: tag(50) })).status).toBe(200)
    const more = { SecretId: 'x', Tags: [{ Key: 'one-more', Value: 'v' }] }
    expect((await call('TagResource', more)).json['__type']).toBe('InvalidParameterException')
    const replaced = { SecretId: 'x', Tags: [{ Key: 'k0', Value: 'w' }] }
    expect((await call('TagResource', replaced)).status).toBe(200)
  })

  it.each([
    [{ Key: 'aws:mine', Value: 'v' }, 'InvalidParameterException'],
    [{ Key: 'AWS:mine', Value: 'v' }, 'InvalidParameterException'],
    [{ Key: 'k', Value: 'a*' }, 'InvalidParameterException'],
    [{ Key: 'k'.repeat(129), Value: 'v' }, 'ValidationException'],
    [{ Key: 'k', Value: 'v'.repeat(257) }, 'ValidationException'],
    [{ Key: '', Value: 'v' }, 'ValidationException'],
    [{ Value: 'v' }, 'ValidationException'],
  ])('refuse %j', async (each, code) => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x' })
    expect((await call('TagResource', { SecretId: 'x', Tags: [each] })).json['__type']).toBe(code)
  })
})

describe('what needs a Lambda function or a policy', () => {
  it('rotation is refused, and so is its end', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one' })
    for (const operation of ['RotateSecret', 'CancelRotateSecret']) {
      const { json } = await call(operation, { SecretId: 'x' })
      expect([operation, json['__type']]).toEqual([operation, 'InvalidRequestException'])
    }
    const tokenless = await call('RotateSecret', { SecretId: 'x', ClientRequestToken: null })
    expect(tokenless.json['__type']).toBe('InvalidParameterException')
  })

  it('a secret has no resource policy', async () => {
    const { call } = await start()
    await call('CreateSecret', { Name: 'x' })
    const { json } = await call('GetResourcePolicy', { SecretId: 'x' })
    expect(json).toEqual({ ARN: expect.any(String) as unknown, Name: 'x' })
  })
})

describe('GetRandomPassword', () => {
  it('has each kind of character, and none that is excluded', async () => {
    const { call } = await start()
    const password = async (input: Record<string, unknown>): Promise<string> =>
      String((await call('GetRandomPassword', input)).json['RandomPassword'])
    expect(await password({})).toHaveLength(32)
    const four = await password({ PasswordLength: 4 })
    for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) expect(four).toMatch(kind)
    const digits = await password({
      PasswordLength: 200,
      ExcludeLowercase: true,
      ExcludeUppercase: true,
      ExcludePunctuation: true,
      ExcludeCharacters: '013456789',
    })
    expect(digits).toBe('2'.repeat(200))
  })

  it('is refused where it cannot be', async () => {
    const { call } = await start()
    const code = async (input: Record<string, unknown>): Promise<unknown> =>
      (await call('GetRandomPassword', input)).json['__type']
    expect(await code({ PasswordLength: 3 })).toBe('InvalidParameterException')
    expect(await code({ PasswordLength: 5000 })).toBe('ValidationException')
    const nothing = {
      ExcludeLowercase: true,
      ExcludeUppercase: true,
      ExcludePunctuation: true,
      ExcludeNumbers: true,
    }
    expect(await code(nothing)).toBe('InvalidParameterException')
  })
})
