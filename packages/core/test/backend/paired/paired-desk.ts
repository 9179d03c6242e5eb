import { pairedBackend } from '../../../src/backend/paired/paired-backend.ts'
import type { Desk } from '../../contract/desk.ts'
import { deskOf } from '../../contract/desk.ts'
import type { LabelledStore } from './labelled-store.ts'
import { labelledStore } from './labelled-store.ts'
import { quickClock } from './quick-clock.ts'

export interface PairedDesk {
  readonly desk: Desk
  readonly store: LabelledStore
  readonly warnings: readonly string[]
  /** How many requests some work made of the store. */
  requests(work: () => Promise<unknown>): Promise<number>
}

/** A paired backend on an empty store in memory. */
export function pairedDesk(): PairedDesk {
  const clock = quickClock()
  const store = labelledStore(clock)
  const warnings: string[] = []
  const open = () => pairedBackend(store, { clock, warn: (line) => warnings.push(line) })
  let backend = open()
  const desk = deskOf(() => ({
    backend,
    clock,
    reopen: () => {
      backend = open()
      return Promise.resolve(backend)
    },
    dispose: () => Promise.resolve(),
  }))
  const total = (): number => Object.values(store.calls).reduce((sum, count) => sum + count, 0)
  return {
    desk,
    store,
    warnings,
    requests: async (work) => {
      const before = total()
      await work()
      return total() - before
    },
  }
}
