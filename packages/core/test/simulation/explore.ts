import type { SecretName } from '../../src/credential/name.ts'
import { secretName } from '../../src/credential/name.ts'
import type { Moment, Scene, Step, Twist } from './moment.ts'
import { advance, firstMoment, mayMove, momentKey, setUp, twistsOf } from './moment.ts'
import { processTree } from './process-tree.ts'
import { programOf } from './programs.ts'
import { restChecker } from './rest.ts'
import type { StoreCall } from './store-call.ts'
import { Violation } from './truth.ts'

export interface ExploreOptions {
  /** How many replies per schedule may be stale, lost, repeated or late. */
  readonly twists: number
  /** Gives up beyond so many states. @default no bound */
  readonly mostStates?: number
}

export interface Failure {
  readonly message: string
  readonly steps: readonly Step[]
}

export interface Exploration {
  readonly states: number
  readonly transitions: number
  /** Complete schedules: moments in which nobody has anything left to do. */
  readonly ends: number
  /** false: given up at `mostStates`. */
  readonly complete: boolean
  readonly failure: Failure | null
}

interface Frame {
  readonly moment: Moment
  readonly twists: number
  readonly steps: readonly Step[]
  next: number
}

/**
 * Every schedule of a scenario: each order of calls, with up to so many twists, and a crash of every process at every
 * moment (each moment is also judged as if all who still run had stopped there for good).
 */
export async function explore(scene: Scene, options: ExploreOptions): Promise<Exploration> {
  const { mostStates = Infinity } = options
  const rest = restChecker(scene)
  const first = await firstMoment(scene, await setUp(scene), (actor) =>
    processTree(programOf(verbOf(scene, actor), scene.ref, scene.subject), scene.subject),
  )
  const visited = new Map<string, number>([[momentKey(first, options.twists), options.twists]])
  const frames: Frame[] = [frameOf(scene, first, options.twists)]
  let [transitions, ends] = [0, 0]
  const report = (complete: boolean, failure: Failure | null): Exploration => ({
    states: visited.size,
    transitions,
    ends,
    complete,
    failure,
  })

  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const step = frame.steps[frame.next]
    if (step === undefined) {
      frames.pop()
      continue
    }
    frame.next += 1
    transitions += 1
    try {
      const advanced = advance(scene, frame.moment, step)
      const moment = advanced instanceof Promise ? await advanced : advanced
      const twists = frame.twists - ('twist' in step && step.twist !== 'none' ? 1 : 0)
      const key = momentKey(moment, twists)
      if ((visited.get(key) ?? -1) >= twists) continue
      visited.set(key, twists)
      await rest(moment)
      const deeper = frameOf(scene, moment, twists)
      if (deeper.steps.length === 0) ends += 1
      else frames.push(deeper)
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      const steps = frames.flatMap(({ steps: all, next }) => all[next - 1] ?? [])
      return report(false, { message: error.message, steps })
    }
    if (visited.size >= mostStates) return report(false, null)
  }
  return report(true, null)
}

function frameOf(scene: Scene, moment: Moment, twists: number): Frame {
  const steps: Step[] = []
  for (const [actor, { process }] of moment.actors.entries()) {
    if (!mayMove(scene, moment, actor)) continue
    // What no other process can see, or change the answer of, is done first, and alone: its order does not matter.
    const alone = process.waiting.findIndex(({ call }) => isPrivate(scene, moment, actor, call))
    if (alone >= 0 && (twists === 0 || process.waiting[alone]?.call.op === 'sleep')) {
      return { moment, twists, steps: [{ actor, call: alone, twist: 'none' }], next: 0 }
    }
    for (const [call, waiting] of process.waiting.entries()) {
      const kinds: readonly Twist[] =
        twists > 0 ? ['none', ...twistsOf(scene, moment, waiting)] : ['none']
      for (const twist of kinds) steps.push({ actor, call, twist })
    }
  }
  return { moment, twists, steps, next: 0 }
}

function isPrivate(scene: Scene, moment: Moment, actor: number, call: StoreCall): boolean {
  if (call.op === 'sleep') return true
  if (call.op !== 'get' && call.op !== 'describe' && call.op !== 'dates') return false
  return moment.actors.every(
    ({ process: { outcome } }, other) =>
      other === actor || outcome !== null || !mayWrite(scene, other, call.name),
  )
}

/** Whether an actor could ever change a secret. */
function mayWrite(scene: Scene, actor: number, name: SecretName): boolean {
  const verb = verbOf(scene, actor)
  const { setup, actors } = scene.scenario
  const usesJson = [...setup, ...actors.map((one) => one.verb)].some((one) => 'layout' in one)
  if (name === secretName(scene.ref, 'json') && !usesJson) return false
  switch (verb.verb) {
    case 'read':
      return false
    case 'foreign':
      return name === secretName(scene.ref, verb.member)
    default:
      return true
  }
}

function verbOf(scene: Scene, actor: number): Scene['scenario']['actors'][number]['verb'] {
  const found = scene.scenario.actors[actor]
  if (found === undefined) throw new Error(`There is no actor ${actor}.`)
  return found.verb
}
