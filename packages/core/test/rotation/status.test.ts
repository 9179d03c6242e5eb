import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CredentialState, Pending, Version } from '../../src/backend/port.ts'
import type { Fingerprint } from '../../src/credential/fingerprint.ts'
import type { Metadata } from '../../src/credential/metadata.ts'
import { newMetadata } from '../../src/credential/metadata.ts'
import { credentialRef } from '../../src/credential/name.ts'
import type { VersionId } from '../../src/credential/version.ts'
import { rotationDays } from '../../src/rotation/policy.ts'
import { statusRow } from '../../src/rotation/status.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 1)
const CURRENT = 'current-version-of-32-characters' as VersionId
const PREVIOUS = 'previous-version-of-32-characters' as VersionId

const version = (id: VersionId, metadata: Partial<Metadata>, frozen = false): Version => ({
  id,
  stages: id === CURRENT ? ['AWSCURRENT'] : ['AWSPREVIOUS'],
  ours: true,
  frozen,
  metadata: { ...newMetadata(NOW - 10 * DAY_MS), ...metadata },
})

const state = (overrides: Partial<CredentialState> = {}): CredentialState => ({
  ref: credentialRef({ env: 'prod', exchange: 'bybit' }),
  layout: 'pair',
  condition: 'whole',
  missing: [],
  current: CURRENT,
  previous: null,
  versions: [version(CURRENT, {})],
  pending: [],
  deletedUntil: null,
  asWritten: null,
  arns: {},
  ...overrides,
})

const agedDays = (days: number): CredentialState =>
  state({ versions: [version(CURRENT, { createdAt: NOW - days * DAY_MS })] })

describe('the rotation period', () => {
  test.each([
    ['dev', 'bybit', 180],
    ['shadow', 'bybit', 90],
    ['soak', 'bybit', 90],
    ['prod', 'bybit', 30],
    ['dev', 'binance', 90],
    ['prod', 'kucoin', 90],
  ] as const)('of %s/%s is %i days', (env, exchange, days) => {
    expect(rotationDays({ environments: {} }, env, exchange)).toBe(days)
  })

  test('may be set for one environment and exchange', () => {
    const environments = { prod: { rotationDays: { bybit: 7 } } }
    expect(rotationDays({ environments }, 'prod', 'bybit')).toBe(7)
    expect(rotationDays({ environments }, 'prod', 'binance')).toBe(90)
    expect(rotationDays({ environments }, 'soak', 'bybit')).toBe(90)
  })
})

describe('the status of a credential', () => {
  test.each([
    [0, 'fine'],
    [23.9, 'fine'],
    [24, 'due'],
    [29.9, 'due'],
    [30, 'overdue'],
    [400, 'overdue'],
  ])('at %d of 30 days is %s', (days, condition) => {
    expect(statusRow(agedDays(days), 30, NOW).condition).toBe(condition)
  })

  test('is due from 80 % of the period on, whatever the period', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (days) => {
        const row = statusRow(agedDays(0), days, NOW)
        expect(row.dueAt).toBe(NOW + Math.round(days * DAY_MS * 0.8))
        expect(row.overdueAt).toBe(NOW + days * DAY_MS)
      }),
    )
  })

  test('goes by the exchange’s own expiry where that comes first', () => {
    const expiring = (days: number) =>
      state({
        versions: [
          version(CURRENT, { createdAt: NOW - 8 * DAY_MS, expiresAt: NOW + days * DAY_MS }),
        ],
      })
    expect(statusRow(expiring(2), 30, NOW)).toMatchObject({
      condition: 'due',
      overdueAt: NOW + 2 * DAY_MS,
    })
    expect(statusRow(expiring(-1), 30, NOW).condition).toBe('overdue')
    expect(statusRow(expiring(300), 30, NOW)).toMatchObject({
      condition: 'fine',
      overdueAt: NOW + 22 * DAY_MS,
    })
  })

  test('says that the age is unknown where nobody recorded it', () => {
    const unknown = state({ versions: [version(CURRENT, { createdAt: null })] })
    expect(statusRow(unknown, 30, NOW)).toMatchObject({
      condition: 'age-unknown',
      createdAt: null,
      overdueAt: null,
    })
    const expiring = state({
      versions: [version(CURRENT, { createdAt: null, expiresAt: NOW + DAY_MS })],
    })
    expect(statusRow(expiring, 30, NOW).condition).toBe('due')
  })

  test('names the worst that holds', () => {
    const written: Pending = {
      versionId: PREVIOUS,
      base: CURRENT,
      copyOf: null,
      missing: [],
      phase: 'written',
    }
    const pending = [written]
    const live = [{ ...written, versionId: CURRENT, base: PREVIOUS, phase: 'live' as const }]
    const old = { createdAt: NOW - 400 * DAY_MS }
    const exposed = { ...old, exposedAt: NOW }
    const rows: readonly (readonly [Partial<CredentialState>, string])[] = [
      [{ condition: 'ambiguous', deletedUntil: NOW }, 'ambiguous'],
      [{ condition: 'incomplete', current: null }, 'incomplete'],
      [{ condition: 'absent', current: null, versions: [] }, 'incomplete'],
      [{ condition: 'foreign', versions: [version(CURRENT, exposed)] }, 'foreign'],
      [{ condition: 'unpaired', versions: [version(CURRENT, exposed)] }, 'unpaired'],
      [{ versions: [version(CURRENT, exposed, true)], pending }, 'frozen'],
      [{ versions: [version(CURRENT, exposed)], pending }, 'exposed'],
      [{ versions: [version(CURRENT, old)], pending }, 'pending'],
      [{ versions: [version(CURRENT, old)], pending: [...live, ...pending] }, 'pending'],
      [{ versions: [version(CURRENT, old)], pending: live }, 'out-of-step'],
      [{ versions: [version(CURRENT, old)] }, 'overdue'],
      [{ versions: [version(CURRENT, old)], deletedUntil: NOW + DAY_MS }, 'deleted'],
      [{ versions: [version(CURRENT, exposed)], deletedUntil: NOW + DAY_MS }, 'exposed'],
    ]
    for (const [overrides, condition] of rows) {
      expect(statusRow(state(overrides), 30, NOW).condition).toBe(condition)
    }
  })

  test('says that the previous key still works until it is known to be dead', () => {
    const rotated = (metadata: Partial<Metadata>) =>
      state({ previous: PREVIOUS, versions: [version(CURRENT, {}), version(PREVIOUS, metadata)] })
    expect(statusRow(rotated({}), 30, NOW).notRevoked).toBe(PREVIOUS)
    expect(statusRow(rotated({ revokedAt: NOW }), 30, NOW).notRevoked).toBeNull()
    expect(statusRow(state(), 30, NOW).notRevoked).toBeNull()
  })

  test('does not ask to revoke a previous version that holds the very key that is current', () => {
    const fingerprints = { api_key: 'f'.repeat(64) as Fingerprint }
    const same = state({
      previous: PREVIOUS,
      versions: [version(CURRENT, { fingerprints }), version(PREVIOUS, { fingerprints })],
    })
    expect(statusRow(same, 30, NOW).notRevoked).toBeNull()
    const adopted = state({
      previous: PREVIOUS,
      versions: [version(CURRENT, { copyOf: PREVIOUS, fingerprints }), version(PREVIOUS, {})],
    })
    expect(statusRow(adopted, 30, NOW).notRevoked).toBeNull()
  })
})
