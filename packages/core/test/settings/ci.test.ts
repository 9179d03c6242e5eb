import { expect, test } from 'vitest'
import { detectCi } from '../../src/settings/ci.ts'

test.each([
  [{}, 'none'],
  [{ CI: 'true' }, 'ci'],
  [{ CI: 'True' }, 'ci'],
  [{ CI: '1' }, 'ci'],
  [{ CI: 'woodpecker' }, 'ci'],
  [{ CI: '' }, 'none'],
  [{ CI: '0' }, 'none'],
  [{ CI: 'false' }, 'none'],
  [{ GITHUB_ACTIONS: 'true' }, 'github'],
  [{ CI: 'true', GITHUB_ACTIONS: 'true' }, 'github'],
  [{ CI: 'true', GITHUB_ACTIONS: 'false' }, 'ci'],
])('%o is %s', (env, ci) => {
  expect(detectCi(env)).toBe(ci)
})
