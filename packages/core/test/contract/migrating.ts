import { describe, expect, test } from 'vitest'
import type { MakeBackend } from './desk.ts'
import { PREVIOUS, readBack, useDesk } from './desk.ts'
import { BYBIT, COPY, HEDGE, KUCOIN } from './refs.ts'

export function describeMigrating(make: MakeBackend): void {
  describe('migrating between layouts', () => {
    const desk = useDesk(make)

    test.each([BYBIT, KUCOIN, HEDGE])(
      'keeps version ids and values, there and back ($exchange, account $account)',
      async (ref) => {
        const draft = desk.draft(ref)
        const pair = await desk.save(ref, draft)
        const json = await desk.backend.migrate(ref, pair, 'json', desk.call())
        expect(json).toMatchObject({ layout: 'json', condition: 'whole', current: draft.versionId })
        expect(await desk.describe(ref)).toEqual(json)
        expect(await desk.read(ref)).toEqual(readBack(ref, draft))
        const back = await desk.backend.migrate(ref, json, 'pair', desk.call())
        expect(back).toMatchObject({ layout: 'pair', condition: 'whole', current: draft.versionId })
        expect(await desk.read(ref)).toEqual(readBack(ref, draft))
      },
    )

    test('to the layout that it has changes nothing', async () => {
      const state = await desk.save(BYBIT)
      expect(await desk.backend.migrate(BYBIT, state, 'pair', desk.call())).toEqual(state)
    })

    test('a rotation keeps the layout, whatever its draft asks for', async () => {
      const first = desk.draft(BYBIT)
      await desk.save(BYBIT, { ...first, layout: 'json' })
      const next = desk.draft(BYBIT)
      const state = await desk.save(BYBIT, { ...next, layout: 'pair' })
      expect(state).toMatchObject({ layout: 'json', current: next.versionId })
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, next))
      expect(await desk.read(BYBIT, PREVIOUS)).toEqual(readBack(BYBIT, first))
    })

    test('a copy under a suffix is never in JSON layout', async () => {
      await desk.refused(COPY, 'USAGE', () =>
        desk.put(COPY, { ...desk.draft(COPY), layout: 'json' }),
      )
      const state = await desk.save(COPY)
      await desk.refused(COPY, 'USAGE', () =>
        desk.backend.migrate(COPY, state, 'json', desk.call()),
      )
    })

    test('is refused when the credential moved, or is not there', async () => {
      const seen = await desk.save(BYBIT)
      await desk.save(BYBIT)
      await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.backend.migrate(BYBIT, seen, 'json', desk.call()),
      )
      await desk.refused(KUCOIN, 'NOT_FOUND', () =>
        desk.backend.migrate(KUCOIN, { ...seen, ref: KUCOIN }, 'json', desk.call()),
      )
    })
  })
}
