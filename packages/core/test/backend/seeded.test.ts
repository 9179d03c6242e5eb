import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { memoryBackend } from '../../src/backend/memory.ts'
import { seededBackend } from '../../src/backend/seeded.ts'
import type { CredentialRef, SecretName } from '../../src/credential/name.ts'
import { credentialRef, secretName } from '../../src/credential/name.ts'
import type { Redacted } from '../../src/credential/redacted.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import { write } from '../../src/rotation/write.ts'
import { newCall } from '../../src/runtime/call.ts'
import { movableClock } from '../contract/movable-clock.ts'
import { valuesFor } from '../contract/values.ts'

const clock = movableClock()
const ref = (env: string): CredentialRef => credentialRef({ env, exchange: 'bybit' })

const desk = (env: string) => {
  const { api_key, api_secret } = valuesFor('bybit', 'exported')
  const seed = new Map<SecretName, Redacted>([
    [secretName(ref(env), 'api_key'), api_key],
    [secretName(ref(env), 'api_secret'), api_secret],
  ])
  const warnings: string[] = []
  const stored = memoryBackend({ clock, randomness: randomBytes })
  const variables = memoryBackend({ clock, randomness: randomBytes, seed })
  const backend = seededBackend(stored, variables, (line) => warnings.push(line))
  const key = async () => {
    const credential = await backend.read(ref(env), { stage: 'AWSCURRENT' }, newCall(clock))
    return credential?.members.api_key.reveal() ?? null
  }
  return { backend, key, warnings }
}

test('variables answer for dev where nothing is stored, with one line that says so', async () => {
  const { key, warnings } = desk('dev')
  expect(await key()).toBe(valuesFor('bybit', 'exported').api_key.reveal())
  expect(warnings).toEqual([expect.stringMatching(/^dev\/bybit .*environment variables/)])
})

test('what is stored comes first, silently', async () => {
  const { backend, key, warnings } = desk('dev')
  const source = { from: 'values', values: valuesFor('bybit', 'stored') } as const
  const id = mintVersionId(randomBytes)
  await write(backend, ref('dev'), id, source, {}, clock, newCall(clock))
  expect(await key()).toBe(valuesFor('bybit', 'stored').api_key.reveal())
  expect(warnings).toEqual([])
})

test('variables never answer for another environment', async () => {
  const { key, warnings } = desk('shadow')
  expect(await key()).toBeNull()
  expect(warnings).toEqual([])
})
