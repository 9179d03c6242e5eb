import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { explore } from './explore.ts'
import { newScene } from './moment.ts'
import { formatSteps } from './schedule.ts'
import type { MemberCount } from './scenario.ts'
import { TWO_PROCESSES } from './scenarios.ts'
import { loadSubject } from './subject.ts'

export interface ExhaustiveOptions {
  readonly members: MemberCount
  readonly twists: number
  /** Beyond so many states a scenario is explored in part: `pnpm simulate` goes on. */
  readonly mostStates: number
}

/** For machines that are busy with other tests. */
const TIMEOUT_MS = 300_000

/** One test for each scenario of two processes. */
export async function describeTwoProcesses(options: ExhaustiveOptions): Promise<void> {
  const { members, twists } = options
  const subject = await loadSubject(fileURLToPath(new URL('../../src', import.meta.url)))
  const began = performance.now()
  let [states, steps, partial] = [0, 0, 0]

  afterAll(() => {
    const seconds = (performance.now() - began) / 1000
    const counts = `${TWO_PROCESSES.length} scenarios (${partial} in part), ${states} states, ${steps} steps`
    const rate = `${seconds.toFixed(1)} s, ${Math.round(steps / seconds)} steps/s`
    process.stdout.write(
      `two processes, ${members} members, ${twists} twists: ${counts}, ${rate}\n`,
    )
  })

  describe(`two processes in every order, each stopping anywhere (${members} members, ${twists} twists)`, () => {
    test.each(TWO_PROCESSES)(
      '$name',
      async (scenario) => {
        const scene = newScene(scenario, { members, vanishing: 'at once' }, subject)
        const found = await explore(scene, options)
        states += found.states
        steps += found.transitions
        if (!found.complete) partial += 1
        const { failure } = found
        expect(
          failure === null ? null : `${failure.message} ${replayOf(scenario.name, failure)}`,
        ).toBe(null)
      },
      TIMEOUT_MS,
    )
  })

  function replayOf(
    name: string,
    failure: { readonly steps: Parameters<typeof formatSteps>[0] },
  ): string {
    return `pnpm simulate --members ${members} --scenario '${name}' --replay '${formatSteps(failure.steps)}'`
  }
}
