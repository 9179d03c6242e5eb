import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mask } from '../../src/credential/mask.ts'
import { secretText } from '../arbitraries.ts'

describe('the mask', () => {
  test('of a long value is its first three characters and ...***', () => {
    expect(mask('abcdefghijkl')).toBe('abc...***')
    expect(mask('xyz9876543210')).toBe('xyz...***')
  })

  test('of fewer than twelve characters is ***', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 11 }), (value) => {
        expect(mask(value)).toBe('***')
      }),
    )
  })

  test('of a passphrase is *** however long it is', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(mask(value, 'api_passphrase')).toBe('***')
      }),
    )
  })

  test('of a PEM block is ***', () => {
    const label = ['PRIVATE', 'KEY'].join(' ')
    expect(mask(`-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----\n`)).toBe('***')
  })

  test('counts characters, not code units, and never splits one', () => {
    expect(mask('🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑')).toBe('🔑🔑🔑...***')
    expect(mask('🔑🔑🔑🔑🔑🔑')).toBe('***')
  })

  test('shows at most three characters and hides the length', () => {
    fc.assert(
      fc.property(secretText(36), secretText(64), (a, b) => {
        expect(mask(a)).toHaveLength(mask(b).length)
        expect(a.startsWith(mask(a).slice(0, 3))).toBe(true)
        expect(mask(a)).not.toContain(a.slice(0, 4))
      }),
    )
  })
})
