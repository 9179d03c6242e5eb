import { generateKeyPairSync } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Redacted } from '../../src/credential/redacted.ts'
import {
  MAX_VALUE_BYTES,
  checkMembers,
  parseValue,
  shapeWarnings,
} from '../../src/credential/value.ts'
import { secretText } from '../arbitraries.ts'
import { refusal } from '../refusal.ts'

const invalid = (problem: RegExp) => refusal('INVALID_VALUE', problem)

describe('a value to be stored', () => {
  test('is taken as it is', () => {
    fc.assert(
      fc.property(secretText(), (text) => {
        expect(parseValue('api_key', text).reveal()).toBe(text)
      }),
    )
  })

  test('knows what it is, so that a passphrase is masked whole before it is stored', () => {
    expect(String(parseValue('api_passphrase', 'correct horse battery staple'))).toBe('***')
    expect(String(parseValue('api_secret', 'aB3'.repeat(12)))).toBe('aB3...***')
  })

  test.each([
    ['', /api_secret is empty/],
    ['   ', /api_secret is blank/],
    ['\t\n', /api_secret is blank/],
    ['two\nlines of text', /several lines/],
    ['carriage\rreturn', /several lines/],
    ['null\u0000byte', /invisible characters/],
    ['zero\u200bwidth', /invisible characters/],
    ['no-break\u00a0space', /invisible characters/],
    ['half of one \ud83d', /invisible characters/],
    ['right-to-left\u202e', /invisible characters/],
    [' padded', /space/],
    ['padded ', /space/],
  ])('%j is refused by the name of its member', (text, problem) => {
    expect(() => parseValue('api_secret', text)).toThrow(invalid(problem))
  })

  test('may be 65,536 bytes long and no longer, counted in UTF-8', () => {
    const longest = 'é'.repeat(MAX_VALUE_BYTES / 2)
    expect(parseValue('api_key', longest).reveal()).toBe(longest)
    expect(() => parseValue('api_key', `${longest}x`)).toThrow(invalid(/65,536 bytes/))
  })

  test('may be a PEM private key, whatever its line ends', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const forms = [pem, pem.trim(), pem.replaceAll('\n', '\r\n'), pem.replaceAll('\n', '\\n')]
    for (const form of forms) expect(parseValue('api_secret', form).reveal()).toBe(pem)
  })

  test('is refused as an encrypted, a cut-off or a doubled PEM', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const plain = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const encrypted = privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'p',
    }) as string
    expect(() => parseValue('api_secret', encrypted)).toThrow(invalid(/encrypted PEM/))
    expect(() => parseValue('api_secret', plain.slice(0, -20))).toThrow(invalid(/one whole PEM/))
    expect(() => parseValue('api_secret', plain + plain)).toThrow(invalid(/one whole PEM/))
  })

  test('is never repeated in a refusal', () => {
    fc.assert(
      fc.property(secretText(), fc.constantFrom('\n', ' ', '\u0007'), (text, end) => {
        try {
          parseValue('api_key', `${text}${end}`)
          expect.unreachable()
        } catch (error) {
          expect(JSON.stringify([(error as Error).message, error])).not.toContain(text.slice(0, 4))
        }
      }),
    )
  })
})

describe('the members of a credential', () => {
  const value = (text: string) => new Redacted(text)

  test('must differ from each other', () => {
    expect(() => {
      checkMembers('bybit', { api_key: value('same'), api_secret: value('same') })
    }).toThrow(invalid(/api_secret is the same value as the api_key/))
  })

  test('must be the exchange’s own, and at least one', () => {
    expect(() => {
      checkMembers('bybit', { api_passphrase: value('x') })
    }).toThrow(invalid(/bybit credential has no api_passphrase/))
    expect(() => {
      checkMembers('kucoin', {})
    }).toThrow(invalid(/No value/))
    expect(() => {
      checkMembers('kucoin', { api_passphrase: value('x') })
    }).not.toThrow()
  })

  test('of another shape than the exchange issues are named in a warning, without the value', () => {
    const odd = 'not-a-bybit-key'
    const warnings = shapeWarnings('bybit', {
      api_key: value(odd),
      api_secret: value('a1B'.repeat(12)),
    })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/api_key does not look like one of bybit's/)
    expect(warnings[0]).not.toContain(odd)
  })

  test('of the shape the exchange issues give no warning', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    expect(
      shapeWarnings('binance', { api_key: value('a1B2'.repeat(16)), api_secret: value(pem) }),
    ).toEqual([])
    expect(
      shapeWarnings('kucoin', {
        api_key: value('0123456789ab'.repeat(2)),
        api_secret: value([8, 4, 4, 4, 12].map((length) => 'a'.repeat(length)).join('-')),
        api_passphrase: value('correct-horse'),
      }),
    ).toEqual([])
  })
})
