import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backend/port.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { discard, resume } from '../../src/rotation/recover.ts'
import { write } from '../../src/rotation/write.ts'
import { refusal } from '../refusal.ts'
import { BYBIT, desk, given } from './fixture.ts'

const held = async () => {
  const own = desk()
  await own.write(given('first'))
  const { pending } = await own.write(given('second'), { hold: true })
  if (pending === null) throw new Error('nothing is pending')
  return { ...own, pending }
}

describe('resuming', () => {
  test('finishes what is pending', async () => {
    const { backend, call, liveKey } = await held()
    const { pending, state } = await resume(backend, BYBIT, {}, call())
    expect(pending).toBeNull()
    expect(state.pending).toEqual([])
    expect(await liveKey()).toBe('second')
  })

  test('twice, or with nothing pending, changes nothing', async () => {
    const { backend, call, pending } = await held()
    const { state } = await resume(backend, BYBIT, { versionId: pending.versionId }, call())
    const again = await resume(backend, BYBIT, { versionId: pending.versionId }, call())
    expect(again.state).toEqual(state)
    expect((await resume(backend, BYBIT, {}, call())).state).toEqual(state)
  })

  test('checks again before it commits, and keeps what was pending when the check fails', async () => {
    const { backend, call, describe: look, liveKey } = await held()
    const check = (): Promise<void> => Promise.reject(new SecretsError('CHECK_FAILED', 'Refused.'))
    await expect(resume(backend, BYBIT, { check }, call())).rejects.toThrow(refusal('CHECK_FAILED'))
    expect(await liveKey()).toBe('first')
    expect((await look())?.pending).toHaveLength(1)
  })

  test('settles what is live, and checks no more what readers have already', async () => {
    const { backend, call, pending } = await held()
    const state = await backend.commit(BYBIT, pending, call())
    const settling = { ...pending, base: state.previous, phase: 'live' as const }
    const committed: unknown[] = []
    const unsettled: Backend = {
      ...backend,
      describe: () => Promise.resolve({ ...state, pending: [settling] }),
      commit: (_ref, what) => {
        committed.push(what)
        return Promise.resolve(state)
      },
    }
    const check = (): Promise<void> => Promise.reject(new Error('it was checked'))
    const resumed = await resume(unsettled, BYBIT, { check }, call())
    expect(committed).toEqual([settling])
    expect(resumed).toEqual({ state, pending: null })
  })

  test('a half names what is missing and how to add it', async () => {
    const { backend, call, write: save } = desk()
    await save(given('first'))
    const { pending } = await save(given('second', ['api_key']))
    await expect(resume(backend, BYBIT, {}, call())).rejects.toMatchObject({
      code: 'INCOMPLETE',
      message: expect.stringContaining('api_secret') as unknown,
      hint: expect.stringContaining(pending?.versionId ?? 'no ticket') as unknown,
    })
  })

  test('asks which, where several are pending', async () => {
    const { backend, call, liveKey, pending, write: save } = await held()
    await save(given('third'), { hold: true })
    await expect(resume(backend, BYBIT, {}, call())).rejects.toThrow(refusal('CONFLICT'))
    await resume(backend, BYBIT, { versionId: pending.versionId }, call())
    expect(await liveKey()).toBe('second')
  })

  test('never brings back what another rotation has overtaken', async () => {
    const { backend, call, liveKey, pending, write: save } = await held()
    await save(given('third'))
    const late = resume(backend, BYBIT, { versionId: pending.versionId }, call())
    await expect(late).rejects.toThrow(refusal('NOT_FOUND'))
    expect(await liveKey()).toBe('third')
  })

  test('what does not exist is NOT_FOUND', async () => {
    const { backend, call } = desk()
    await expect(resume(backend, BYBIT, {}, call())).rejects.toThrow(refusal('NOT_FOUND'))
  })
})

describe('discarding', () => {
  test('is for good: the discarded version never becomes current', async () => {
    const { backend, call, liveKey, pending } = await held()
    const { state } = await discard(backend, BYBIT, {}, call())
    expect(state.pending).toEqual([])
    await expect(backend.commit(BYBIT, pending, call())).rejects.toThrow(refusal('CONFLICT'))
    expect(await liveKey()).toBe('first')
  })

  test('with nothing pending is NOT_FOUND', async () => {
    const { backend, call, write: save } = desk()
    await save(given('first'))
    await expect(discard(backend, BYBIT, {}, call())).rejects.toThrow(refusal('NOT_FOUND'))
  })
})

describe('a half save', () => {
  test('of a live credential becomes current once the other half joins by its ticket', async () => {
    const { backend, call, clock, liveKey, write: save } = desk()
    await save(given('first'))
    const { pending } = await save(given('second', ['api_key']))
    expect(pending?.missing).toEqual(['api_secret'])
    expect(await liveKey()).toBe('first')
    if (pending === null) return
    const seen: string[] = []
    const check = async (candidate: {
      members: { api_key: { reveal(): string } }
    }): Promise<void> => {
      seen.push(candidate.members.api_key.reveal().split('0')[0] ?? '')
    }
    const other = given('second', ['api_secret'])
    const ticket = pending.versionId
    const { state } = await write(backend, BYBIT, ticket, other, { check }, clock, call())
    expect(seen).toEqual(['second'])
    expect(state.current).toBe(ticket)
    expect(await liveKey()).toBe('second')
  })

  test('without the ticket is refused while one is pending', async () => {
    const { backend, call, clock, describe: look, write: save } = desk()
    await save(given('first'))
    await save(given('second', ['api_key']))
    const before = await look()
    const stranger = mintVersionId(randomBytes)
    const half = write(backend, BYBIT, stranger, given('third', ['api_secret']), {}, clock, call())
    await expect(half).rejects.toThrow(refusal('CONFLICT'))
    expect(await look()).toEqual(before)
  })
})
