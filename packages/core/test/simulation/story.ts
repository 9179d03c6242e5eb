import type { Moment, Scene, Step, Twist } from './moment.ts'
import { advance, firstMoment, setUp } from './moment.ts'
import type { WaitingCall } from './process.ts'
import { living } from './schedule.ts'
import { formatCall } from './trace.ts'
import { withNames } from './version-names.ts'

/** One turn of a story: an actor goes on to its end, or until it is about to make a call. */
export interface Turn {
  readonly actor: number
  /** As a trace shows the call, or the beginning of that: `move api_key AWSCURRENT`. */
  readonly until?: string
  /** The call that ended the turn is made, with this. */
  readonly twist?: Twist
  /** Afterwards the process is dead. */
  readonly crash?: true
}

/** @returns the steps of a story, so that it can be replayed like any schedule. @throws Violation; Error when the story does not happen */
export async function tell(
  scene: Scene,
  turns: readonly Turn[],
): Promise<{ readonly moment: Moment; readonly steps: readonly Step[] }> {
  let moment = await firstMoment(scene, await setUp(scene), (actor) => living(scene, actor))
  const steps: Step[] = []
  const take = async (step: Step): Promise<void> => {
    steps.push(step)
    moment = await advance(scene, moment, step)
  }
  for (const { actor, until, twist, crash } of turns) {
    for (;;) {
      const process = moment.actors[actor]?.process
      if (process === undefined) throw new Error(`A story has no actor ${actor}.`)
      const found = until === undefined ? -1 : process.waiting.findIndex(isCall(until))
      if (found >= 0) {
        if (twist !== undefined) await take({ actor, call: found, twist })
        break
      }
      if (process.outcome !== null) {
        if (until === undefined) break
        throw new Error(
          `Actor ${actor} ended (${JSON.stringify(process.outcome)}) before ${until}.`,
        )
      }
      await take({ actor, call: 0, twist: 'none' })
    }
    if (crash === true) await take({ crash: actor })
  }
  return { moment, steps }
}

function isCall(until: string): (waiting: WaitingCall) => boolean {
  return ({ call }) => withNames(formatCall(call)).startsWith(until)
}
