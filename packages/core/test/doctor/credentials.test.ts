import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CredentialState, Version } from '../../src/backend/port.ts'
import type { Fingerprint } from '../../src/credential/fingerprint.ts'
import type { Metadata } from '../../src/credential/metadata.ts'
import { newMetadata } from '../../src/credential/metadata.ts'
import { credentialRef } from '../../src/credential/name.ts'
import type { VersionId } from '../../src/credential/version.ts'
import { examineCopies, examineCredential } from '../../src/doctor/credentials.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { statusRow } from '../../src/rotation/status.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 1)
const PERIOD_DAYS = 30
const CURRENT = 'current-version-of-32-characters' as VersionId
const PREVIOUS = 'previous-version-of-32-characters' as VersionId

function version(id: VersionId, metadata: Partial<Metadata> = {}, frozen = false): Version {
  const stages = id === CURRENT ? (['AWSCURRENT'] as const) : (['AWSPREVIOUS'] as const)
  return {
    id,
    stages,
    ours: true,
    frozen,
    metadata: { ...newMetadata(NOW - DAY_MS), ...metadata },
  }
}

function state(
  overrides: Partial<CredentialState> = {},
  suffix: string | null = null,
): CredentialState {
  return {
    ref: credentialRef({ env: 'prod', exchange: 'bybit', account: 'hedge', suffix }),
    layout: 'pair',
    condition: 'whole',
    missing: [],
    current: CURRENT,
    previous: null,
    versions: [version(CURRENT)],
    pending: [],
    deletedUntil: null,
    asWritten: null,
    arns: {},
    ...overrides,
  }
}

const examine = (examined: CredentialState): readonly Finding[] =>
  examineCredential(examined, statusRow(examined, PERIOD_DAYS, NOW), NOW)

const shown = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ check, level }) => `${check} ${level}`)

const current = (metadata: Partial<Metadata>, frozen = false): CredentialState =>
  state({ versions: [version(CURRENT, metadata, frozen)] })

describe('a credential', () => {
  test('that is whole and young is fine', () => {
    expect(examine(state())).toEqual([
      {
        check: 'credential',
        level: 'ok',
        message: 'prod/bybit@hedge is whole and not due.',
        fix: null,
      },
    ])
  })

  test.each<[string, CredentialState, readonly string[]]>([
    ['due', current({ createdAt: NOW - 28 * DAY_MS }), ['rotation note']],
    ['overdue', current({ createdAt: NOW - 45 * DAY_MS }), ['rotation warning']],
    ['of unknown age', current({ createdAt: null }), ['rotation note']],
    ['exposed', current({ exposedAt: NOW - 1 }), ['exposed error']],
    ['exposed and revoked', current({ exposedAt: NOW - 2, revokedAt: NOW - 1 }), ['credential ok']],
    [
      'exposed and deleted',
      { ...current({ exposedAt: NOW }), deletedUntil: NOW + 1 },
      ['exposed error'],
    ],
    [
      'overdue and deleted',
      { ...current({ createdAt: 0 }), deletedUntil: NOW + 1 },
      ['credential ok'],
    ],
    ['frozen', current({}, true), ['frozen error']],
    ['in both layouts', state({ condition: 'ambiguous' }), ['layout error']],
    ['edited by another tool', state({ condition: 'foreign' }), ['members warning']],
    ['written by another tool', state({ condition: 'unpaired' }), ['members warning']],
    [
      'without a version',
      state({ condition: 'absent', current: null, versions: [] }),
      ['members note'],
    ],
    [
      'half saved',
      state({ condition: 'incomplete', missing: ['api_secret'], current: null, versions: [] }),
      ['members warning'],
    ],
    [
      'half rotated',
      state({
        pending: [
          { versionId: PREVIOUS, base: CURRENT, copyOf: null, missing: [], phase: 'written' },
        ],
      }),
      ['pending warning'],
    ],
    [
      'rotated, but not for readers that are not ours',
      state({
        pending: [{ versionId: CURRENT, base: PREVIOUS, copyOf: null, missing: [], phase: 'live' }],
      }),
      ['pending warning'],
    ],
    [
      'rotated, its old key alive',
      state({ previous: PREVIOUS, versions: [version(CURRENT), version(PREVIOUS)] }),
      ['revocation note'],
    ],
    ['from the future', current({ createdAt: NOW + DAY_MS }), ['clock warning']],
    [
      'from a clock that is a minute ahead',
      current({ createdAt: NOW + 60_000 }),
      ['credential ok'],
    ],
    [
      'exposed, overdue and from two keys at once',
      state({
        previous: PREVIOUS,
        versions: [version(CURRENT, { createdAt: 0, exposedAt: NOW }), version(PREVIOUS)],
      }),
      ['exposed error', 'rotation warning', 'revocation note'],
    ],
  ])('that is %s is told so', (_what, examined, expected) => {
    expect(shown(examine(examined))).toEqual(expected)
  })

  test('gets commands that can be pasted', () => {
    const [overdue] = examine(current({ createdAt: NOW - 45 * DAY_MS }))
    expect(overdue).toMatchObject({
      message: 'The rotation of prod/bybit@hedge is overdue by 15 days.',
      fix: 'mm-secrets rotate --env prod --exchange bybit --account hedge',
    })
  })

  test('that lacks one member is told which one to save', () => {
    const half = { condition: 'incomplete', missing: ['api_key'], current: null } as const
    expect(examine(state({ ...half, versions: [] }))[0]?.fix).toContain(
      'mm-secrets save --env prod --exchange bybit --account hedge --key-type api_key',
    )
  })

  test('has a fix for whatever is not fine, in one line', () => {
    const times = fc.integer({ min: 0, max: 2 * NOW })
    const maybe = fc.option(times)
    const any = fc.record({
      condition: fc.constantFrom(
        'whole',
        'incomplete',
        'unpaired',
        'foreign',
        'ambiguous',
        'absent',
      ),
      createdAt: maybe,
      exposedAt: maybe,
      revokedAt: maybe,
      expiresAt: maybe,
      deletedUntil: maybe,
      frozen: fc.boolean(),
    })
    fc.assert(
      fc.property(any, ({ condition, deletedUntil, frozen, ...metadata }) => {
        const versions = [version(CURRENT, metadata, frozen), version(PREVIOUS)]
        const findings = examine(state({ condition, deletedUntil, versions, previous: PREVIOUS }))
        expect(findings.length).toBeGreaterThan(0)
        for (const { fix, level, message } of findings) {
          expect(fix === null).toBe(level === 'ok')
          expect(message).toMatch(/^[^\n]+\.$/)
          expect(fix ?? '').not.toContain('\n')
        }
      }),
    )
  })
})

describe('a copy under a suffix', () => {
  const print = 'ab'.repeat(32) as Fingerprint
  const keyed = (createdAt: number, suffix: string | null, api_key: Fingerprint = print) =>
    state({ versions: [version(CURRENT, { createdAt, fingerprints: { api_key } })] }, suffix)

  test('that waits for two weeks is noted, with both ways on', () => {
    const other = 'cd'.repeat(32) as Fingerprint
    const copy = keyed(NOW - 15 * DAY_MS, '-new', other)
    const [found, ...rest] = examineCopies([keyed(NOW, null), copy], NOW)
    expect(rest).toEqual([])
    expect(found).toMatchObject({ check: 'copy', level: 'note' })
    expect(found?.message).toBe('prod/bybit@hedge/-new waits for its promotion since 15 days.')
    expect(found?.fix).toContain(
      'rotate --env prod --exchange bybit --account hedge --from-suffix -new',
    )
    expect(found?.fix).toContain('delete --env prod --exchange bybit --account hedge --suffix -new')
  })

  test('that was promoted is noted at once', () => {
    const [found] = examineCopies([keyed(NOW, null), keyed(NOW, '-new')], NOW)
    expect(found?.message).toBe(
      'prod/bybit@hedge/-new holds the key of prod/bybit@hedge: it was promoted.',
    )
  })

  test.each<[string, CredentialState]>([
    ['young', keyed(NOW - 13 * DAY_MS, '-new', 'cd'.repeat(32) as Fingerprint)],
    ['deleted', { ...keyed(0, '-new'), deletedUntil: NOW + 1 }],
    ['none', keyed(0, null)],
    ['not whole', state({ current: null, versions: [], condition: 'incomplete' }, '-new')],
  ])('that is %s is left alone', (_what, copy) => {
    expect(examineCopies([keyed(NOW, null), copy], NOW)).toEqual([])
  })

  test('is not held against the credential of another account or environment', () => {
    const elsewhere = {
      ...keyed(NOW, null),
      ref: credentialRef({ env: 'prod', exchange: 'bybit' }),
    }
    expect(examineCopies([elsewhere, keyed(NOW, '-new')], NOW)).toEqual([])
  })
})
