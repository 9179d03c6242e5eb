import { describe, expect, test } from 'vitest'
import type { CredentialState, ListFilter } from '../../src/backend/port.ts'
import { ENVIRONMENTS } from '../../src/credential/exchange.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { ADMIN_NAMESPACE, DEFAULT_NAMESPACE, secretName } from '../../src/credential/name.ts'
import type { Desk, MakeBackend } from './desk.ts'
import { halves, isDeeplyFrozen, useDesk } from './desk.ts'
import { BYBIT, HEDGE, KUCOIN, NEIGHBOURS } from './refs.ts'

const EVERYTHING: ListFilter = { namespace: DEFAULT_NAMESPACE, envs: ENVIRONMENTS }

/** A listing may be late: a store of labels takes its time. */
const ATTEMPTS = 100

export function describeListing(make: MakeBackend): void {
  describe('listing', () => {
    const desk = useDesk(make)

    test('gives each credential of a namespace once', async () => {
      for (const ref of NEIGHBOURS) await desk.save(ref)
      const inside = NEIGHBOURS.filter(({ namespace }) => namespace === DEFAULT_NAMESPACE)
      expect(names(await listed(desk, EVERYTHING, inside.length))).toEqual(namesOf(inside))
      const admin = { ...EVERYTHING, namespace: ADMIN_NAMESPACE }
      expect(await listed(desk, admin, 1)).toHaveLength(1)
    })

    test('keeps to the environments and the exchange that were asked for', async () => {
      for (const ref of NEIGHBOURS) await desk.save(ref)
      const wanted = NEIGHBOURS.filter(
        ({ namespace, env, exchange }) =>
          namespace === DEFAULT_NAMESPACE && env === 'shadow' && exchange === 'bybit',
      )
      const filter = { ...EVERYTHING, envs: ['shadow', 'shadow'], exchange: 'bybit' } as const
      expect(names(await listed(desk, filter, wanted.length))).toEqual(namesOf(wanted))
      expect(await listed(desk, { ...EVERYTHING, envs: [] }, 0)).toEqual([])
      expect(await listed(desk, { ...EVERYTHING, envs: ['soak'] }, 0)).toEqual([])
    })

    test('shows the state that describe shows: halves, pending and deleted ones too', async () => {
      await desk.save(BYBIT)
      await desk.put(BYBIT, desk.draft(BYBIT))
      const [half] = halves(desk, KUCOIN, ['api_key'])
      await desk.put(KUCOIN, half)
      const live = await desk.save(HEDGE)
      await desk.backend.delete(HEDGE, live, 7, desk.call())
      const states = await listed(desk, EVERYTHING, 3)
      expect(states).toHaveLength(3)
      for (const state of states) {
        expect(state).toEqual(await desk.describe(state.ref))
        expect(isDeeplyFrozen(state)).toBe(true)
      }
    })
  })
}

async function listed(
  desk: Desk,
  filter: ListFilter,
  count: number,
): Promise<readonly CredentialState[]> {
  for (let attempt = 1; ; attempt++) {
    const states = await desk.list(filter)
    if (states.length >= count || attempt === ATTEMPTS) return states
    await desk.clock.sleep(20)
  }
}

function names(states: readonly CredentialState[]): readonly string[] {
  return namesOf(states.map(({ ref }) => ref))
}

function namesOf(refs: readonly CredentialRef[]): readonly string[] {
  return refs.map((ref) => secretName(ref, 'api_key')).sort()
}
