import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { explore } from './explore.ts'
import { newScene } from './moment.ts'
import { withMutant } from './mutant.ts'
import { MUTANTS, SURVIVORS } from './mutants.ts'
import { parseScenario } from './scenarios.ts'

const source = fileURLToPath(new URL('../../src', import.meta.url))

/** Enough for each; a mutant that is not seen by then is missed. */
const MOST_STATES = 60_000

describe('the simulation sees when a rule of the protocol is taken away', () => {
  test.each(MUTANTS)('$rule', async (mutant) => {
    const { scenario, members = 2, twists = 0 } = mutant.caught
    const found = await withMutant(source, mutant, (subject) => {
      const scene = newScene(parseScenario(scenario), { members, vanishing: 'at once' }, subject)
      return explore(scene, { twists, mostStates: MOST_STATES })
    })
    expect(found.failure?.message).toBeTypeOf('string')
  })

  test.each(SURVIVORS)('not missed, but still in the code: $rule', async (survivor) => {
    await withMutant(source, survivor, () => Promise.resolve())
  })
})
