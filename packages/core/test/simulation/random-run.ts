import type { Failure } from './explore.ts'
import type { Scene } from './moment.ts'
import { newScene, setUp } from './moment.ts'
import type { RandomSource } from './random-source.ts'
import { randomSource } from './random-source.ts'
import { restChecker } from './rest.ts'
import { runRandom } from './schedule.ts'
import type { MemberCount } from './scenario.ts'
import { randomScenario } from './scenarios.ts'
import type { Subject } from './subject.ts'

export interface RandomOptions {
  readonly seed: number
  readonly schedules: number
  readonly processes: number
  /** @default drawn for each scenario */
  readonly members?: MemberCount
}

interface RandomFailure extends Failure {
  readonly scene: Scene
  /** Runs this one schedule again. */
  readonly seed: number
}

export interface RandomReport {
  readonly schedules: number
  readonly scenarios: number
  readonly steps: number
  readonly failure: RandomFailure | null
}

/** Schedules of one scenario before the next is drawn. */
const BATCH = 100

/** Seeded random schedules of random scenarios; stops at the first that breaks an invariant. */
export async function runRandomly(options: RandomOptions, subject: Subject): Promise<RandomReport> {
  const { seed, schedules } = options
  let [done, scenarios, steps] = [0, 0, 0]
  while (done < schedules) {
    const sceneSeed = seed + scenarios * 1_000_003
    const scene = drawScene(options, subject, randomSource(sceneSeed))
    scenarios += 1
    const before = await setUp(scene)
    const rest = restChecker(scene)
    for (let index = 0; index < BATCH && done < schedules; index += 1) {
      const scheduleSeed = sceneSeed + index + 1
      const ran = await runRandom(scene, before, randomSource(scheduleSeed), rest)
      done += 1
      steps += ran.steps.length
      if (ran.message !== null) {
        const failure = { message: ran.message, steps: ran.steps, scene, seed: scheduleSeed }
        return { schedules: done, scenarios, steps, failure }
      }
    }
  }
  return { schedules: done, scenarios, steps, failure: null }
}

function drawScene(
  { members, processes }: RandomOptions,
  subject: Subject,
  random: RandomSource,
): Scene {
  const count = members ?? (random.next() < 0.5 ? 2 : 3)
  const scenario = randomScenario(random, processes)
  return newScene(scenario, { members: count, vanishing: 'any time' }, subject)
}
