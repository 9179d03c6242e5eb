import { execFileSync } from 'node:child_process'

import { afterEach, expect, it, vi } from 'vitest'

import { cleanEnv } from '../src/index.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it('nothing of the environment of the tests reaches a child', () => {
  vi.stubEnv('CI', 'true')
  vi.stubEnv('MM_ENV', 'prod')
  const script = 'process.stdout.write(JSON.stringify(process.env))'
  const output = execFileSync(process.execPath, ['-e', script], {
    env: cleanEnv({ HOME: '/nowhere', MM_EXTRA: 'x', MM_ABSENT: undefined }),
    encoding: 'utf8',
  })
  const seen = JSON.parse(output) as Record<string, string>
  expect(seen).toMatchObject({ HOME: '/nowhere', MM_EXTRA: 'x' })
  expect(seen).not.toHaveProperty('CI')
  expect(seen).not.toHaveProperty('MM_ENV')
  expect(seen).not.toHaveProperty('MM_ABSENT')
})

it('an argument wins over what is kept', () => {
  expect(cleanEnv({ HOME: '/h', PATH: '/only' })['PATH']).toBe('/only')
})
