import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fingerprint } from '../../src/credential/fingerprint.ts'
import { fingerprint } from '../../src/credential/fingerprint.ts'
import { findKnownValue } from '../../src/credential/known-value.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { secretText } from '../arbitraries.ts'

const print = (text: string): Fingerprint => {
  const found = fingerprint(new Redacted(text))
  if (found === null) throw new Error('This value has no fingerprint.')
  return found
}
const around = fc.constantFrom('', ' ', '"', 'key=', 'x', ',', '\n', '%20', 'é')

test.each([18, 36, 64])('a value of %i characters is found wherever it stands', (length) => {
  fc.assert(
    fc.property(secretText(length), around, around, (value, before, after) => {
      const text = `rotated: ${before}${value}${after} by hand`
      expect(findKnownValue(text, new Set([print(value)]))).toBe(print(value))
    }),
    { numRuns: 40 },
  )
})

test('an encoded value is found', () => {
  fc.assert(
    fc.property(secretText(36), (value) => {
      const bytes = Buffer.from(value)
      const forms = [
        bytes.toString('base64'),
        bytes.toString('base64url'),
        bytes.toString('hex'),
        bytes.toString('hex').toUpperCase(),
        `?key=${[...value].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')}&x=1`,
      ]
      for (const form of forms) {
        expect(findKnownValue(`was ${form}.`, new Set([print(value)]))).toBe(print(value))
      }
    }),
    { numRuns: 20 },
  )
})

test('a longer value is found where it stands alone', () => {
  const value = 'aB3dE6gH9'.repeat(20)
  expect(findKnownValue(`was ${value} before`, new Set([print(value)]))).toBe(print(value))
})

test('a text without a known value holds none', () => {
  fc.assert(
    fc.property(secretText(36), secretText(36), (known, other) => {
      fc.pre(known !== other)
      expect(findKnownValue(`note ${other} end`, new Set([print(known)]))).toBeNull()
      expect(findKnownValue(`note ${known.slice(0, 20)}`, new Set([print(known)]))).toBeNull()
    }),
    { numRuns: 40 },
  )
  expect(findKnownValue('a'.repeat(2_000), new Set())).toBeNull()
})
