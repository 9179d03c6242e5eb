import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CredentialRef } from '../../src/credential/name.ts'
import { formatRef } from '../../src/credential/name.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { MAX_VALUE_BYTES } from '../../src/credential/value.ts'
import type { Layout } from '../../src/credential/version.ts'
import type { MakeBackend } from './desk.ts'
import { CURRENT, PREVIOUS, isDeeplyFrozen, newVersionId, readBack, useDesk } from './desk.ts'
import { BYBIT, COPY, HEDGE, KUCOIN, NEIGHBOURS } from './refs.ts'

const FIRST_SAVES: readonly (readonly [CredentialRef, Layout])[] = [
  [BYBIT, 'pair'],
  [BYBIT, 'json'],
  [KUCOIN, 'pair'],
  [KUCOIN, 'json'],
  [HEDGE, 'pair'],
  [HEDGE, 'json'],
  [COPY, 'pair'],
]

export function describeSaving(make: MakeBackend): void {
  describe('saving', () => {
    const desk = useDesk(make)

    test('what was never saved is null', async () => {
      expect(await desk.describe(BYBIT)).toBeNull()
      expect(await desk.read(BYBIT, CURRENT)).toBeNull()
      expect(await desk.read(BYBIT, PREVIOUS)).toBeNull()
      expect(await desk.read(BYBIT, { versionId: newVersionId() })).toBeNull()
    })

    test.each(
      FIRST_SAVES.map(([ref, layout]) => ({ ref, layout, title: `${formatRef(ref)}, ${layout}` })),
    )('a whole first save is live at once ($title)', async ({ ref, layout }) => {
      const draft = { ...desk.draft(ref), layout }
      const pending = await desk.put(ref, draft)
      expect(pending).toEqual({
        versionId: draft.versionId,
        base: null,
        copyOf: null,
        missing: [],
        phase: 'live',
      })
      expect(await desk.read(ref)).toEqual(readBack(ref, draft))

      const state = await desk.commit(ref, pending)
      expect(state).toEqual({
        ref,
        layout,
        condition: 'whole',
        missing: [],
        current: draft.versionId,
        previous: null,
        versions: [
          {
            id: draft.versionId,
            stages: ['AWSCURRENT'],
            ours: true,
            frozen: false,
            metadata: draft.metadata,
          },
        ],
        pending: [],
        deletedUntil: null,
        asWritten: null,
        arns: state.arns,
      })
      expect(await desk.describe(ref)).toEqual(state)
    })

    test('a credential carries its name, its layout, and its version in every member', async () => {
      const before = desk.clock.now()
      const draft = desk.draft(KUCOIN)
      const older = { ...draft.metadata, createdAt: before - 86_400_000 }
      const { current } = await desk.save(KUCOIN, { ...draft, metadata: older })
      const found = await desk.backend.read(KUCOIN, CURRENT, desk.call())
      expect(found).toMatchObject({ ref: KUCOIN, layout: 'pair', paired: true, versionId: current })
      for (const keyType of ['api_key', 'api_secret', 'api_passphrase'] as const) {
        expect(found?.members[keyType]).toMatchObject({ keyType, versionId: current })
      }
      // The version is new, however old its key; stores of labels count in seconds.
      expect(found?.createdAt).toBeGreaterThanOrEqual(before - 1000)
      expect(found?.createdAt).toBeLessThanOrEqual(desk.clock.now() + 1000)
    })

    test('what a backend gives out cannot be changed', async () => {
      const draft = desk.draft(BYBIT)
      expect(isDeeplyFrozen(await desk.put(BYBIT, draft))).toBe(true)
      expect(isDeeplyFrozen(await desk.save(BYBIT))).toBe(true)
      expect(isDeeplyFrozen(await desk.describe(BYBIT))).toBe(true)
      expect(isDeeplyFrozen(await desk.backend.read(BYBIT, CURRENT, desk.call()))).toBe(true)
      expect(Object.isFrozen(draft.metadata)).toBe(false)
    })

    test('the same draft again changes nothing: its first reply may have been lost', async () => {
      const draft = desk.draft(BYBIT)
      const first = await desk.backend.putPending(BYBIT, null, draft, desk.call())
      const before = await desk.describe(BYBIT)
      expect(await desk.backend.putPending(BYBIT, null, draft, desk.call())).toEqual(first)
      expect(await desk.describe(BYBIT)).toEqual(before)
    })

    test('another value under the same version id is refused, and named without being shown', async () => {
      const draft = desk.draft(BYBIT)
      await desk.save(BYBIT, draft)
      const other = desk.draft(BYBIT).values
      const error = await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.put(BYBIT, { ...draft, values: other }),
      )
      const told = `${error.message} ${error.hint ?? ''}`
      expect(told).not.toContain(other.api_key?.reveal())
      expect(told).not.toContain(draft.values.api_key?.reveal())
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, draft))
    })

    test('a first save is refused where another one was first', async () => {
      const first = desk.draft(BYBIT)
      await desk.save(BYBIT, first)
      await desk.refused(BYBIT, 'CONFLICT', () =>
        desk.backend.putPending(BYBIT, null, desk.draft(BYBIT), desk.call()),
      )
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, first))
    })

    test('metadata is kept as it was given', async () => {
      const draft = desk.draft(BYBIT)
      const metadata = {
        ...draft.metadata,
        createdAt: desk.clock.now() - 86_400_000,
        site: 'demo',
        expiresAt: desk.clock.now() + 86_400_000,
        exposedAt: desk.clock.now(),
      }
      const state = await desk.save(BYBIT, { ...draft, metadata })
      expect(state.versions[0]?.metadata).toEqual(metadata)
    })

    test(`a value of ${MAX_VALUE_BYTES} bytes is kept whole`, async () => {
      const draft = desk.draft(BYBIT)
      const longest = new Redacted('é'.repeat(MAX_VALUE_BYTES / 2))
      await desk.save(BYBIT, { ...draft, values: { ...draft.values, api_secret: longest } })
      expect((await desk.read(BYBIT))?.values['api_secret']).toBe(longest.reveal())
    })

    test('any text comes back as it was saved', async () => {
      const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      const distinct = fc.uniqueArray(value, { minLength: 3, maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(distinct, async ([key = '', secret = '', passphrase = '']) => {
          const draft = desk.draft(KUCOIN)
          const values = {
            api_key: new Redacted(key),
            api_secret: new Redacted(secret),
            api_passphrase: new Redacted(passphrase),
          }
          await desk.save(KUCOIN, { ...draft, values })
          expect(await desk.read(KUCOIN)).toEqual({
            versionId: draft.versionId,
            values: { api_key: key, api_secret: secret, api_passphrase: passphrase },
          })
        }),
        { numRuns: 20 },
      )
    })

    test('credentials whose names differ in any part are kept apart', async () => {
      const drafts = NEIGHBOURS.map((ref) => ({ ref, draft: desk.draft(ref) }))
      for (const { ref, draft } of drafts) await desk.save(ref, draft)
      for (const { ref, draft } of drafts) {
        expect(await desk.read(ref)).toEqual(readBack(ref, draft))
        expect((await desk.describe(ref))?.ref).toEqual(ref)
      }
    })

    test('what was saved is there for whoever opens the store next', async () => {
      const draft = desk.draft(KUCOIN)
      const state = await desk.save(KUCOIN, draft)
      const next = await desk.reopened()
      expect(await next.describe(KUCOIN, desk.call())).toEqual(state)
      const found = await next.read(KUCOIN, CURRENT, desk.call())
      expect(found?.members.api_secret.reveal()).toBe(draft.values.api_secret?.reveal())
    })

    test('a call that was interrupted or is out of time writes nothing', async () => {
      const late = { deadline: desk.clock.now() - 1 }
      const stopped = { ...desk.call(), signal: AbortSignal.abort() }
      const put = (call: typeof late) => () =>
        desk.backend.putPending(BYBIT, null, desk.draft(BYBIT), call)
      await desk.refused(BYBIT, 'UNAVAILABLE', put(late))
      await desk.refused(BYBIT, 'INTERRUPTED', put(stopped))
      await desk.refused(BYBIT, 'UNAVAILABLE', () => desk.backend.read(BYBIT, CURRENT, late))
      expect(await desk.describe(BYBIT)).toBeNull()
    })
  })
}
