import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it, vi } from 'vitest'

import type { Call } from '../client/signed-client.ts'
import { start } from '../client/with-server.ts'

const ID = 'v'.repeat(36)

async function outcome(reply: ReturnType<Call>): Promise<string> {
  try {
    const { json, status } = await reply
    const code = json['__type']
    return typeof code === 'string' ? code : String(status)
  } catch {
    return 'broken'
  }
}

describe('faults for the next calls', () => {
  it('throttle and error refuse before anything is done', async () => {
    const { call, server } = await start()
    server.knobs.set({ next: [{ fault: 'throttle' }, { fault: 'error' }] })
    const create = () => call('CreateSecret', { Name: 'x', SecretString: 'v' })
    const throttled = await create()
    expect([throttled.status, throttled.json]).toEqual([
      400,
      { __type: 'ThrottlingException', Message: 'Rate exceeded' },
    ])
    const failed = await create()
    expect([failed.status, failed.json['__type']]).toEqual([500, 'InternalServiceError'])
    expect((await create()).status).toBe(200)
  })

  it('a lost reply: it is done, and the connection breaks', async () => {
    const { call, server } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'one' })
    server.knobs.set({ next: [{ fault: 'lost-reply', operation: 'PutSecretValue' }] })
    const put = { SecretId: 'x', SecretString: 'two', ClientRequestToken: ID }
    await expect(call('PutSecretValue', put)).rejects.toThrow()
    expect((await call('GetSecretValue', { SecretId: 'x' })).json['SecretString']).toBe('two')
    expect(server.requests.all().map(({ operation, status }) => [operation, status])).toEqual([
      ['CreateSecret', 200],
      ['PutSecretValue', null],
      ['GetSecretValue', 200],
    ])
    expect(server.events.events()).toHaveLength(3)
  })

  it('a late error: it is done, and answered as if it had failed', async () => {
    const { call, server } = await start()
    server.knobs.set({ next: [{ fault: 'late-error' }] })
    const failed = await call('CreateSecret', { Name: 'x', SecretString: 'one' })
    expect([failed.status, failed.json['__type']]).toEqual([500, 'InternalServiceError'])
    expect((await call('GetSecretValue', { SecretId: 'x' })).json['SecretString']).toBe('one')
  })

  it('a reset: nothing is done, and the connection breaks', async () => {
    const { call, server } = await start()
    server.knobs.set({ next: [{ fault: 'reset' }] })
    await expect(call('CreateSecret', { Name: 'x' })).rejects.toThrow()
    expect((await call('DescribeSecret', { SecretId: 'x' })).json['__type']).toBe(
      'ResourceNotFoundException',
    )
  })

  it('a hang: nothing is done, and after a while the connection breaks', async () => {
    const { call, server } = await start({ knobs: { hangMs: 20 } })
    server.knobs.set({ next: [{ fault: 'hang' }] })
    await expect(call('CreateSecret', { Name: 'x' })).rejects.toThrow()
    expect(server.store.at({ accountId: '123456789012', region: 'us-east-1' }).find('x')).toBeNull()
  })

  it('meet the operation they name, after those they leave alone, as often as they say', async () => {
    const { call, server } = await start()
    server.knobs.set({
      next: [{ fault: 'throttle', operation: 'ListSecrets', after: 1, times: 2 }],
    })
    const outcomes = []
    for (const operation of [
      'ListSecrets',
      'GetRandomPassword',
      'ListSecrets',
      'ListSecrets',
      'ListSecrets',
    ]) {
      outcomes.push(await outcome(call(operation)))
    }
    expect(outcomes).toEqual(['200', '200', 'ThrottlingException', 'ThrottlingException', '200'])
    expect(server.knobs.get().next).toEqual([])
  })
})

describe('rates', () => {
  const RATES = { throttleRate: 0.3, errorRate: 0.1, resetRate: 0.05, lostReplyRate: 0.05 }

  async function run(seed: number): Promise<readonly string[]> {
    const { call } = await start({ seed, knobs: RATES })
    const outcomes = []
    for (let index = 0; index < 200; index += 1) outcomes.push(await outcome(call('ListSecrets')))
    return outcomes
  }

  it('are kept about, and one seed gives one run', async () => {
    const outcomes = await run(7)
    const share = (wanted: string): number =>
      outcomes.filter((each) => each === wanted).length / outcomes.length
    expect(share('ThrottlingException')).toBeGreaterThan(0.2)
    expect(share('ThrottlingException')).toBeLessThan(0.4)
    expect(share('InternalServiceError')).toBeGreaterThan(0.04)
    expect(share('broken')).toBeGreaterThan(0.04)
    expect(share('200')).toBeGreaterThan(0.4)
    expect(await run(7)).toEqual(outcomes)
    expect(await run(8)).not.toEqual(outcomes)
  })

  it('of one leave no other outcome', async () => {
    const { call } = await start({ knobs: { throttleRate: 1 } })
    expect(await outcome(call('ListSecrets'))).toBe('ThrottlingException')
  })
})

it('what hangs is counted at once, and ended by close', async () => {
  const { call, server } = await start({ knobs: { hangRate: 1 } })
  const hanging = outcome(call('ListSecrets'))
  await vi.waitFor(() => {
    expect(server.requests.all()).toMatchObject([{ operation: 'ListSecrets', status: null }])
  })
  await server.close()
  expect(await hanging).toBe('broken')
})

describe('kms', () => {
  it.each([
    ['denied', 'AccessDeniedException', 'AccessDeniedException'],
    ['failing', 'DecryptionFailure', 'EncryptionFailure'],
  ] as const)('%s: reads end in %s, writes in %s', async (kms, read, write) => {
    const { call, server } = await start()
    await call('CreateSecret', { Name: 'x', SecretString: 'v' })
    server.knobs.set({ kms })
    expect(await outcome(call('GetSecretValue', { SecretId: 'x' }))).toBe(read)
    expect(await outcome(call('PutSecretValue', { SecretId: 'x', SecretString: 'w' }))).toBe(write)
    expect(await outcome(call('CreateSecret', { Name: 'y' }))).toBe(write)
    expect(await outcome(call('DescribeSecret', { SecretId: 'x' }))).toBe('200')
  })
})

it('latency holds every answer back', async () => {
  const { call, server } = await start({ knobs: { latencyMs: 3_600_000 } })
  const waiting = outcome(call('ListSecrets'))
  expect(await Promise.race([waiting, sleep(200, 'still waiting')])).toBe('still waiting')
  await server.close()
  await waiting
})
