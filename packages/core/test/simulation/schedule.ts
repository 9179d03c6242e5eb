import type { Failure } from './explore.ts'
import type { Moment, Scene, Step } from './moment.ts'
import { advance, firstMoment, mayMove, setUp, twistsOf, vanishings } from './moment.ts'
import { livingProcess } from './process-tree.ts'
import { programOf } from './programs.ts'
import type { RandomSource } from './random-source.ts'
import { Violation } from './truth.ts'

/** What a schedule came to. */
export interface RanSchedule {
  /** The invariant that it broke; null: none. */
  readonly message: string | null
  readonly steps: readonly Step[]
}

/** How a random schedule is drawn. */
interface Temper {
  /** How likely the actor that moved last moves again: near 1, processes sleep long. */
  readonly stubbornness: number
  /** How likely a reply is stale, lost, repeated or late. */
  readonly twistRate: number
  readonly mostTwists: number
  /** How likely a process dies, at each step. */
  readonly crashRate: number
  readonly vanishRate: number
}

function drawTemper(random: RandomSource): Temper {
  return {
    stubbornness: random.pick([0, 0.5, 0.8, 0.95]),
    twistRate: random.pick([0, 0.02, 0.1, 0.3]),
    mostTwists: random.pick([1, 2, 4, 8]),
    crashRate: random.pick([0, 0, 0.01, 0.03]),
    vanishRate: random.pick([0, 0.1, 1]),
  }
}

/**
 * Draws and runs one schedule to its end.
 *
 * @param rest judges the end of it
 */
export async function runRandom(
  scene: Scene,
  before: Pick<Moment, 'world' | 'truth'>,
  random: RandomSource,
  rest: (moment: Moment) => Promise<void>,
): Promise<RanSchedule> {
  const temper = drawTemper(random)
  const steps: Step[] = []
  try {
    let moment = await firstMoment(scene, before, (actor) => living(scene, actor))
    let [last, twists] = [-1, 0]
    for (;;) {
      const step = drawStep(scene, moment, temper, random, last, twists)
      if (step === null) break
      steps.push(step)
      if ('actor' in step) {
        last = step.actor
        if (step.twist !== 'none') twists += 1
      }
      moment = await advance(scene, moment, step)
    }
    await rest(moment)
    return { message: null, steps }
  } catch (error) {
    if (error instanceof Violation) return { message: error.message, steps }
    throw error
  }
}

export function living(scene: Scene, actor: number): ReturnType<typeof livingProcess> {
  const verb = scene.scenario.actors[actor]?.verb
  if (verb === undefined) throw new Error(`There is no actor ${actor}.`)
  return livingProcess(programOf(verb, scene.ref, scene.subject), scene.subject)
}

function drawStep(
  scene: Scene,
  moment: Moment,
  temper: Temper,
  random: RandomSource,
  last: number,
  twists: number,
): Step | null {
  const movable = [...moment.actors.keys()].filter((actor) => mayMove(scene, moment, actor))
  if (movable.length === 0) return null
  if (temper.vanishRate > 0 && random.next() < temper.vanishRate) {
    const [step] = vanishings(moment)
    if (step !== undefined) return step
  }
  if (temper.crashRate > 0 && random.next() < temper.crashRate) {
    return { crash: random.pick(movable) }
  }
  const stays = movable.includes(last) && random.next() < temper.stubbornness
  const actor = stays ? last : random.pick(movable)
  const waiting = moment.actors[actor]?.process.waiting ?? []
  if (waiting.length === 0) throw new Error(`Actor ${actor} waits for nothing and has not ended.`)
  const call = random.below(waiting.length)
  const chosen = waiting[call]
  const mayTwist = twists < temper.mostTwists && random.next() < temper.twistRate
  const kinds = mayTwist && chosen !== undefined ? twistsOf(scene, moment, chosen) : []
  return { actor, call, twist: kinds.length === 0 ? 'none' : random.pick(kinds) }
}

/** Steps as text that `--replay` takes: `0.1 1.0~2 x0 v…`. */
export function formatSteps(steps: readonly Step[]): string {
  return steps
    .map((step) => {
      if ('crash' in step) return `x${step.crash}`
      if ('vanish' in step) return `v${step.vanish}:${step.id}`
      return `${step.actor}.${step.call}${step.twist === 'none' ? '' : `~${step.twist}`}`
    })
    .join(' ')
}

/** @throws Error for text that is not of `formatSteps` */
export function parseSteps(text: string): readonly Step[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word): Step => {
      const crash = /^x(\d+)$/.exec(word)
      if (crash !== null) return { crash: Number(crash[1]) }
      const vanish = /^v(.+):([0-9a-f-]{36})$/.exec(word)
      if (vanish !== null) return { vanish: vanish[1], id: vanish[2] } as Step
      const move = /^(\d+)\.(\d+)(?:~(\w+))?$/.exec(word)
      if (move === null) throw new Error(`There is no step ${word}.`)
      const [, actor, call, twist = 'none'] = move
      const behind = /^\d+$/.test(twist) ? Number(twist) : twist
      return { actor: Number(actor), call: Number(call), twist: behind } as Step
    })
}

/**
 * Runs the given steps.
 *
 * @param log takes a line for each step, with its reply
 */
export async function replay(
  scene: Scene,
  steps: readonly Step[],
  rest: (moment: Moment) => Promise<void>,
  log: (moment: Moment, step: Step | null) => void,
): Promise<Failure | null> {
  const done: Step[] = []
  try {
    const before = await setUp(scene)
    let moment = await firstMoment(scene, before, (actor) => living(scene, actor))
    for (const step of steps) {
      log(moment, step)
      done.push(step)
      moment = await advance(scene, moment, step)
    }
    log(moment, null)
    await rest(moment)
    return null
  } catch (error) {
    if (error instanceof Violation) return { message: error.message, steps: done }
    throw error
  }
}
