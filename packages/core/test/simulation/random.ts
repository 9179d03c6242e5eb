import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runRandomly } from './random-run.ts'
import { formatSteps } from './schedule.ts'
import { loadSubject } from './subject.ts'

/** For machines that are busy with other tests. */
const TIMEOUT_MS = 900_000

/** One test of so many random schedules of three processes. */
export async function testThreeProcesses(seed: number, schedules: number): Promise<void> {
  const subject = await loadSubject(fileURLToPath(new URL('../../src', import.meta.url)))
  test(
    `${schedules} random schedules of three processes keep every promise (seed ${seed})`,
    async () => {
      const began = performance.now()
      const found = await runRandomly({ seed, schedules, processes: 3 }, subject)
      const seconds = (performance.now() - began) / 1000
      const counts = `${found.schedules} schedules of ${found.scenarios} scenarios, ${found.steps} steps`
      const rate = `${seconds.toFixed(1)} s, ${Math.round(found.schedules / seconds)} schedules/s`
      process.stdout.write(`three processes at random, seed ${seed}: ${counts}, ${rate}\n`)
      const { failure } = found
      const replay =
        failure === null
          ? ''
          : `pnpm simulate --members ${failure.scene.terms.members} --vanish any --scenario '${failure.scene.scenario.name}' --replay '${formatSteps(failure.steps)}'`
      expect(failure === null ? null : `${failure.message} ${replay}`).toBe(null)
    },
    TIMEOUT_MS,
  )
}
