import { describe, expect, test } from 'vitest'
import { credentialRef, secretName } from '../../../src/credential/name.ts'
import { halves, newVersionId } from '../../contract/desk.ts'
import { BYBIT, COPY, KUCOIN } from '../../contract/refs.ts'
import { pairedDesk } from './paired-desk.ts'

/** One more than for a copy under a suffix, which has no JSON layout to look for. */
const JSON_NAME = 1

describe('requests of the store', () => {
  test.each([
    { ref: BYBIT, first: 2, again: 2 },
    { ref: KUCOIN, first: 3, again: 3 },
  ])('a read of $ref.exchange is one parallel round of $first', async ({ ref, first, again }) => {
    const { desk, requests } = pairedDesk()
    await desk.save(ref)
    await desk.reopened()
    expect(await requests(() => desk.read(ref))).toBe(first)
    expect(await requests(() => desk.read(ref))).toBe(again)
  })

  test('a read in JSON layout is one request once the layout is known', async () => {
    const { desk, requests } = pairedDesk()
    await desk.save(BYBIT, { ...desk.draft(BYBIT), layout: 'json' })
    await desk.reopened()
    expect(await requests(() => desk.read(BYBIT))).toBe(3)
    expect(await requests(() => desk.read(BYBIT))).toBe(1)
  })

  test.each([
    { ref: COPY, most: 3 },
    { ref: KUCOIN, most: 5 },
  ])('members out of step cost one more for each mate ($ref.exchange)', async ({ ref, most }) => {
    const { desk, store, requests } = pairedDesk()
    const old = await desk.save(ref)
    const state = await desk.save(ref)
    for (const keyType of ['api_secret', 'api_passphrase'] as const) {
      if (keyType === 'api_passphrase' && ref !== KUCOIN) continue
      const name = secretName(ref, keyType)
      await store.moveLabel(name, 'AWSCURRENT', state.current, old.current, desk.call())
    }
    expect(await requests(() => desk.read(ref))).toBe(most)
    expect((await desk.read(ref))?.versionId).toBe(state.current)
  })

  test.each([
    { ref: COPY, most: 9 },
    { ref: KUCOIN, most: 13 + JSON_NAME },
  ])('a first save of $ref.exchange makes at most $most', async ({ ref, most }) => {
    const { desk, requests } = pairedDesk()
    expect(await requests(() => desk.save(ref))).toBeLessThanOrEqual(most)
  })

  test.each([
    { ref: COPY, count: 15 },
    { ref: BYBIT, count: 15 + JSON_NAME },
    { ref: KUCOIN, count: 21 + JSON_NAME },
  ])('a rotation of $ref.exchange makes $count', async ({ ref, count }) => {
    const { desk, requests } = pairedDesk()
    for (let rotation = 0; rotation < 3; rotation++) await desk.save(ref)
    expect(await requests(() => desk.save(ref))).toBe(count)
  })

  test('a rotation in JSON layout needs no mates', async () => {
    const { desk, requests } = pairedDesk()
    for (let rotation = 0; rotation < 3; rotation++) {
      await desk.save(BYBIT, { ...desk.draft(BYBIT), layout: 'json' })
    }
    expect(await requests(() => desk.save(BYBIT))).toBeLessThanOrEqual(12)
  })

  test.each([
    { ref: BYBIT, most: 16 },
    { ref: KUCOIN, most: 22 + JSON_NAME },
  ])('a rollback of $ref.exchange makes at most one more', async ({ ref, most }) => {
    const { desk, requests } = pairedDesk()
    for (let rotation = 0; rotation < 2; rotation++) await desk.save(ref)
    const [previous] = (await desk.describe(ref))?.versions.slice(1) ?? []
    const draft = desk.draft(ref)
    const copyOf = previous?.id ?? null
    const copy = { ...draft, metadata: { ...draft.metadata, copyOf } }
    expect(await requests(() => desk.save(ref, copy))).toBeLessThanOrEqual(most + 1)
  })

  test.each([
    { ref: BYBIT, order: ['api_key'] as const, most: 19 },
    { ref: BYBIT, order: ['api_secret'] as const, most: 19 },
  ])('two halves ($order.0 first) make at most $most and what looks for JSON', async (given) => {
    const { desk, requests } = pairedDesk()
    for (let rotation = 0; rotation < 2; rotation++) await desk.save(given.ref)
    const [first, last] = halves(desk, given.ref, given.order)
    const count = await requests(async () => {
      await desk.put(given.ref, first)
      await desk.save(given.ref, last)
    })
    // Each half describes the credential anew, and the second process of a real desk would too.
    expect(count).toBeLessThanOrEqual(given.most + 2 * JSON_NAME + 3)
  })

  test.each([
    { ref: BYBIT, most: 12 },
    { ref: KUCOIN, most: 17 },
  ])('to resume $ref.exchange makes at most $most and one for JSON', async ({ ref, most }) => {
    const { desk, requests } = pairedDesk()
    for (let rotation = 0; rotation < 2; rotation++) await desk.save(ref)
    const pending = await desk.put(ref, desk.draft(ref))
    await desk.reopened()
    expect(await requests(() => desk.commit(ref, pending))).toBeLessThanOrEqual(most + JSON_NAME)
  })

  test('to freeze makes three beside the looks at mates and at JSON', async () => {
    const { desk, requests } = pairedDesk()
    for (let rotation = 0; rotation < 2; rotation++) await desk.save(BYBIT)
    expect(await requests(() => desk.backend.freeze(BYBIT, desk.call()))).toBe(
      3 + 1 + 2 * JSON_NAME,
    )
  })

  test('a list asks nothing for each credential', async () => {
    const { desk, store } = pairedDesk()
    for (const account of ['one', 'two', 'three']) {
      await desk.save(credentialRef({ env: 'shadow', exchange: 'bybit', account }))
    }
    const before = { ...store.calls }
    const states = await desk.list({ namespace: BYBIT.namespace, envs: ['shadow'] })
    expect(states).toHaveLength(3)
    expect({ ...store.calls, list: before['list'] }).toEqual(before)
  })

  test('labels of a secret stay within what AWS allows, however many versions wait', async () => {
    const { desk, store } = pairedDesk()
    await desk.save(BYBIT)
    await desk.backend.freeze(BYBIT, desk.call())
    await desk.save(BYBIT)
    await desk.backend.freeze(BYBIT, desk.call())
    for (let count = 0; count < 5; count++) {
      await desk.put(BYBIT, { ...desk.draft(BYBIT), versionId: newVersionId() })
    }
    const [last] = (await desk.describe(BYBIT))?.pending ?? []
    if (last !== undefined) await desk.commit(BYBIT, last)
    expect(store.mostLabels).toBeLessThanOrEqual(17)
  })
})
