import { describe, expect, test } from 'vitest'
import type { KeyFacts } from '../../src/index.ts'
import { annotationOf } from '../../src/index.ts'
import { someFacts } from '../some-facts.ts'

describe('what is recorded of a key', () => {
  test.each<[KeyFacts['expiresAt'], object]>([
    [1_800_000_000_000, { site: 'eu', expiresAt: 1_800_000_000_000 }],
    ['never', { site: 'eu', expiresAt: null }],
    [null, { site: 'eu' }],
  ])('that ends %j', (expiresAt, expected) => {
    expect(annotationOf({ ...someFacts(), site: 'eu', expiresAt })).toStrictEqual(expected)
  })
})
