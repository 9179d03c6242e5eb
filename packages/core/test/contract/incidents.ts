import { describe, expect, test } from 'vitest'
import type { MakeBackend } from './desk.ts'
import { CURRENT, PREVIOUS, newVersionId, readBack, refusal, useDesk } from './desk.ts'
import { BYBIT, HEDGE, KUCOIN } from './refs.ts'

export function describeIncidents(make: MakeBackend): void {
  describe('annotating', () => {
    const desk = useDesk(make)

    test('records what became known of one version, and nothing else', async () => {
      const old = desk.draft(BYBIT)
      await desk.save(BYBIT, old)
      const before = await desk.save(BYBIT)
      const facts = { site: 'mainnet', expiresAt: 1_900_000_000_000, revokedAt: desk.clock.now() }
      await desk.backend.annotate(BYBIT, old.versionId, facts, desk.call())
      const after = await desk.describe(BYBIT)
      expect(after).toEqual({
        ...before,
        versions: before.versions.map((version) =>
          version.id === old.versionId
            ? { ...version, metadata: { ...version.metadata, ...facts } }
            : version,
        ),
      })
      await desk.backend.annotate(BYBIT, old.versionId, { site: null }, desk.call())
      expect((await desk.describe(BYBIT))?.versions[1]?.metadata).toEqual({
        ...old.metadata,
        ...facts,
        site: null,
      })
    })

    test('can be said of a pending version, and goes live with it', async () => {
      await desk.save(BYBIT)
      const draft = desk.draft(BYBIT)
      const pending = await desk.put(BYBIT, draft)
      const exposedAt = desk.clock.now()
      await desk.backend.annotate(BYBIT, draft.versionId, { exposedAt }, desk.call())
      const state = await desk.commit(BYBIT, pending)
      expect(state.versions[0]?.metadata).toEqual({ ...draft.metadata, exposedAt })
    })

    test('does not know versions and credentials that are not there', async () => {
      await desk.save(BYBIT)
      const annotate = (ref: typeof BYBIT) => () =>
        desk.backend.annotate(ref, newVersionId(), { site: 'demo' }, desk.call())
      await desk.refused(BYBIT, 'NOT_FOUND', annotate(BYBIT))
      await desk.refused(KUCOIN, 'NOT_FOUND', annotate(KUCOIN))
    })
  })

  describe('freezing', () => {
    const desk = useDesk(make)

    test.each([BYBIT, KUCOIN])(
      'readers are refused what is frozen, unless they only look whether it is dead ($exchange)',
      async (ref) => {
        const draft = desk.draft(ref)
        await desk.save(ref, draft)
        const state = await desk.backend.freeze(ref, desk.call())
        expect(state).toMatchObject({ current: draft.versionId, versions: [{ frozen: true }] })
        expect(await desk.describe(ref)).toEqual(state)
        const byId = { versionId: draft.versionId }
        expect((await refusal(() => desk.read(ref, CURRENT))).code).toBe('REVOKED')
        expect((await refusal(() => desk.read(ref, byId))).code).toBe('REVOKED')
        const expected = readBack(ref, draft)
        expect(await desk.read(ref, { ...CURRENT, evenFrozen: true })).toEqual(expected)
        expect(await desk.read(ref, { ...byId, evenFrozen: true })).toEqual(expected)
      },
    )

    test('freezing again changes nothing', async () => {
      await desk.save(BYBIT)
      const state = await desk.backend.freeze(BYBIT, desk.call())
      expect(await desk.backend.freeze(BYBIT, desk.call())).toEqual(state)
    })

    test('a rotation to another key makes it readable; the frozen one stays refused', async () => {
      const leaked = desk.draft(BYBIT)
      await desk.save(BYBIT, leaked)
      await desk.backend.freeze(BYBIT, desk.call())
      const next = desk.draft(BYBIT)
      await desk.save(BYBIT, next)
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, next))
      expect((await refusal(() => desk.read(BYBIT, PREVIOUS))).code).toBe('REVOKED')
      expect(await desk.read(BYBIT, { ...PREVIOUS, evenFrozen: true })).toEqual(
        readBack(BYBIT, leaked),
      )
    })

    test('what was pending before a freeze is committed, if its key is another', async () => {
      await desk.save(BYBIT)
      const next = desk.draft(BYBIT)
      const pending = await desk.put(BYBIT, next)
      await desk.backend.freeze(BYBIT, desk.call())
      expect(await desk.read(BYBIT, { versionId: next.versionId })).toEqual(readBack(BYBIT, next))
      expect(await desk.commit(BYBIT, pending)).toMatchObject({ current: next.versionId })
    })

    test('what is pending with the same key is frozen with it', async () => {
      const leaked = desk.draft(BYBIT)
      await desk.save(BYBIT, leaked)
      const same = { ...leaked, versionId: newVersionId() }
      const pending = await desk.put(BYBIT, same)
      const state = await desk.backend.freeze(BYBIT, desk.call())
      expect(state.versions).toMatchObject([{ frozen: true }, { frozen: true }])
      await desk.refused(BYBIT, 'REVOKED', () => desk.commit(BYBIT, pending))
      expect((await refusal(() => desk.read(BYBIT, { versionId: same.versionId }))).code).toBe(
        'REVOKED',
      )
      expect(await desk.backend.discard(BYBIT, pending, desk.call())).toMatchObject({
        current: leaked.versionId,
        pending: [],
      })
    })

    test('a rollback to a frozen version is not committed', async () => {
      const leaked = desk.draft(BYBIT)
      await desk.save(BYBIT, leaked)
      await desk.backend.freeze(BYBIT, desk.call())
      const next = desk.draft(BYBIT)
      await desk.save(BYBIT, next)
      const copy = {
        ...leaked,
        versionId: newVersionId(),
        metadata: { ...leaked.metadata, copyOf: leaked.versionId },
      }
      const error = await refusal(async () => desk.commit(BYBIT, await desk.put(BYBIT, copy)))
      expect(error.code).toBe('REVOKED')
      expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, next))
    })

    test('other credentials are not frozen, and what is not there cannot be', async () => {
      const draft = desk.draft(HEDGE)
      await desk.save(BYBIT)
      await desk.save(HEDGE, draft)
      await desk.backend.freeze(BYBIT, desk.call())
      expect(await desk.read(HEDGE)).toEqual(readBack(HEDGE, draft))
      await desk.refused(KUCOIN, 'NOT_FOUND', () => desk.backend.freeze(KUCOIN, desk.call()))
    })
  })
}
