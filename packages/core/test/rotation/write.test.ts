import { describe, expect, test } from 'vitest'
import { credentialRef } from '../../src/credential/name.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import type { WriteStep } from '../../src/rotation/write.ts'
import { refusal } from '../refusal.ts'
import { BYBIT, desk, given } from './fixture.ts'

const failing = (): Promise<void> =>
  Promise.reject(new SecretsError('CHECK_FAILED', 'The exchange refused the new key.'))

describe('a first save', () => {
  test('is live at once', async () => {
    const { liveKey, write } = desk()
    const { pending, state } = await write(given('first'))
    expect(pending).toBeNull()
    expect(state).toMatchObject({ condition: 'whole', previous: null })
    expect(await liveKey()).toBe('first')
  })

  test('writes nothing when its check fails', async () => {
    const { describe: look, write } = desk()
    await expect(write(given('first'), { check: failing })).rejects.toThrow(refusal('CHECK_FAILED'))
    expect(await look()).toBeNull()
  })

  test('of one half is not checked by halves', async () => {
    const { describe: look, write } = desk()
    const half = write(given('first', ['api_key']), { check: failing })
    await expect(half).rejects.toThrow(refusal('USAGE', /all members/))
    expect(await look()).toBeNull()
  })

  test('of one half is not live, and names what is missing', async () => {
    const { backend, call, write } = desk()
    const { pending, state } = await write(given('first', ['api_secret']))
    expect(pending).toMatchObject({ missing: ['api_key'], phase: 'written' })
    expect(state).toMatchObject({ condition: 'incomplete', current: null })
    await expect(backend.read(BYBIT, { stage: 'AWSCURRENT' }, call())).rejects.toThrow(
      refusal('INCOMPLETE', /api_key/),
    )
  })

  test('is no rotation', async () => {
    const { describe: look, write } = desk()
    await expect(write(given('first'), { mustExist: true })).rejects.toThrow(
      refusal('NOT_FOUND', /prod\/bybit/),
    )
    expect(await look()).toBeNull()
    await write(given('first', ['api_key']))
    const half = write(given('second'), { mustExist: true })
    await expect(half).rejects.toThrow(refusal('INCOMPLETE', /api_secret/))
    await expect(half).rejects.toMatchObject({
      hint: 'Save what is missing first: mm-secrets save --env prod --exchange bybit --key-type api_secret',
    })
  })
})

describe('a rotation', () => {
  test('makes the new values current and the old ones previous, step by step', async () => {
    const { liveKey, write } = desk()
    const first = await write(given('first'))
    const steps: WriteStep[] = []
    const { state } = await write(given('second'), {
      check: () => Promise.resolve(),
      onStep: (step) => steps.push(step),
    })
    expect(state.previous).toBe(first.state.current)
    expect(steps).toEqual(['described', 'written', 'checked', 'committing', 'live'])
    expect(await liveKey()).toBe('second')
  })

  test('checks the very values that will be live, while the old ones still are', async () => {
    const { liveKey, write } = desk()
    await write(given('first'))
    const seen: (string | null)[] = []
    await write(given('second'), {
      check: async ({ members, versionId }) => {
        seen.push(members.api_key.reveal().split('0')[0] ?? '', await liveKey())
        expect(members.api_secret.versionId).toBe(versionId)
      },
    })
    expect(seen).toEqual(['second', 'first'])
  })

  test('whose check fails leaves nothing pending and the old values current', async () => {
    const { describe: look, liveKey, write } = desk()
    await write(given('first'))
    await expect(write(given('second'), { check: failing })).rejects.toThrow(
      refusal('CHECK_FAILED'),
    )
    expect(await look()).toMatchObject({ pending: [] })
    expect(await liveKey()).toBe('first')
  })

  test('that is interrupted before the commit leaves nothing pending', async () => {
    const { call, describe: look, liveKey, write } = desk()
    await write(given('first'))
    const person = new AbortController()
    const check = async (): Promise<void> => {
      person.abort()
    }
    const interrupted = write(given('second'), { check }, BYBIT, call(person.signal))
    await expect(interrupted).rejects.toThrow(refusal('INTERRUPTED'))
    expect(await look()).toMatchObject({ pending: [] })
    expect(await liveKey()).toBe('first')
  })

  test('that is interrupted in the commit goes through', async () => {
    const { call, liveKey, write } = desk()
    await write(given('first'))
    const person = new AbortController()
    const onStep = (step: WriteStep): void => {
      if (step === 'committing') person.abort()
    }
    await write(given('second'), { onStep }, BYBIT, call(person.signal))
    expect(await liveKey()).toBe('second')
  })

  test('to what is current already is refused by the member that is the same', async () => {
    const { describe: look, write } = desk()
    await write(given('first'))
    const before = await look()
    await expect(write(given('first'))).rejects.toThrow(refusal('INVALID_VALUE', /api_key/))
    const half = write(given('first', ['api_secret']))
    await expect(half).rejects.toThrow(refusal('INVALID_VALUE', /api_secret/))
    expect(await look()).toEqual(before)
  })

  test('to a frozen key is refused for good', async () => {
    const { backend, call, write } = desk()
    await write(given('leaked'))
    await backend.freeze(BYBIT, call())
    await write(given('second'))
    await write(given('third'))
    await expect(write(given('leaked'))).rejects.toThrow(refusal('REVOKED', /frozen/))
  })

  test('is refused when what the person saw has moved', async () => {
    const { liveKey, write } = desk()
    const { state: seen } = await write(given('first'))
    await write(given('second'))
    await expect(write(given('third'), { base: seen })).rejects.toThrow(refusal('CONFLICT'))
    expect(await liveKey()).toBe('second')
  })

  test('loses to one that commits in between, and says so', async () => {
    const { liveKey, write } = desk()
    await write(given('first'))
    const check = async (): Promise<void> => {
      await write(given('faster'))
    }
    await expect(write(given('slower'), { check })).rejects.toThrow(refusal('CONFLICT'))
    expect(await liveKey()).toBe('faster')
  })

  test('that is held stays pending', async () => {
    const { liveKey, write } = desk()
    await write(given('first'))
    const { pending, state } = await write(given('second'), { hold: true })
    expect(pending).toMatchObject({ missing: [], phase: 'written' })
    expect(state.pending.map((one) => one.versionId)).toEqual([pending?.versionId])
    expect(await liveKey()).toBe('first')
  })

  test('records what is known of the key', async () => {
    const { clock, write } = desk()
    const { state } = await write(given('first'), {
      annotation: { site: 'testnet', exposedAt: clock.now() },
      layout: 'json',
    })
    expect(state.layout).toBe('json')
    expect(state.versions[0]?.metadata).toMatchObject({
      createdAt: clock.now(),
      site: 'testnet',
      exposedAt: clock.now(),
      copyOf: null,
    })
    expect(Object.keys(state.versions[0]?.metadata.fingerprints ?? {})).toEqual([
      'api_key',
      'api_secret',
    ])
  })
})

describe('a promotion', () => {
  const COPY = credentialRef({ env: 'prod', exchange: 'bybit', suffix: '-new' })

  test('makes the copy’s values current, as old as the copy is', async () => {
    const { clock, liveKey, write } = desk()
    await write(given('first'))
    const saved = clock.now()
    await write(given('second'), { annotation: { site: 'eu' } }, COPY)
    clock.advance(86_400_000)
    const { state } = await write({ from: 'copy', ref: COPY }, { mustExist: true })
    expect(await liveKey()).toBe('second')
    expect(await liveKey(COPY)).toBe('second')
    expect(state.versions[0]?.metadata).toMatchObject({ createdAt: saved, site: 'eu' })
  })

  test('of a half copy is refused, and nothing is written', async () => {
    const { describe: look, write } = desk()
    await write(given('first'))
    await write(given('second', ['api_key']), {}, COPY)
    const before = await look()
    const promotion = write({ from: 'copy', ref: COPY })
    await expect(promotion).rejects.toThrow(refusal('INCOMPLETE', /api_secret/))
    expect(await look()).toEqual(before)
  })

  test('of no copy says how to make one', async () => {
    const { write } = desk()
    await write(given('first'))
    await expect(write({ from: 'copy', ref: COPY })).rejects.toThrow(
      refusal('NOT_FOUND', /prod\/bybit\/-new/),
    )
  })
})

describe('a rollback', () => {
  test('brings the previous values back under a new version, as old as the key is', async () => {
    const { clock, liveKey, write } = desk()
    const made = clock.now()
    const first = await write(given('first'))
    clock.advance(86_400_000)
    const second = await write(given('second'))
    const { state } = await write({ from: 'previous' })
    expect(await liveKey()).toBe('first')
    expect(state.current).not.toBe(first.state.current)
    expect(state.previous).toBe(second.state.current)
    expect(state.versions[0]?.metadata).toMatchObject({
      createdAt: made,
      copyOf: first.state.current,
    })
  })

  test('to nothing, to a frozen or to a revoked key is refused', async () => {
    const { backend, call, clock, describe: look, write } = desk()
    await write(given('first'))
    await expect(write({ from: 'previous' })).rejects.toThrow(refusal('NOT_FOUND'))
    await backend.freeze(BYBIT, call())
    await write(given('second'))
    await expect(write({ from: 'previous' })).rejects.toThrow(refusal('REVOKED'))
    const { state } = await write(given('third'))
    if (state.previous === null) return expect.unreachable()
    await backend.annotate(BYBIT, state.previous, { revokedAt: clock.now() }, call())
    await expect(write({ from: 'previous' })).rejects.toThrow(refusal('REVOKED', /revoked/))
    expect(await look()).toMatchObject({ current: state.current, pending: [] })
  })

  test('can itself be rolled back', async () => {
    const { liveKey, write } = desk()
    await write(given('first'))
    await write(given('second'))
    await write({ from: 'previous' })
    await write({ from: 'previous' })
    expect(await liveKey()).toBe('second')
  })
})
