import { describe, expect, test } from 'vitest'
import type { Action } from '../../src/audit/event.ts'
import type { Environment } from '../../src/credential/exchange.ts'
import { ENVIRONMENTS } from '../../src/credential/exchange.ts'
import { errorCode } from '../../src/errors/secrets-error.ts'
import type { Env } from '../../src/runtime/deps.ts'
import { permit, permittedEnvironments } from '../../src/settings/pinning.ts'
import { settingsFor, thrownBy } from './settings-for.ts'

const ACTIONS: readonly Action[] = [
  'list',
  'describe',
  'read',
  'reveal',
  'save',
  'rotate',
  'resume',
  'discard',
  'annotate',
  'freeze',
  'migrate',
  'delete',
  'restore',
  'note',
  'incident',
]
const CI = [{ CI: 'true' }, { GITHUB_ACTIONS: 'true' }]

/** The code with which an action is refused, or `ok`. */
function verdict(env: Env, action: Action, on: Environment): string {
  try {
    permit(settingsFor(env), action, on)
    return 'ok'
  } catch (error) {
    return errorCode(error) ?? String(error)
  }
}

test('an unpinned process outside CI may do everything everywhere', () => {
  for (const on of ENVIRONMENTS) {
    for (const action of ACTIONS) expect(verdict({}, action, on)).toBe('ok')
  }
})

describe('pinned', () => {
  test.each(ENVIRONMENTS)('to %s, every action elsewhere is a mismatch', (pin) => {
    for (const on of ENVIRONMENTS) {
      for (const action of ACTIONS) {
        expect(verdict({ MM_ENV: pin }, action, on)).toBe(
          pin === on ? 'ok' : 'ENVIRONMENT_MISMATCH',
        )
      }
    }
  })

  test('the refusal names both environments and the way out', () => {
    expect(
      thrownBy(() => {
        permit(settingsFor({ MM_ENV: 'soak' }), 'read', 'prod')
      }),
    ).toMatchObject({
      message: 'This process is pinned to soak by MM_ENV and may not touch prod.',
      hint: 'Name soak, or run it with MM_ENV=prod if prod is what you mean.',
    })
  })
})

describe.each(CI)('in CI (%o)', (ci) => {
  test.each(['memory', 'file', 'aws'])('prod is out of reach on %s, pinned or not', (backend) => {
    for (const action of ACTIONS) {
      const env = { ...ci, SECRETS_BACKEND: backend }
      expect(verdict(env, action, 'prod')).toBe('PROD_FORBIDDEN_IN_CI')
      expect(verdict({ ...env, MM_ENV: 'prod' }, action, 'prod')).toBe('PROD_FORBIDDEN_IN_CI')
      expect(verdict({ ...env, MM_ENV: 'dev' }, action, 'prod')).toBe('PROD_FORBIDDEN_IN_CI')
    }
  })

  test('nothing is revealed, everything else goes on in the environment that MM_ENV names', () => {
    for (const on of ['dev', 'shadow', 'soak'] as const) {
      const env = { ...ci, MM_ENV: on }
      expect(verdict(env, 'reveal', on)).toBe('REVEAL_REFUSED')
      for (const action of ACTIONS.filter((action) => action !== 'reveal')) {
        expect(verdict(env, action, on)).toBe('ok')
      }
    }
  })
})

test('GitHub Actions reaches shadow and soak only when MM_ENV names them; dev always', () => {
  const github = { GITHUB_ACTIONS: 'true' }
  expect(verdict(github, 'read', 'dev')).toBe('ok')
  expect(verdict(github, 'read', 'shadow')).toBe('ENVIRONMENT_MISMATCH')
  expect(verdict(github, 'list', 'soak')).toBe('ENVIRONMENT_MISMATCH')
  expect(verdict({ CI: 'true' }, 'read', 'shadow')).toBe('ok')
  expect(
    thrownBy(() => {
      permit(settingsFor(github), 'read', 'soak')
    }),
  ).toMatchObject({
    message:
      'In GitHub Actions soak is reachable only when MM_ENV names it, and MM_ENV is not set.',
    hint: "Put MM_ENV: soak into the env of the job's step.",
  })
})

test.each<[Env, readonly Environment[]]>([
  [{}, ['dev', 'shadow', 'soak', 'prod']],
  [{ MM_ENV: 'soak' }, ['soak']],
  [{ CI: 'true' }, ['dev', 'shadow', 'soak']],
  [{ CI: 'true', MM_ENV: 'prod' }, []],
  [{ GITHUB_ACTIONS: 'true' }, ['dev']],
  [{ GITHUB_ACTIONS: 'true', MM_ENV: 'shadow' }, ['shadow']],
])('with %o set, listings look at %o', (env, environments) => {
  expect(permittedEnvironments(settingsFor(env))).toEqual(environments)
})
