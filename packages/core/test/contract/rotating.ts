import { describe, expect, test } from 'vitest'
import { errorCode } from '../../src/errors/secrets-error.ts'
import type { MakeBackend } from './desk.ts'
import { CURRENT, PREVIOUS, newVersionId, readBack, refusal, useDesk } from './desk.ts'
import { BYBIT, KUCOIN } from './refs.ts'

/** As many as a store of labels has room for. */
const MAX_PENDING = 5

export function describeRotating(make: MakeBackend): void {
  describe('rotating', () => {
    const desk = useDesk(make)

    test.each([BYBIT, KUCOIN])(
      'a pending version is not current, but can be read by its id ($exchange)',
      async (ref) => {
        const old = desk.draft(ref)
        await desk.save(ref, old)
        const next = desk.draft(ref)
        const pending = await desk.put(ref, next)
        expect(pending).toEqual({
          versionId: next.versionId,
          base: old.versionId,
          copyOf: null,
          missing: [],
          phase: 'written',
        })
        expect(await desk.read(ref)).toEqual(readBack(ref, old))
        expect(await desk.read(ref, { versionId: next.versionId })).toEqual(readBack(ref, next))
        const state = await desk.describe(ref)
        expect(state).toMatchObject({ condition: 'whole', current: old.versionId, previous: null })
        expect(state?.pending).toEqual([pending])
        expect(state?.versions.map(({ id }) => id)).toEqual([next.versionId, old.versionId])
      },
    )

    test.each([BYBIT, KUCOIN])(
      'a commit makes it current, and the old one previous ($exchange)',
      async (ref) => {
        const old = desk.draft(ref)
        await desk.save(ref, old)
        const next = desk.draft(ref)
        const state = await desk.save(ref, next)
        expect(state).toMatchObject({
          condition: 'whole',
          missing: [],
          current: next.versionId,
          previous: old.versionId,
          pending: [],
        })
        expect(state.versions).toMatchObject([
          { id: next.versionId, stages: ['AWSCURRENT'], metadata: next.metadata },
          { id: old.versionId, stages: ['AWSPREVIOUS'], metadata: old.metadata },
        ])
        expect(await desk.describe(ref)).toEqual(state)
        expect(await desk.read(ref)).toEqual(readBack(ref, next))
        expect(await desk.read(ref, PREVIOUS)).toEqual(readBack(ref, old))
        expect(await desk.read(ref, { versionId: old.versionId })).toEqual(readBack(ref, old))
      },
    )

    test('a commit can be repeated, and a pending version put again, at any time', async () => {
      await desk.save(BYBIT)
      const base = await desk.describe(BYBIT)
      const draft = desk.draft(BYBIT)
      const put = () => desk.backend.putPending(BYBIT, base, draft, desk.call())
      const pending = await put()
      expect(await put()).toEqual(pending)
      const state = await desk.commit(BYBIT, pending)
      expect(await desk.commit(BYBIT, pending)).toEqual(state)
      expect(await put()).toMatchObject({ versionId: draft.versionId, missing: [], phase: 'live' })
      expect(await desk.describe(BYBIT)).toEqual(state)
    })

    test('a version that a later one replaced is not committed again', async () => {
      await desk.save(BYBIT)
      const first = await desk.put(BYBIT, desk.draft(BYBIT))
      await desk.commit(BYBIT, first)
      await desk.save(BYBIT)
      await desk.refused(BYBIT, 'SUPERSEDED', () => desk.commit(BYBIT, first))
      await desk.save(BYBIT)
      const before = await desk.describe(BYBIT)
      const error = await refusal(() => desk.commit(BYBIT, first))
      expect(['SUPERSEDED', 'CONFLICT']).toContain(error.code)
      expect((await desk.describe(BYBIT))?.current).toBe(before?.current)
    })

    test('of two versions on one base the first commit wins, and the other can never be', async () => {
      await desk.save(BYBIT)
      const [one, two] = [desk.draft(BYBIT), desk.draft(BYBIT)]
      const pendingOne = await desk.put(BYBIT, one)
      const pendingTwo = await desk.put(BYBIT, two)
      await desk.commit(BYBIT, pendingTwo)
      expect(errorCode(await refusal(() => desk.commit(BYBIT, pendingOne)))).toBe('CONFLICT')
      expect(errorCode(await refusal(() => desk.commit(BYBIT, pendingOne)))).toBe('CONFLICT')
      const state = await desk.describe(BYBIT)
      expect(state).toMatchObject({ current: two.versionId, pending: [] })
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, two))
    })

    test('a version that nobody put is not committed', async () => {
      const { current: base } = await desk.save(BYBIT)
      const stranger = { versionId: newVersionId(), base, copyOf: null, missing: [] }
      await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.commit(BYBIT, { ...stranger, phase: 'written' }),
      )
      await desk.refused(KUCOIN, 'CONFLICT', () =>
        desk.commit(KUCOIN, { ...stranger, base: null, phase: 'written' }),
      )
    })

    test('a version on a base that is not current any more is refused', async () => {
      const base = await desk.save(BYBIT)
      await desk.save(BYBIT)
      await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.backend.putPending(BYBIT, base, desk.draft(BYBIT), desk.call()),
      )
    })

    test(`at most ${MAX_PENDING} versions are pending`, async () => {
      await desk.save(BYBIT)
      for (let count = 0; count < MAX_PENDING; count++) await desk.put(BYBIT, desk.draft(BYBIT))
      const state = await desk.describe(BYBIT)
      expect(state?.pending).toHaveLength(MAX_PENDING)
      await desk.refused(BYBIT, 'CONFLICT', () => desk.put(BYBIT, desk.draft(BYBIT)))
      const [last] = state?.pending ?? []
      if (last !== undefined) await desk.commit(BYBIT, last)
      expect((await desk.describe(BYBIT))?.pending).toEqual([])
    })

    test('a rollback is a new version with the old values and the old age', async () => {
      const old = desk.draft(KUCOIN)
      await desk.save(KUCOIN, old)
      desk.clock.advance(86_400_000)
      const bad = await desk.save(KUCOIN)
      const copy = {
        versionId: newVersionId(),
        values: old.values,
        metadata: { ...old.metadata, copyOf: old.versionId },
      }
      const pending = await desk.put(KUCOIN, copy)
      expect(pending.copyOf).toBe(old.versionId)
      const state = await desk.commit(KUCOIN, pending)
      expect(state).toMatchObject({ current: copy.versionId, previous: bad.current })
      expect(state.versions[0]?.metadata).toEqual(copy.metadata)
      expect(await desk.read(KUCOIN)).toEqual(readBack(KUCOIN, copy))
    })

    test('an old version never becomes current again, whatever is tried with its id', async () => {
      const old = desk.draft(BYBIT)
      const pending = await desk.put(BYBIT, old)
      const next = desk.draft(BYBIT)
      await desk.save(BYBIT, next)
      await desk.put(BYBIT, old).catch(() => null)
      await desk.commit(BYBIT, pending).catch(() => null)
      expect(await desk.read(BYBIT, CURRENT)).toEqual(readBack(BYBIT, next))
      expect((await desk.describe(BYBIT))?.pending).toEqual([])
    })

    test('rotations reach whoever opens the store next, pending ones too', async () => {
      await desk.save(BYBIT)
      const next = desk.draft(BYBIT)
      const pending = await desk.put(BYBIT, next)
      const state = await (await desk.reopened()).commit(BYBIT, pending, desk.call())
      expect(state.current).toBe(next.versionId)
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, next))
    })
  })
}
