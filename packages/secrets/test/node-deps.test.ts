import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { nodeDeps } from '../src/node-deps.ts'

const options = { face: 'library', env: { MM_ENV: 'dev' }, warn: () => undefined } as const

test('the face brings its environment and its voice, Node the rest', () => {
  const deps = nodeDeps(options)
  expect(deps).toMatchObject({ env: options.env, warn: options.warn })
  expect(deps.actor).toMatchObject({ face: 'library', host: hostname() })
  expect(deps.actor.user).not.toBe('')
  expect(deps.randomness(16)).toHaveLength(16)
  expect(deps.randomness(16)).not.toEqual(deps.randomness(16))
})

test('nobody can be asked unless the face can ask', () => {
  expect(nodeDeps(options)).not.toHaveProperty('askPassphrase')
})
