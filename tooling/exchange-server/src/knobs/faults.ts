import type { Fault, Knobs, PlannedFault } from './knobs.ts'
import type { Random } from './random.ts'

/** Decides what goes wrong with each request, in the order in which they arrive. */
export interface Faults {
  /** @returns null: nothing */
  draw(operation: string): Fault | null
  /** Back to the first draw. */
  reset(): void
}

/** @param newRandom numbers that are the same after each call of it */
export function faults(knobs: Knobs, newRandom: () => Random): Faults {
  let random = newRandom()
  return {
    draw(operation) {
      const planned = takePlanned(knobs, operation)
      if (planned !== null) return planned
      const { throttleRate, errorRate, hangRate, resetRate, lostReplyRate, lateErrorRate } =
        knobs.get()
      const rates: readonly (readonly [Fault, number])[] = [
        ['throttle', throttleRate],
        ['error', errorRate],
        ['hang', hangRate],
        ['reset', resetRate],
        ['lost-reply', lostReplyRate],
        ['late-error', lateErrorRate],
      ]
      let left = random()
      for (const [fault, rate] of rates) {
        if (left < rate) return fault
        left -= rate
      }
      return null
    },
    reset() {
      random = newRandom()
    },
  }
}

function takePlanned(knobs: Knobs, operation: string): Fault | null {
  const { next } = knobs.get()
  const index = next.findIndex((each) => (each.operation ?? operation) === operation)
  const planned = next[index]
  if (planned === undefined) return null
  knobs.set({ next: next.toSpliced(index, 1, ...counted(planned)) })
  return (planned.after ?? 0) > 0 ? null : planned.fault
}

function counted(planned: PlannedFault): readonly PlannedFault[] {
  const { after = 0, times = 1 } = planned
  if (after > 0) return [{ ...planned, after: after - 1 }]
  return times > 1 ? [{ ...planned, times: times - 1 }] : []
}
