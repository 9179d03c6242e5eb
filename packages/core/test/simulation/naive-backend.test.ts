import { expect, test } from 'vitest'
import { Redacted } from '../../src/credential/redacted.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { discard, resume } from '../../src/rotation/recover.ts'
import { write } from '../../src/rotation/write.ts'
import { explore } from './explore.ts'
import { newScene } from './moment.ts'
import { naiveBackend } from './naive-backend.ts'
import { restChecker } from './rest.ts'
import { replay } from './schedule.ts'
import { parseScenario } from './scenarios.ts'
import type { Subject } from './subject.ts'

const NAIVE: Subject = {
  pairedBackend: naiveBackend,
  write,
  resume,
  discard,
  Redacted,
  SecretsError,
}

test.each([2, 3] as const)(
  'the simulation sees a backend of AWSCURRENT alone tear (%i members), and replays it',
  async (members) => {
    const scenario = parseScenario('one version: save A ‖ read')
    const scene = newScene(scenario, { members, vanishing: 'at once' }, NAIVE)
    const { failure } = await explore(scene, { twists: 0 })
    expect(failure?.message).toMatch(/^A reader was given the pair .* was not saved under that id/)
    const again = await replay(scene, failure?.steps ?? [], restChecker(scene), () => undefined)
    expect(again?.message).toBe(failure?.message)
  },
)
