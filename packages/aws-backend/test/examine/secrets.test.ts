import type { SecretName } from '@mm-secrets/core'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../src/examine/entries.ts'
import { examineSecrets } from '../../src/examine/secrets.ts'

const KEY_ID = '1b3c5d7e-0f2a-4b6c-8d9e-aabbccddeeff'
const OTHER_ID = '2b3c5d7e-0f2a-4b6c-8d9e-aabbccddeeff'
const arnOf = (id: string) => `arn:aws:kms:us-east-1:123456789012:key/${id}`

function entry(name: string, more: Partial<Entry> = {}): Entry {
  return {
    name: name as SecretName,
    versions: { v1: ['AWSCURRENT', 'mm-v1'] },
    tagCount: 2,
    deletedUntil: null,
    rotated: false,
    kmsKey: null,
    ...more,
  }
}

const BYBIT = 'mm-bot/prod/bybit/api_key'

test('of secrets as they should be there is nothing to tell', () => {
  expect(examineSecrets([entry(BYBIT), entry('mm-bot/prod/bybit')], null)).toEqual([])
})

describe('AWSPENDING', () => {
  const versions = { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] }

  test('off the current version blocks the next rotation by AWS', () => {
    const [finding, ...more] = examineSecrets([entry(BYBIT, { versions, rotated: true })], null)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ check: 'managed-rotation', level: 'warning' })
    expect(finding?.fix).toContain(
      `--secret-id ${BYBIT} --version-stage AWSPENDING --remove-from-version-id v2`,
    )
  })

  test('names a version by an id that a shell does not carry out', () => {
    const odd = { v1: ['AWSCURRENT'], 'v2;$(touch x)': ['AWSPENDING'] }
    const [finding] = examineSecrets([entry(BYBIT, { versions: odd })], null)
    expect(finding?.fix).toContain("--remove-from-version-id 'v2;$(touch x)'")
  })

  test('is a note where AWS does not rotate, and nothing on the current version', () => {
    expect(examineSecrets([entry(BYBIT, { versions })], null)).toMatchObject([{ level: 'note' }])
    const done = { v1: ['AWSCURRENT', 'AWSPENDING'] }
    expect(examineSecrets([entry(BYBIT, { versions: done, rotated: true })], null)).toEqual([])
  })
})

describe('what AWS limits', () => {
  const labelled = (count: number) => ({
    v1: ['AWSCURRENT'],
    v2: Array.from({ length: count - 1 }, (_, index) => `label-${index}`),
  })

  test('is told before labels run out', () => {
    expect(examineSecrets([entry(BYBIT, { versions: labelled(16) })], null)).toEqual([])
    const [finding] = examineSecrets([entry(BYBIT, { versions: labelled(17) })], null)
    expect(finding).toMatchObject({ check: 'labels', level: 'warning' })
    expect(finding?.message).toContain('17 labels of about 20')
    expect(finding?.fix).toContain('mm-secrets rotate --env prod --exchange bybit --discard')
  })

  test('is told before tags run out', () => {
    expect(examineSecrets([entry(BYBIT, { tagCount: 45 })], null)).toEqual([])
    expect(examineSecrets([entry(BYBIT, { tagCount: 46 })], null)).toMatchObject([
      { check: 'tags', level: 'warning' },
    ])
  })
})

describe('the KMS key of a secret', () => {
  test.each([
    ['none', null, 'note'],
    ['another', arnOf(OTHER_ID), 'note'],
    ['another id', OTHER_ID, 'note'],
    ['the same', arnOf(KEY_ID), null],
    ['the same by its id', KEY_ID, null],
    ['one by an alias, which may be it', 'alias/desk', null],
  ])('that is %s is judged against that of config.json', (_title, kmsKey, level) => {
    const found = examineSecrets([entry(BYBIT, { kmsKey })], arnOf(KEY_ID))
    expect(found.map((finding) => finding.level)).toEqual(level === null ? [] : [level])
  })

  test('is no matter where config.json names none, or an alias', () => {
    const found = [entry(BYBIT, { kmsKey: arnOf(OTHER_ID) })]
    expect(examineSecrets(found, null)).toEqual([])
    expect(examineSecrets(found, 'alias/desk')).toEqual([])
  })
})

test('a credential that is scheduled for deletion is told once, with the command that keeps it', () => {
  const found = examineSecrets(
    [
      entry('mm-bot/prod/bybit@hedge/api_key', { deletedUntil: Date.UTC(2026, 11, 24) }),
      entry('mm-bot/prod/bybit@hedge/api_secret', { deletedUntil: Date.UTC(2026, 11, 23) }),
    ],
    null,
  )
  expect(found).toMatchObject([{ check: 'deletion', level: 'note' }])
  expect(found[0]?.message).toBe(
    'prod/bybit@hedge is scheduled for deletion at 2026-12-23T00:00:00.000Z.',
  )
  expect(found[0]?.fix).toContain('mm-secrets restore --env prod --exchange bybit --account hedge')
})

test('names that are none of the convention are told together, made printable', () => {
  const names = ['passphrase', 'coinbase/api_key', 'bybit/api_key/old', 'a', 'b', 'c\u202ed']
  const found = examineSecrets(
    names.map((name) => entry(`mm-bot/prod/${name}`)),
    null,
  )
  expect(found).toMatchObject([{ check: 'names', level: 'note' }])
  expect(found[0]?.message).toContain('mm-bot/prod/passphrase, mm-bot/prod/coinbase/api_key')
  expect(found[0]?.message).toContain('and 1 more')
})
