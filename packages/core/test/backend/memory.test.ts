import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { memoryBackend, memoryDocuments } from '../../src/backend/memory.ts'
import type { SecretName } from '../../src/credential/name.ts'
import { credentialRef } from '../../src/credential/name.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { newCall } from '../../src/runtime/call.ts'
import type { Desk } from '../contract/desk.ts'
import { deskOf, refusal } from '../contract/desk.ts'
import { describeBackend, movableClock, valuesFor } from '../contract/index.ts'

describeBackend('the memory backend', () => {
  const clock = movableClock()
  const backend = memoryBackend({ clock, randomness: randomBytes })
  return Promise.resolve({ backend, clock, dispose: () => Promise.resolve() })
})

const PROD = credentialRef({ env: 'prod', exchange: 'bybit' })
const { api_key, api_secret } = valuesFor('bybit', 'seed')
const KEY = api_key.reveal()
const SECRET = api_secret.reveal()

function seeded(seed: Readonly<Record<string, string>>): Desk {
  const clock = movableClock()
  const entries = Object.entries(seed).map(
    ([name, value]) => [name as SecretName, new Redacted(value)] as const,
  )
  const backend = memoryBackend({ clock, randomness: randomBytes, seed: new Map(entries) })
  return deskOf(() => ({ backend, clock, dispose: () => Promise.resolve() }))
}

describe('a seed', () => {
  test('of all members is a whole credential of unknown age', async () => {
    const desk = seeded({
      'mm-bot/prod/bybit/api_key': KEY,
      'mm-bot/prod/bybit/api_secret': SECRET,
    })
    const state = await desk.describe(PROD)
    expect(state).toMatchObject({ layout: 'pair', condition: 'whole', pending: [] })
    expect(state?.versions).toMatchObject([
      { stages: ['AWSCURRENT'], metadata: { createdAt: null } },
    ])
    expect(Object.keys(state?.versions[0]?.metadata.fingerprints ?? {})).toHaveLength(2)
    expect(await desk.read(PROD)).toMatchObject({ values: { api_key: KEY, api_secret: SECRET } })
    const found = await desk.backend.read(PROD, { stage: 'AWSCURRENT' }, desk.call())
    expect(found?.createdAt).toBeNull()
  })

  test('of some members is a half that can be completed', async () => {
    const desk = seeded({ 'mm-bot/prod/bybit/api_key': KEY })
    expect((await refusal(() => desk.read(PROD))).code).toBe('INCOMPLETE')
    const [half] = (await desk.describe(PROD))?.pending ?? []
    expect(half?.missing).toEqual(['api_secret'])
    const draft = desk.draft(PROD, ['api_secret'])
    await desk.put(PROD, { ...draft, versionId: half?.versionId ?? draft.versionId })
    expect(await desk.read(PROD)).toMatchObject({ versionId: half?.versionId })
  })

  test('under the JSON name is a credential in JSON layout', async () => {
    const value = JSON.stringify({
      api_key: KEY,
      api_secret: SECRET,
      exchange: 'bybit',
      env: 'prod',
    })
    const desk = seeded({ 'mm-bot/prod/bybit': value })
    expect(await desk.describe(PROD)).toMatchObject({ layout: 'json', condition: 'whole' })
    expect(await desk.read(PROD)).toMatchObject({ values: { api_key: KEY, api_secret: SECRET } })
  })

  test.each([true, false])('by name counts before one in JSON (JSON first: %s)', async (first) => {
    const json = { 'mm-bot/prod/bybit': JSON.stringify({ api_key: 'other', api_secret: 'one' }) }
    const pair = { 'mm-bot/prod/bybit/api_key': KEY, 'mm-bot/prod/bybit/api_secret': SECRET }
    const desk = seeded(first ? { ...json, ...pair } : { ...pair, ...json })
    expect(await desk.describe(PROD)).toMatchObject({ layout: 'pair', condition: 'whole' })
    expect(await desk.read(PROD)).toMatchObject({ values: { api_key: KEY, api_secret: SECRET } })
  })

  test('never mixes a member by name with one in JSON', async () => {
    const json = JSON.stringify({ api_key: 'other', api_secret: SECRET })
    const desk = seeded({ 'mm-bot/prod/bybit': json, 'mm-bot/prod/bybit/api_key': KEY })
    const error = await refusal(() => desk.read(PROD))
    expect(error).toMatchObject({ code: 'INCOMPLETE' })
    expect(error.message).toContain('api_secret')
  })

  test('of several credentials keeps accounts, copies and environments apart', async () => {
    const desk = seeded({
      'mm-bot/prod/bybit@hedge/api_key-new': KEY,
      'mm-bot/prod/bybit@hedge/api_secret-new': SECRET,
      'mm-bot/dev/bybit/api_key': KEY,
    })
    const copy = credentialRef({ env: 'prod', exchange: 'bybit', account: 'hedge', suffix: '-new' })
    expect(await desk.describe(copy)).toMatchObject({ condition: 'whole' })
    expect(await desk.describe(PROD)).toBeNull()
    const dev = credentialRef({ env: 'dev', exchange: 'bybit' })
    expect(await desk.describe(dev)).toMatchObject({ condition: 'incomplete' })
  })

  test.each([
    ['mm-bot/prod/bybit', SECRET],
    ['mm-bot/prod/bybit', JSON.stringify(SECRET)],
    ['mm-bot/prod/bybit', JSON.stringify([SECRET])],
    ['mm-bot/prod/bybit', `{"api_key":"${SECRET}"`],
    ['mm-bot/prod/bybit', JSON.stringify({ api_key: { [SECRET]: 1 } })],
    ['mm-bot/prod/bybit', JSON.stringify({ apiKey: SECRET })],
    ['mm-bot/prod/kraken/api_key', SECRET],
  ])('that is none of a credential is refused without its content (%#)', (name, value) => {
    const attempt = (): Promise<unknown> => Promise.resolve().then(() => seeded({ [name]: value }))
    return refusal(attempt).then((error) => {
      expect(error.code).toBe('CONFIG')
      expect(error.message).toContain(name)
      expect(`${error.message} ${error.hint ?? ''} ${String(error.cause)}`).not.toContain(SECRET)
    })
  })
})

describe('documents in memory', () => {
  const call = newCall(movableClock())

  test('are replaced only at the revision that was read, and keep their audit key', async () => {
    const documents = memoryDocuments({ randomness: randomBytes })
    expect(await documents.read('dev', call)).toBeNull()
    expect(await documents.replace('dev', { credentials: { a: 1 } }, 1, call)).toBe(false)
    expect(await documents.replace('dev', { credentials: { a: 1 } }, 0, call)).toBe(true)
    const first = await documents.read('dev', call)
    expect(first).toMatchObject({ document: { auditHead: null, credentials: { a: 1 } } })
    expect(Buffer.from(first?.document.auditKey ?? '', 'base64')).toHaveLength(32)
    expect(await documents.replace('dev', { credentials: {} }, 0, call)).toBe(false)
    expect(await documents.replace('dev', { credentials: {} }, first?.revision ?? 0, call)).toBe(
      true,
    )
    const second = await documents.read('dev', call)
    expect(second?.document.auditKey).toBe(first?.document.auditKey)
    expect(await documents.read('prod', call)).toBeNull()
  })

  test('do not change when what was given or taken is changed', async () => {
    const documents = memoryDocuments({ randomness: randomBytes })
    const given = { entry: { versions: [1] } }
    await documents.replace('dev', { credentials: given }, 0, call)
    given.entry.versions.push(2)
    const taken = (await documents.read('dev', call))?.document.credentials as typeof given
    taken.entry.versions.push(3)
    const found = await documents.read('dev', call)
    expect(found?.document.credentials).toEqual({ entry: { versions: [1] } })
  })
})
