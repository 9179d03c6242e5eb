import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { CredentialState, Draft, Pending, VersionSelector } from '../../src/backend/port.ts'
import type { Credential, WholeMembers } from '../../src/credential/credential.ts'
import { memberFingerprints } from '../../src/credential/credential.ts'
import { newMetadata } from '../../src/credential/metadata.ts'
import type { VersionId } from '../../src/credential/version.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import type { WritableStore } from '../../src/rotation/write.ts'
import { write } from '../../src/rotation/write.ts'
import { newCall } from '../../src/runtime/call.ts'
import { movableClock } from '../contract/movable-clock.ts'
import { valuesFor } from '../contract/values.ts'
import { refusal } from '../refusal.ts'
import { BYBIT } from './fixture.ts'

const id = (): VersionId => mintVersionId(randomBytes)
const KEY = id()
const SECRET = id()
const WRITTEN = Date.UTC(2026, 5, 1)

const foreign = (overrides: Partial<CredentialState> = {}): CredentialState => ({
  ref: BYBIT,
  layout: 'pair',
  condition: 'foreign',
  missing: [],
  current: KEY,
  previous: null,
  versions: [
    {
      id: KEY,
      stages: ['AWSCURRENT'],
      ours: false,
      frozen: false,
      metadata: newMetadata(WRITTEN),
    },
  ],
  pending: [],
  deletedUntil: null,
  asWritten: { api_key: KEY, api_secret: SECRET },
  arns: {},
  ...overrides,
})

interface Store extends WritableStore {
  readonly drafts: Draft[]
  readonly asked: VersionSelector[]
}

/** A store that holds what another tool wrote, as it would answer: values by the ids of their members alone. */
function store(now: CredentialState | null, found: Partial<WholeMembers> | null = null): Store {
  const drafts: Draft[] = []
  const asked: VersionSelector[] = []
  return {
    drafts,
    asked,
    describe: () => Promise.resolve(now),
    read: (ref, which) => {
      asked.push(which)
      if (!('members' in which)) return Promise.reject(new Error('asked for another version'))
      if (found === null) return Promise.resolve(null)
      const credential: Credential = {
        ref,
        versionId: KEY,
        createdAt: null,
        layout: 'pair',
        paired: false,
        members: found as WholeMembers,
      }
      return Promise.resolve(credential)
    },
    putPending: (_ref, _base, draft): Promise<Pending> => {
      drafts.push(draft)
      const { versionId } = draft
      return Promise.resolve({ versionId, base: KEY, copyOf: null, missing: [], phase: 'written' })
    },
    commit: (ref, { versionId }) =>
      Promise.resolve(foreign({ ref, condition: 'whole', current: versionId, asWritten: null })),
    discard: () => Promise.reject(new Error('there is nothing to discard')),
  }
}

const clock = movableClock()
const adopt = (backend: WritableStore, seen: CredentialState) =>
  write(
    backend,
    BYBIT,
    id(),
    { from: 'foreign', seen },
    { base: seen, mustExist: true },
    clock,
    newCall(clock),
  )

describe('adopting what another tool wrote', () => {
  test('saves its values as a new version, each read by the id that was seen', async () => {
    const values = valuesFor('bybit', 'theirs')
    const backend = store(foreign(), values)
    const { state } = await adopt(backend, foreign())
    expect(backend.asked).toEqual([{ members: { api_key: KEY, api_secret: SECRET } }])
    const [draft] = backend.drafts
    expect(draft?.values.api_key?.reveal()).toBe(values.api_key.reveal())
    expect(draft?.values.api_secret?.reveal()).toBe(values.api_secret.reveal())
    expect(state.current).toBe(draft?.versionId)
    // The previous version holds the same key, which is not to be revoked.
    expect(draft?.metadata.copyOf).toBe(KEY)
    expect([KEY, SECRET]).not.toContain(draft?.versionId)
  })

  test('keeps the age of the key, and of no other version', async () => {
    const backend = store(foreign(), valuesFor('bybit', 'theirs'))
    await adopt(backend, foreign())
    expect(backend.drafts[0]?.metadata.createdAt).toBe(WRITTEN)

    const undated = foreign({ versions: [] })
    const other = store(undated, valuesFor('bybit', 'theirs'))
    await adopt(other, undated)
    expect(other.drafts[0]?.metadata.createdAt).toBeNull()
  })

  test.each<readonly [string, Partial<CredentialState>]>([
    ['the key', { current: SECRET, asWritten: { api_key: SECRET, api_secret: SECRET } }],
    ['the secret', { asWritten: { api_key: KEY, api_secret: KEY } }],
    ['all of it', { condition: 'whole', asWritten: null }],
  ])('is refused where somebody has changed %s since it was shown', async (_what, change) => {
    const backend = store(foreign(change), valuesFor('bybit', 'theirs'))
    await expect(adopt(backend, foreign())).rejects.toThrow(refusal('CONFLICT', /prod\/bybit/))
    expect(backend).toMatchObject({ drafts: [], asked: [] })
  })

  test('is refused where a version that was seen is gone', async () => {
    const backend = store(foreign())
    await expect(adopt(backend, foreign())).rejects.toThrow(refusal('CONFLICT'))
    expect(backend.drafts).toEqual([])
  })

  test('is refused where everything is ours', async () => {
    const ours = foreign({ condition: 'whole', asWritten: null })
    const backend = store(ours, valuesFor('bybit', 'ours'))
    await expect(adopt(backend, ours)).rejects.toThrow(refusal('NOT_FOUND', /nothing to adopt/))
    expect(backend).toMatchObject({ drafts: [], asked: [] })
  })

  test('is refused by the member that is missing', async () => {
    const missing = ['api_secret'] as const
    for (const half of [
      foreign({ missing, asWritten: { api_key: KEY } }),
      foreign({ condition: 'incomplete', missing, asWritten: null }),
    ]) {
      const backend = store(half, valuesFor('bybit', 'theirs'))
      await expect(adopt(backend, half)).rejects.toThrow(refusal('INCOMPLETE', /api_secret is/))
      expect(backend).toMatchObject({ drafts: [], asked: [] })
    }
  })

  test('is refused for values that no save would take', async () => {
    const values = valuesFor('bybit', 'theirs')
    const lineEnd = new Redacted(`${values.api_secret.reveal()}\n`, { keyType: 'api_secret' })
    const twice = { api_key: values.api_key, api_secret: values.api_key }
    for (const bad of [{ ...values, api_secret: lineEnd }, twice]) {
      const backend = store(foreign(), bad)
      await expect(adopt(backend, foreign())).rejects.toThrow(
        refusal('INVALID_VALUE', /api_secret/),
      )
      expect(backend.drafts).toEqual([])
    }
  })

  test('is refused for a key that an incident froze', async () => {
    const values = valuesFor('bybit', 'leaked')
    const frozen = {
      id: id(),
      stages: ['AWSPREVIOUS' as const],
      ours: true,
      frozen: true,
      metadata: { ...newMetadata(WRITTEN), fingerprints: memberFingerprints('bybit', values) },
    }
    const now = foreign({ versions: [...foreign().versions, frozen] })
    const backend = store(now, values)
    await expect(adopt(backend, now)).rejects.toThrow(refusal('REVOKED', /frozen/))
    expect(backend.drafts).toEqual([])
  })
})
