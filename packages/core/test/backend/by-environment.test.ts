import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { backendByEnvironment } from '../../src/backend/by-environment.ts'
import { memoryBackend } from '../../src/backend/memory.ts'
import type { Backend } from '../../src/backend/port.ts'
import type { Environment } from '../../src/credential/exchange.ts'
import { DEFAULT_NAMESPACE, credentialRef } from '../../src/credential/name.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { deskOf } from '../contract/desk.ts'
import { describeBackend, movableClock } from '../contract/index.ts'
import { refusal } from '../refusal.ts'

const DEV = credentialRef({ env: 'dev', exchange: 'bybit' })
const PROD = credentialRef({ env: 'prod', exchange: 'bybit' })

/** A store in memory for each environment. */
function stores() {
  const clock = movableClock()
  const opened = new Map<Environment, Backend>()
  const backend = backendByEnvironment((env) => {
    const known = opened.get(env) ?? memoryBackend({ clock, randomness: randomBytes })
    opened.set(env, known)
    return Promise.resolve(known)
  })
  return { backend, clock, opened, dispose: () => Promise.resolve() }
}

describeBackend('a backend for each environment', () => Promise.resolve(stores()))

describe('the backend of an environment', () => {
  test('alone is opened and asked', async () => {
    const { backend, clock, opened, dispose } = stores()
    const desk = deskOf(() => ({ backend, clock, dispose }))
    await desk.save(DEV)
    expect([...opened.keys()]).toEqual(['dev'])
    expect(await desk.list({ namespace: DEFAULT_NAMESPACE, envs: ['dev'] })).toHaveLength(1)
    expect([...opened.keys()]).toEqual(['dev'])
    expect(await desk.read(PROD)).toBeNull()
    expect([...opened.keys()]).toEqual(['dev', 'prod'])
  })

  test('that does not open keeps nobody from the others', async () => {
    const { backend: dev, clock } = stores()
    const denied = new SecretsError('DENIED', 'No.')
    const backend = backendByEnvironment((env) =>
      env === 'prod' ? Promise.reject(denied) : Promise.resolve(dev),
    )
    const desk = deskOf(() => ({ backend, clock, dispose: () => Promise.resolve() }))
    await desk.save(DEV)
    expect(await desk.read(DEV)).not.toBeNull()
    await expect(desk.read(PROD)).rejects.toThrow(refusal('DENIED'))
  })
})
