import { describe, expect, test } from 'vitest'
import type { MakeBackend } from './desk.ts'
import { PREVIOUS, readBack, useDesk } from './desk.ts'
import { BYBIT, HEDGE, KUCOIN } from './refs.ts'

const DAY_MS = 86_400_000
/** A store of labels goes by its own clock, in seconds. */
const TOLERANCE_MS = 60_000

export function describeDeleting(make: MakeBackend): void {
  describe('deleting', () => {
    const desk = useDesk(make)

    test.each([BYBIT, KUCOIN])(
      'hides a credential until it is restored ($exchange)',
      async (ref) => {
        const [old, draft] = [desk.draft(ref), desk.draft(ref)]
        await desk.save(ref, old)
        const live = await desk.save(ref, draft)
        const deleted = await desk.backend.delete(ref, live, 7, desk.call())
        const until = desk.clock.now() + 7 * DAY_MS
        expect(Math.abs((deleted.deletedUntil ?? 0) - until)).toBeLessThan(TOLERANCE_MS)
        expect(await desk.describe(ref)).toEqual(deleted)
        expect(await desk.read(ref)).toBeNull()
        expect(await desk.read(ref, PREVIOUS)).toBeNull()

        desk.clock.advance(6 * DAY_MS)
        const restored = await desk.backend.restore(ref, desk.call())
        expect(restored).toEqual(live)
        expect(await desk.describe(ref)).toEqual(live)
        expect(await desk.read(ref)).toEqual(readBack(ref, draft))
        expect(await desk.read(ref, PREVIOUS)).toEqual(readBack(ref, old))
      },
    )

    test('what is deleted takes no save and no second deletion before it is restored', async () => {
      const live = await desk.save(BYBIT)
      const deleted = await desk.backend.delete(BYBIT, live, 30, desk.call())
      const error = await desk.refused(BYBIT, 'CONFLICT', () => desk.put(BYBIT, desk.draft(BYBIT)))
      const day = new Date(deleted.deletedUntil ?? 0).toISOString().slice(0, 10)
      expect(error.message).toContain(day)
      expect(error.hint).toContain('mm-secrets restore --env shadow --exchange bybit')
      await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.backend.delete(BYBIT, deleted, 30, desk.call()),
      )
    })

    test('a version that was pending when its credential was deleted does not go live', async () => {
      const live = await desk.save(BYBIT)
      const pending = await desk.put(BYBIT, desk.draft(BYBIT))
      await desk.backend.delete(BYBIT, live, 7, desk.call())
      await desk.refused(BYBIT, 'CONFLICT', () => desk.commit(BYBIT, pending))
    })

    test('a live credential is restored to what it is', async () => {
      const live = await desk.save(BYBIT)
      expect(await desk.backend.restore(BYBIT, desk.call())).toEqual(live)
    })

    test.each([6, 31, 7.5, Number.NaN, -7])('%d days are no recovery window', async (days) => {
      const live = await desk.save(BYBIT)
      await desk.refused(BYBIT, 'USAGE', () => desk.backend.delete(BYBIT, live, days, desk.call()))
    })

    test('is refused when the credential moved, or is not there', async () => {
      const seen = await desk.save(BYBIT)
      await desk.save(BYBIT)
      await desk.refused(BYBIT, 'CONFLICT', () => desk.backend.delete(BYBIT, seen, 7, desk.call()))
      await desk.refused(KUCOIN, 'NOT_FOUND', () =>
        desk.backend.delete(KUCOIN, { ...seen, ref: KUCOIN }, 7, desk.call()),
      )
      await desk.refused(KUCOIN, 'NOT_FOUND', () => desk.backend.restore(KUCOIN, desk.call()))
    })

    test('after its recovery window a credential is gone, and can be saved anew', async () => {
      const live = await desk.save(BYBIT)
      await desk.backend.delete(BYBIT, live, 7, desk.call())
      desk.clock.advance(7 * DAY_MS + TOLERANCE_MS)
      const left = await desk.describe(BYBIT)
      expect(left?.condition ?? 'absent').toBe('absent')
      expect(await desk.read(BYBIT)).toBeNull()
      await desk.refused(BYBIT, 'NOT_FOUND', () => desk.backend.restore(BYBIT, desk.call()))
      const draft = desk.draft(BYBIT)
      const state = await desk.save(BYBIT, draft)
      expect(state).toMatchObject({ current: draft.versionId, previous: null, deletedUntil: null })
    })

    test('leaves other credentials alone', async () => {
      const draft = desk.draft(HEDGE)
      const live = await desk.save(BYBIT)
      await desk.save(HEDGE, draft)
      await desk.backend.delete(BYBIT, live, 7, desk.call())
      expect(await desk.read(HEDGE)).toEqual(readBack(HEDGE, draft))
    })
  })
}
