import { expect, test } from 'vitest'
import { secretName } from '../../../src/credential/name.ts'
import { refusal } from '../../contract/desk.ts'
import { COPY, KUCOIN } from '../../contract/refs.ts'
import { pairedDesk } from './paired-desk.ts'

test.each([COPY, KUCOIN])(
  'a deletion that stopped after the anchor is shown as what it is, and finished ($exchange)',
  async (ref) => {
    const { desk, store } = pairedDesk()
    await desk.save(ref)
    await store.delete(secretName(ref, 'api_key'), 7, desk.call())
    const left = await desk.describe(ref)
    expect(left).toMatchObject({
      condition: 'incomplete',
      missing: ['api_key'],
      current: null,
      pending: [],
      deletedUntil: null,
    })
    expect((await refusal(() => desk.read(ref))).code).toBe('INCOMPLETE')
    const refused = await refusal(() => desk.save(ref))
    expect(refused.code).toBe('CONFLICT')
    expect(refused.hint).toContain('mm-secrets restore')
    if (left !== null) await desk.backend.delete(ref, left, 7, desk.call())
    expect((await desk.describe(ref))?.deletedUntil).not.toBeNull()
    expect(await desk.read(ref)).toBeNull()
  },
)

test('what was seen in the middle of a deletion is no base to write on once it is restored', async () => {
  const { desk, store } = pairedDesk()
  const state = await desk.save(COPY)
  await store.delete(secretName(COPY, 'api_key'), 7, desk.call())
  const seen = await desk.describe(COPY)
  await store.restore(secretName(COPY, 'api_key'), desk.call())
  const draft = desk.draft(COPY)
  const late = await refusal(() => desk.backend.putPending(COPY, seen, draft, desk.call()))
  expect(late.code).toBe('CONFLICT')
  expect((await desk.read(COPY))?.versionId).toBe(state.current)
})

test('it is restored whole, too', async () => {
  const { desk, store } = pairedDesk()
  const state = await desk.save(COPY)
  await store.delete(secretName(COPY, 'api_key'), 7, desk.call())
  expect(await desk.backend.restore(COPY, desk.call())).toEqual(state)
})

test('a deletion that has begun is not stopped by the person', async () => {
  const { desk, store } = pairedDesk()
  const state = await desk.save(COPY)
  const leaving = new AbortController()
  const deleteOne = store.delete
  Object.assign(store, {
    delete: (...asked: Parameters<typeof deleteOne>) => {
      leaving.abort()
      return deleteOne(...asked)
    },
  })
  const call = { ...desk.call(), signal: leaving.signal }
  const deleted = await desk.backend.delete(COPY, state, 7, call)
  expect(deleted.deletedUntil).not.toBeNull()
})
