import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimatedBits, fingerprint, shortFingerprint } from '../../src/credential/fingerprint.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import { secretText } from '../arbitraries.ts'

const versionId = mintVersionId((bytes) => new Uint8Array(bytes))

describe('a fingerprint', () => {
  test('is HMAC-SHA256 under the constant mm-secrets/fp/1', () => {
    fc.assert(
      fc.property(secretText(), (text) => {
        const expected = createHmac('sha256', 'mm-secrets/fp/1').update(text).digest('hex')
        expect(fingerprint(new Redacted(text))).toBe(expected)
      }),
    )
  })

  test('is the same for equal values only, and another one under a salt', () => {
    fc.assert(
      fc.property(secretText(), secretText(), (a, b) => {
        expect(fingerprint(new Redacted(a)) === fingerprint(new Redacted(b))).toBe(a === b)
        expect(fingerprint(new Redacted(a), Buffer.from('salt'))).not.toBe(
          fingerprint(new Redacted(a)),
        )
      }),
    )
  })

  test.each([
    ['18 letters and digits, a Bybit key', 'aB3'.repeat(6), 107],
    ['24 digits', '123456789012'.repeat(2), 79],
    ['24 hex digits, a KuCoin key', 'a1b2c3d4e5f6'.repeat(2), 96],
    ['17 lower-case letters', 'abcdefghijklmnopq', 79],
    ['32 hex digits in upper case', 'A1'.repeat(16), 128],
    ['18 lower-case letters', 'abcdefghijklmnopqr', 84],
    ['14 letters of both cases', 'abcdefgHIJKLMN', 79],
    ['13 printable characters', 'ab-CD_12!?ef;', 85],
    ['12 printable characters', 'ab-CD_12!?ef', 78],
  ])('of %s rests on an estimate of its bits', (_, value, bits) => {
    expect(Math.floor(estimatedBits(value))).toBe(bits)
    expect(fingerprint(new Redacted(value)) === null).toBe(bits < 80)
  })

  test('does not exist for a passphrase, however long', () => {
    const passphrase = new Redacted('long enough to count for any other key type', {
      keyType: 'api_passphrase',
      versionId,
    })
    expect(fingerprint(passphrase)).toBeNull()
  })

  test('is shown by its first twelve hex digits', () => {
    const whole = fingerprint(new Redacted('aB3'.repeat(12)))
    expect(whole).toMatch(/^[0-9a-f]{64}$/)
    if (whole !== null) expect(shortFingerprint(whole)).toBe(whole.slice(0, 12))
  })

  test('of a PEM block does not depend on the blank space around it', () => {
    const label = ['PRIVATE', 'KEY'].join(' ')
    const pem = `-----BEGIN ${label}-----\n${'QUJD'.repeat(10)}\n-----END ${label}-----`
    expect(fingerprint(new Redacted(`${pem}\n`))).toBe(fingerprint(new Redacted(pem)))
  })
})
