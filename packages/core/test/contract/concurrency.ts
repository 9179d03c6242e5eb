import { describe, expect, test } from 'vitest'
import type { CredentialState, Draft } from '../../src/backend/port.ts'
import { credentialRef } from '../../src/credential/name.ts'
import { errorCode } from '../../src/errors/secrets-error.ts'
import type { Desk, MakeBackend } from './desk.ts'
import { CURRENT, readBack, useDesk } from './desk.ts'
import { BYBIT, KUCOIN } from './refs.ts'
import { valuesFor } from './values.ts'

const WRITERS = 12
const ROTATIONS = 50
const READERS = 3

export function describeConcurrency(make: MakeBackend): void {
  describe('at the same time', () => {
    const desk = useDesk(make)

    test('writers of different credentials all succeed', async () => {
      const drafts = Array.from({ length: WRITERS }, (_, index) => {
        const ref = credentialRef({ env: 'shadow', exchange: 'bybit', account: `desk${index}` })
        return { ref, draft: desk.draft(ref) }
      })
      await Promise.all(drafts.map(({ ref, draft }) => desk.save(ref, draft)))
      for (const { ref, draft } of drafts) {
        expect(await desk.read(ref)).toEqual(readBack(ref, draft))
      }
    })

    test.each([
      { what: 'a new credential', saved: false },
      { what: 'one base', saved: true },
    ])('of the writers on $what exactly one succeeds, the others conflict', async ({ saved }) => {
      const base = saved ? await desk.save(BYBIT) : null
      const drafts = Array.from({ length: WRITERS }, () => desk.draft(BYBIT))
      const outcomes = await Promise.all(drafts.map((draft) => write(desk, base, draft)))
      const winners = drafts.filter((_, index) => outcomes[index] === 'done')
      expect(new Set(outcomes)).toEqual(new Set(['done', 'CONFLICT']))
      expect(winners).toHaveLength(1)
      const [winner] = winners
      if (winner !== undefined) expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, winner))
    })

    test('writers that try again after a conflict all get their turn', async () => {
      await desk.save(BYBIT)
      const committed = new Set<string>()
      const writer = async (): Promise<void> => {
        for (;;) {
          const draft = desk.draft(BYBIT)
          const base = await desk.describe(BYBIT)
          if ((await write(desk, base, draft)) !== 'done') continue
          committed.add(draft.versionId)
          return
        }
      }
      await Promise.all(Array.from({ length: 4 }, writer))
      expect(committed.size).toBe(4)
      const state = await desk.describe(BYBIT)
      expect(committed).toContain(state?.current)
      expect(committed).toContain(state?.previous)
    })

    test('a commit and a discard of one version never both succeed', async () => {
      for (let round = 0; round < 10; round++) {
        await desk.save(BYBIT)
        const pending = await desk.put(BYBIT, desk.draft(BYBIT))
        const [committed, discarded] = await Promise.allSettled([
          desk.commit(BYBIT, pending),
          desk.backend.discard(BYBIT, pending, desk.call()),
        ])
        const live = (await desk.describe(BYBIT))?.current === pending.versionId
        expect(committed.status).toBe(live ? 'fulfilled' : 'rejected')
        expect(discarded.status).toBe(live ? 'rejected' : 'fulfilled')
      }
    })

    test.each([BYBIT, KUCOIN])(
      `readers during ${ROTATIONS} rotations see only what was saved together ($exchange)`,
      async (ref) => {
        await desk.save(ref)
        let rotating = true
        let reads = 0
        const reader = async (): Promise<void> => {
          while (rotating) {
            const found = await desk.backend.read(ref, CURRENT, desk.call())
            expect(found).not.toBeNull()
            if (found === null) return
            const expected = valuesFor(ref.exchange, found.versionId)
            for (const keyType of ['api_key', 'api_secret', 'api_passphrase'] as const) {
              expect(found.members[keyType]?.reveal()).toBe(expected[keyType]?.reveal())
              expect(found.members[keyType]?.versionId ?? found.versionId).toBe(found.versionId)
            }
            reads++
            await desk.clock.sleep(0)
          }
        }
        const writer = async (): Promise<void> => {
          try {
            for (let count = 0; count < ROTATIONS; count++) {
              await desk.save(ref)
              await desk.clock.sleep(0)
            }
          } finally {
            rotating = false
          }
        }
        await Promise.all([writer(), ...Array.from({ length: READERS }, reader)])
        expect(reads).toBeGreaterThan(READERS)
      },
      180_000,
    )
  })
}

/** Puts on the given base and commits. @returns 'done', or the code of what refused it */
async function write(desk: Desk, base: CredentialState | null, draft: Draft): Promise<string> {
  try {
    const pending = await desk.backend.putPending(BYBIT, base, draft, desk.call())
    await desk.commit(BYBIT, pending)
    return 'done'
  } catch (error) {
    return errorCode(error) ?? 'a bug'
  }
}
