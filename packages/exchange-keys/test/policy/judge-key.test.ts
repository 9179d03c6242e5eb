import type { Environment } from '@mm-secrets/core'
import { ENVIRONMENTS, EXCHANGES } from '@mm-secrets/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeyFacts, RuleVerdict } from '../../src/index.ts'
import { judgeKey } from '../../src/index.ts'
import { someFacts } from '../some-facts.ts'

const DAY_MS = 86_400_000
const now = Date.UTC(2026, 0, 10)
const recorded = { site: 'mainnet', createdAt: Date.UTC(2026, 0, 1) }

function verdict(
  rule: string,
  changes: Partial<KeyFacts>,
  env: Environment = 'prod',
  record: Parameters<typeof judgeKey>[2] = recorded,
): RuleVerdict | undefined {
  const verdicts = judgeKey(someFacts(changes), env, record, now)
  return verdicts.find((each) => each.rule === rule)
}

describe('the policy', () => {
  test.each(ENVIRONMENTS)('has nothing against a good key in %s', (env) => {
    const verdicts = judgeKey(someFacts(), env, recorded, now)
    expect(verdicts.length).toBeGreaterThan(5)
    for (const each of verdicts) expect(each).toMatchObject({ verdict: 'pass', fix: null })
  })

  test.each<[string, Partial<KeyFacts>, RegExp]>([
    ['no-withdrawal', { withdraw: true }, /may withdraw/],
    ['no-transfer', { transfer: true }, /may transfer/],
    ['ip-bound', { ipBound: false }, /from any address/],
    ['expiry', { expiresAt: now - 1 }, /ended on 2026-01-09/],
    ['expiry', { expiresAt: now + 13 * DAY_MS }, /ends on 2026-01-23, in 13 days: less than 14/],
    ['expiry', { expiresAt: now + DAY_MS }, /in 1 day:/],
    [
      'outlives-rotation',
      { expiresAt: now + 14 * DAY_MS },
      /before its rotation is due on 2026-01-25/,
    ],
    ['site', { site: 'eu' }, /belongs to eu; mainnet is on record/],
    ['sub-account', { kind: 'master' }, /master account/],
  ])('fails a key by %s', (rule, changes, message) => {
    const failed = verdict(rule, changes)
    expect(failed).toMatchObject({ verdict: 'fail' })
    expect(failed?.message).toMatch(message)
    expect(failed?.fix).toMatch(/^[A-Z].*\.$/)
  })

  test.each<[string, Partial<KeyFacts>]>([
    ['expiry', { expiresAt: null }],
    ['outlives-rotation', { expiresAt: null }],
    ['sub-account', { kind: null }],
  ])('does not know %s where the exchange does not tell', (rule, changes) => {
    expect(verdict(rule, { ...changes, exchange: 'binance' })).toMatchObject({ verdict: 'unknown' })
  })

  test('does not know the site where none is on record', () => {
    const nothing = { site: null, createdAt: null }
    expect(verdict('site', {}, 'prod', nothing)).toMatchObject({ verdict: 'unknown' })
  })

  test('takes the word of the exchange for the age of a key that others saved', () => {
    const foreign = { site: 'mainnet', createdAt: null }
    const ending = { expiresAt: now + 20 * DAY_MS }
    expect(verdict('outlives-rotation', ending, 'prod', foreign)?.verdict).toBe('pass')
    const ageless = { ...ending, createdAt: null }
    expect(verdict('outlives-rotation', ageless, 'prod', foreign)?.verdict).toBe('unknown')
  })

  test('lets a key of Bybit that is bound to nothing live until its rotation in shadow, not in dev', () => {
    const unbound = { ipBound: false, expiresAt: recorded.createdAt + 90 * DAY_MS }
    expect(verdict('outlives-rotation', unbound, 'shadow')?.verdict).toBe('pass')
    expect(verdict('outlives-rotation', unbound, 'dev')?.verdict).toBe('fail')
  })

  test('judges by another rotation period where one is configured', () => {
    const ending = someFacts({ expiresAt: now + 20 * DAY_MS })
    const rule = (days: number) =>
      judgeKey(ending, 'prod', recorded, now, days).find(
        ({ rule: name }) => name === 'outlives-rotation',
      )
    expect(rule(30)?.verdict).toBe('pass')
    expect(rule(60)?.verdict).toBe('fail')
  })

  test('recommends keys that only read where nothing is traded, and says nothing of it elsewhere', () => {
    const trading = { readOnly: false }
    for (const env of ['dev', 'shadow'] as const) {
      expect(verdict('read-only', trading, env)).toMatchObject({
        verdict: 'fail',
        level: 'recommended',
      })
    }
    for (const env of ['soak', 'prod'] as const)
      expect(verdict('read-only', trading, env)).toBeUndefined()
  })

  test('requires a bound address in prod alone', () => {
    const levels = ENVIRONMENTS.map((env) => verdict('ip-bound', {}, env)?.level)
    expect(levels).toEqual(['recommended', 'recommended', 'recommended', 'required'])
  })
})

const numbers = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(Number.NaN, 8.64e15 + 1))
const anyFacts: fc.Arbitrary<KeyFacts> = fc.record({
  exchange: fc.constantFrom(...EXCHANGES),
  site: fc.string(),
  owner: fc.option(fc.string()),
  kind: fc.constantFrom('master' as const, 'sub' as const, null),
  readOnly: fc.boolean(),
  permissions: fc.array(fc.string()),
  withdraw: fc.boolean(),
  transfer: fc.boolean(),
  ipBound: fc.boolean(),
  ips: fc.array(fc.string()),
  createdAt: fc.option(numbers),
  expiresAt: fc.oneof(numbers, fc.constantFrom('never' as const, null)),
})
const anyRecord = fc.record({ site: fc.option(fc.string()), createdAt: fc.option(numbers) })

describe('whatever an exchange says', () => {
  test('every rule gives a verdict in the same order, with a message, and a fix where it fails', () => {
    fc.assert(
      fc.property(
        anyFacts,
        fc.constantFrom(...ENVIRONMENTS),
        anyRecord,
        numbers,
        (facts, env, record, at) => {
          const verdicts = judgeKey(facts, env, record, at)
          const order = judgeKey(someFacts(), env, recorded, now).map(({ rule }) => rule)
          expect(verdicts.map(({ rule }) => rule)).toEqual(order)
          for (const { verdict: said, message, fix } of verdicts) {
            expect(message).not.toBe('')
            if (said === 'pass') expect(fix).toBeNull()
            if (said === 'fail') expect(fix).toMatch(/\.$/)
          }
        },
      ),
    )
  })

  test('a key that may withdraw or transfer passes nowhere', () => {
    fc.assert(
      fc.property(anyFacts, fc.constantFrom(...ENVIRONMENTS), anyRecord, (facts, env, record) => {
        const failed = judgeKey(facts, env, record, now)
          .filter((each) => each.verdict === 'fail' && each.level === 'required')
          .map(({ rule }) => rule)
        expect(failed.includes('no-withdrawal')).toBe(facts.withdraw)
        expect(failed.includes('no-transfer')).toBe(facts.transfer)
      }),
    )
  })
})
