import { describe, expect, test } from 'vitest'
import type { MakeBackend } from './desk.ts'
import { halves, newVersionId, readBack, refusal, useDesk } from './desk.ts'
import { BYBIT, KUCOIN } from './refs.ts'

export function describeDiscarding(make: MakeBackend): void {
  describe('discarding', () => {
    const desk = useDesk(make)

    test.each([BYBIT, KUCOIN])(
      'what was discarded never becomes current ($exchange)',
      async (ref) => {
        const old = desk.draft(ref)
        await desk.save(ref, old)
        const pending = await desk.put(ref, desk.draft(ref))
        const state = await desk.backend.discard(ref, pending, desk.call())
        expect(state).toMatchObject({ condition: 'whole', current: old.versionId, pending: [] })
        expect(await desk.describe(ref)).toEqual(state)
        await desk.refused(ref, 'CONFLICT', () => desk.commit(ref, pending))
        expect(await desk.backend.discard(ref, pending, desk.call())).toEqual(state)
        expect(await desk.read(ref)).toEqual(readBack(ref, old))
      },
    )

    test('it leaves other pending versions alone', async () => {
      await desk.save(BYBIT)
      const dropped = await desk.put(BYBIT, desk.draft(BYBIT))
      const kept = desk.draft(BYBIT)
      const pending = await desk.put(BYBIT, kept)
      await desk.backend.discard(BYBIT, dropped, desk.call())
      expect((await desk.describe(BYBIT))?.pending).toEqual([pending])
      expect(await desk.commit(BYBIT, pending)).toMatchObject({ current: kept.versionId })
    })

    test('a half that comes after the discard completes nothing', async () => {
      const old = desk.draft(KUCOIN)
      await desk.save(KUCOIN, old)
      const [first, last] = halves(desk, KUCOIN, ['api_key', 'api_secret'])
      const pending = await desk.put(KUCOIN, first)
      await desk.backend.discard(KUCOIN, pending, desk.call())
      await desk.put(KUCOIN, last).catch(() => null)
      const error = await refusal(() => desk.commit(KUCOIN, pending))
      expect(['INCOMPLETE', 'CONFLICT']).toContain(error.code)
      expect(await desk.read(KUCOIN)).toEqual(readBack(KUCOIN, old))
    })

    test('what is current is not discarded', async () => {
      await desk.save(BYBIT)
      const pending = await desk.put(BYBIT, desk.draft(BYBIT))
      await desk.commit(BYBIT, pending)
      await desk.refused(BYBIT, 'CONFLICT', () => desk.backend.discard(BYBIT, pending, desk.call()))
    })

    test('what was replaced, or never there, is left as it is', async () => {
      const first = await desk.put(BYBIT, desk.draft(BYBIT))
      await desk.commit(BYBIT, first)
      const state = await desk.save(BYBIT)
      expect(await desk.backend.discard(BYBIT, first, desk.call())).toEqual(state)
      const stranger = { ...first, versionId: newVersionId() }
      expect(await desk.backend.discard(BYBIT, stranger, desk.call())).toEqual(state)
      expect(await desk.backend.discard(KUCOIN, stranger, desk.call())).toMatchObject({
        condition: 'absent',
        current: null,
      })
    })

    test('a half that waits on nothing gives way to a whole save', async () => {
      const [half] = halves(desk, BYBIT, ['api_key'])
      const pending = await desk.put(BYBIT, half)
      const state = await desk.backend.discard(BYBIT, pending, desk.call())
      expect(state).toMatchObject({ current: null, pending: [] })
      expect((await refusal(() => desk.commit(BYBIT, pending))).code).toBe('CONFLICT')
      const whole = desk.draft(BYBIT)
      await desk.save(BYBIT, whole)
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, whole))
    })
  })
}
