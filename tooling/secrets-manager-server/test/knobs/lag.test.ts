import { describe, expect, it } from 'vitest'

import { start } from '../client/with-server.ts'

const ID = 'v'.repeat(36)

describe('readLag', () => {
  it('by changes: a reader misses the latest ones, a writer none', async () => {
    const { call, server } = await start({ knobs: { readLag: { changes: 1 } } })
    await call('CreateSecret', { Name: 'x', SecretString: 'one' })
    const read = async (): Promise<unknown> => {
      const { json } = await call('GetSecretValue', { SecretId: 'x' })
      return json['SecretString'] ?? json['__type']
    }
    expect(await read()).toBe('ResourceNotFoundException')
    await call('PutSecretValue', { SecretId: 'x', SecretString: 'two', ClientRequestToken: ID })
    expect(await read()).toBe('one')
    const byId = await call('GetSecretValue', { SecretId: 'x', VersionId: ID })
    expect(byId.json['__type']).toBe('ResourceNotFoundException')
    const describe = await call('DescribeSecret', { SecretId: 'x' })
    expect(Object.keys(describe.json['VersionIdsToStages'] as object)).not.toContain(ID)
    const batch = await call('BatchGetSecretValue', { SecretIdList: ['x'] })
    expect(batch.json['SecretValues']).toMatchObject([{ SecretString: 'one' }])
    const repeated = { SecretId: 'x', SecretString: 'other', ClientRequestToken: ID }
    expect((await call('PutSecretValue', repeated)).json['__type']).toBe('ResourceExistsException')
    server.knobs.set({ readLag: {} })
    expect(await read()).toBe('two')
  })

  it("by time of the server's clock", async () => {
    const { call, server } = await start({ knobs: { readLag: { ms: 1000 } } })
    server.clock.freeze(0)
    await call('CreateSecret', { Name: 'x', SecretString: 'one' })
    const found = async (): Promise<boolean> =>
      (await call('GetSecretValue', { SecretId: 'x' })).status === 200
    server.clock.advance(999)
    expect(await found()).toBe(false)
    server.clock.advance(1)
    expect(await found()).toBe(true)
  })

  it('varying: each read draws what it misses, so that a reader who asks again sees the latest', async () => {
    const { call } = await start({ knobs: { readLag: { changes: 2, varying: true } } })
    await call('CreateSecret', { Name: 'x', SecretString: '0' })
    await call('PutSecretValue', { SecretId: 'x', SecretString: '1' })
    await call('PutSecretValue', { SecretId: 'x', SecretString: '2' })
    const seen = new Set<unknown>()
    for (let index = 0; index < 40; index += 1) {
      seen.add((await call('GetSecretValue', { SecretId: 'x' })).json['SecretString'])
    }
    expect([...seen].sort()).toEqual(['0', '1', '2'])
  })
})

describe('listLag', () => {
  it('hides the latest changes from lists, not from descriptions', async () => {
    const { call, server } = await start({ knobs: { listLag: { ms: 300_000 } } })
    server.clock.freeze(0)
    await call('CreateSecret', { Name: 'x', SecretString: 'v' })
    const names = async (): Promise<unknown> =>
      ((await call('ListSecrets')).json['SecretList'] as { Name: string }[]).map(({ Name }) => Name)
    expect(await names()).toEqual([])
    expect((await call('DescribeSecret', { SecretId: 'x' })).status).toBe(200)
    server.clock.advance(300_000)
    expect(await names()).toEqual(['x'])
    await call('DeleteSecret', { SecretId: 'x' })
    expect(await names()).toEqual(['x'])
    server.clock.advance(300_000)
    expect(await names()).toEqual([])
  })

  it('counts changes of all secrets together', async () => {
    const { call } = await start({ knobs: { listLag: { changes: 2 } } })
    for (const name of ['a', 'b', 'c']) await call('CreateSecret', { Name: name })
    const { json } = await call('ListSecrets')
    expect(json['SecretList']).toMatchObject([{ Name: 'a' }])
  })
})
