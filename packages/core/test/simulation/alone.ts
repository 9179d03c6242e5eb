import type { CredentialRef } from '../../src/credential/name.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Outcome } from './outcome.ts'
import { storeOver } from './process.ts'
import type { Program } from './process.ts'
import { EPOCH } from './secret-semantics.ts'
import type { StoreCall } from './store-call.ts'
import type { Subject } from './subject.ts'
import type { Truth } from './truth.ts'
import { Violation, observe } from './truth.ts'
import type { World } from './world.ts'
import { perform } from './world.ts'

/** More calls than any program makes when nobody disturbs it. */
const MOST_CALLS = 500

export interface Aftermath {
  readonly world: World
  readonly truth: Truth
  readonly outcome: Outcome
  readonly calls: number
}

/**
 * Runs a program to its end while nobody else does anything: every reply is fresh and arrives.
 *
 * @param log takes each call and its reply, for a trace
 * @throws Violation
 */
export async function runAlone(
  program: Program,
  subject: Subject,
  ref: CredentialRef,
  before: { readonly world: World; readonly truth: Truth },
  log: (call: StoreCall, reply: unknown) => void = () => undefined,
): Promise<Aftermath> {
  let { world, truth } = before
  let [calls, elapsed] = [0, 0]
  const broken: Error[] = []
  const clock: Clock = {
    now: () => EPOCH + elapsed,
    sleep: (ms) => {
      elapsed += ms
      return Promise.resolve()
    },
  }
  const store = storeOver(
    (call) => {
      calls += 1
      if (calls > MOST_CALLS) {
        broken.push(new Violation('A process that nobody disturbs does not end.'))
      }
      const done = perform(world, call)
      log(call, done.reply)
      try {
        if (done.world !== world) truth = observe(truth, done.world, ref)
      } catch (error) {
        broken.push(error instanceof Error ? error : new Error(String(error)))
      }
      world = done.world
      const [first] = broken
      return first === undefined ? Promise.resolve(done.reply) : Promise.reject(first)
    },
    clock,
    subject,
  )
  const outcome = await program(store, clock)
  const [first] = broken
  if (first !== undefined) throw first
  return { world, truth, outcome, calls }
}
