import { describe, expect, test } from 'vitest'
import type { KeyType } from '../../src/credential/exchange.ts'
import { KEY_TYPES } from '../../src/credential/exchange.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import type { MakeBackend } from './desk.ts'
import { halves, readBack, refusal, together, useDesk } from './desk.ts'
import { BYBIT, COPY, HEDGE, KUCOIN } from './refs.ts'

/** The anchor comes first or last: a store of labels takes it in the middle from nobody. */
const ORDERS: readonly (readonly [CredentialRef, readonly KeyType[]])[] = [
  [BYBIT, ['api_key', 'api_secret']],
  [BYBIT, ['api_secret', 'api_key']],
  [COPY, ['api_key', 'api_secret']],
  [KUCOIN, ['api_key', 'api_secret', 'api_passphrase']],
  [KUCOIN, ['api_passphrase', 'api_secret', 'api_key']],
]
const CASES = ORDERS.map(([ref, order]) => ({ ref, order, title: order.join(', ') }))

export function describeHalfSaves(make: MakeBackend): void {
  describe('saving one member at a time', () => {
    const desk = useDesk(make)

    test.each(CASES)(
      'a new credential goes live with its last member ($title)',
      async ({ ref, order }) => {
        const whole = desk.draft(ref)
        for (const [index, keyType] of order.entries()) {
          const part = { ...whole, values: { [keyType]: whole.values[keyType] } }
          const pending = await desk.put(ref, part)
          const missing = KEY_TYPES[ref.exchange].filter(
            (other) => !order.slice(0, index + 1).includes(other),
          )
          const live = missing.length === 0
          expect(pending).toMatchObject({ versionId: whole.versionId, base: null, missing })
          expect(pending.phase).toBe(live ? 'live' : 'written')
          expect(await desk.describe(ref)).toMatchObject({
            condition: live ? 'whole' : 'incomplete',
            missing,
            current: live ? whole.versionId : null,
          })
          if (live) await desk.commit(ref, pending)
        }
        expect(await desk.read(ref)).toEqual(readBack(ref, whole))
      },
    )

    test.each(CASES)(
      'over a whole one nothing goes live before the commit ($title)',
      async ({ ref, order }) => {
        const old = desk.draft(ref)
        await desk.save(ref, old)
        const whole = desk.draft(ref)
        for (const keyType of order) {
          const part = { ...whole, values: { [keyType]: whole.values[keyType] } }
          const pending = await desk.put(ref, part)
          expect(pending).toMatchObject({ base: old.versionId, phase: 'written' })
          expect(await desk.read(ref)).toEqual(readBack(ref, old))
          expect((await desk.describe(ref))?.pending).toEqual([pending])
          if (pending.missing.length > 0) {
            await desk.refused(ref, 'INCOMPLETE', () => desk.commit(ref, pending))
          } else {
            const state = await desk.commit(ref, pending)
            expect(state).toMatchObject({ current: whole.versionId, previous: old.versionId })
          }
        }
        expect(await desk.read(ref)).toEqual(readBack(ref, whole))
      },
    )

    test('reading a half names what is missing and the command that completes it', async () => {
      const [first] = halves(desk, HEDGE, ['api_key'])
      await desk.put(HEDGE, first)
      const error = await refusal(() => desk.read(HEDGE))
      expect(error.code).toBe('INCOMPLETE')
      expect(error.message).toContain('api_secret')
      expect(error.hint).toMatch(/mm-secrets save .*--account hedge .*--key-type api_secret/)
      expect(`${error.message} ${error.hint ?? ''}`).not.toContain(first.values.api_key?.reveal())
    })

    test('joined fingerprints and facts are those of both halves', async () => {
      const [first, last] = halves(desk, BYBIT, ['api_key'])
      const [expiresAt, exposedAt] = [desk.clock.now() + 1, desk.clock.now()]
      const known = { ...first.metadata, site: 'demo', expiresAt }
      await desk.put(BYBIT, { ...first, metadata: known })
      const later = { ...last.metadata, site: 'mainnet', exposedAt }
      await desk.put(BYBIT, { ...last, metadata: later })
      const [version] = (await desk.describe(BYBIT))?.versions ?? []
      expect(version?.metadata).toMatchObject({
        site: 'mainnet',
        expiresAt,
        exposedAt,
        fingerprints: { ...first.metadata.fingerprints, ...last.metadata.fingerprints },
      })
    })

    test('the same half again changes nothing, another value for it is refused', async () => {
      await desk.save(BYBIT)
      const [first] = halves(desk, BYBIT, ['api_secret'])
      const pending = await desk.put(BYBIT, first)
      const before = await desk.describe(BYBIT)
      expect(await desk.put(BYBIT, first)).toEqual(pending)
      expect(await desk.describe(BYBIT)).toEqual(before)
      const [other] = halves(desk, BYBIT, ['api_secret'])
      await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.put(BYBIT, { ...other, versionId: first.versionId }),
      )
    })

    test.each([
      { base: 'nothing', saved: false },
      { base: 'a whole one', saved: true },
    ])('another half is refused while one is pending on $base', async ({ saved }) => {
      if (saved) await desk.save(BYBIT)
      const [first] = halves(desk, BYBIT, ['api_key'])
      await desk.put(BYBIT, first)
      const [other] = halves(desk, BYBIT, ['api_secret'])
      const error = await desk.refused(BYBIT, 'CONFLICT', () => desk.put(BYBIT, other))
      expect(`${error.message} ${error.hint ?? ''}`).toContain(first.versionId)
    })

    test('a half is refused while a whole version is pending', async () => {
      await desk.save(BYBIT)
      await desk.put(BYBIT, desk.draft(BYBIT))
      const [half] = halves(desk, BYBIT, ['api_key'])
      await desk.refused(BYBIT, 'CONFLICT', () => desk.put(BYBIT, half))
    })

    test('a half joins nothing once another version became current', async () => {
      await desk.save(BYBIT)
      const [first, last] = halves(desk, BYBIT, ['api_key'])
      await desk.put(BYBIT, first)
      const base = await desk.describe(BYBIT)
      const winner = desk.draft(BYBIT)
      await desk.save(BYBIT, winner)
      await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.backend.putPending(BYBIT, base, last, desk.call()),
      )
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, winner))
    })

    test('a half does not join by a base that was seen before the last rotation', async () => {
      const base = await desk.save(BYBIT)
      await desk.save(BYBIT)
      const [first, last] = halves(desk, BYBIT, ['api_key'])
      await desk.put(BYBIT, first)
      await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.backend.putPending(BYBIT, base, last, desk.call()),
      )
    })

    test('a whole save goes live over a half that waits on nothing', async () => {
      const [half] = halves(desk, BYBIT, ['api_secret'])
      await desk.put(BYBIT, half)
      const whole = desk.draft(BYBIT)
      const state = await desk.save(BYBIT, whole)
      expect(state).toMatchObject({ condition: 'whole', current: whole.versionId, pending: [] })
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, whole))
    })

    test('a half waits for whoever opens the store next', async () => {
      const [first, last] = halves(desk, BYBIT, ['api_key'])
      await desk.put(BYBIT, first)
      const next = await desk.reopened()
      const base = await next.describe(BYBIT, desk.call())
      await next.putPending(BYBIT, base, last, desk.call())
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, together(first, last)))
    })
  })
}
