import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KEY_TYPES } from '../../src/credential/exchange.ts'
import type { CredentialRefParts } from '../../src/credential/name.ts'
import {
  credentialRef,
  formatRef,
  parseKeyType,
  parseSecretName,
  secretName,
} from '../../src/credential/name.ts'
import { refParts } from '../arbitraries.ts'
import { refusal } from '../refusal.ts'

const refOrNull = (parts: CredentialRefParts) => {
  try {
    return credentialRef(parts)
  } catch {
    return null
  }
}

describe('the stored name of a member', () => {
  test.each([
    [{ env: 'dev', exchange: 'bybit' }, 'api_key', 'mm-bot/dev/bybit/api_key'],
    [{ env: 'prod', exchange: 'binance' }, 'api_secret', 'mm-bot/prod/binance/api_secret'],
    [{ env: 'soak', exchange: 'kucoin' }, 'api_passphrase', 'mm-bot/soak/kucoin/api_passphrase'],
    [
      { env: 'prod', exchange: 'bybit', account: 'hedge', suffix: '-new' },
      'api_key',
      'mm-bot/prod/bybit@hedge/api_key-new',
    ],
    [{ env: 'prod', exchange: 'bybit', namespace: 'mm-admin' }, 'json', 'mm-admin/prod/bybit'],
  ] as const)('of %j, %s is %s', (parts, member, name) => {
    expect(secretName(credentialRef(parts), member)).toBe(name)
  })

  test('is what parsing it gives back, for every valid ref and member', () => {
    fc.assert(
      fc.property(refParts, (parts) => {
        const ref = refOrNull(parts)
        if (ref === null) return
        for (const member of KEY_TYPES[ref.exchange]) {
          expect(parseSecretName(secretName(ref, member))).toEqual({ ref, member })
        }
        if (ref.suffix === null) {
          expect(parseSecretName(secretName(ref, 'json'))).toEqual({ ref, member: 'json' })
        }
      }),
    )
  })

  test('never ends in a hyphen and six characters, which AWS reads as a complete ARN', () => {
    fc.assert(
      fc.property(refParts, (parts) => {
        const ref = refOrNull(parts)
        if (ref === null) return
        for (const member of KEY_TYPES[ref.exchange]) {
          expect(secretName(ref, member)).not.toMatch(/-.{6}$/)
        }
        if (ref.suffix === null) expect(secretName(ref, 'json')).not.toMatch(/-.{6}$/)
      }),
    )
  })

  test.each(['-backup', '-canary', '-legacy', '-abc123'])('is refused for suffix %s', (suffix) => {
    expect(() => credentialRef({ env: 'prod', exchange: 'bybit', suffix })).toThrow(
      refusal('USAGE', new RegExp(suffix)),
    )
  })

  test('is refused for an account that would be unsafe in the JSON name alone', () => {
    expect(() => credentialRef({ env: 'prod', exchange: 'bybit', account: 'desk-backup' })).toThrow(
      refusal('USAGE'),
    )
    expect(credentialRef({ env: 'prod', exchange: 'bybit', account: 'desk-backups' }).account).toBe(
      'desk-backups',
    )
  })

  test('is refused beyond 512 characters', () => {
    const account = 'a'.repeat(480)
    expect(credentialRef({ env: 'prod', exchange: 'bybit', account }).account).toBe(account)
    expect(() =>
      credentialRef({ env: 'prod', exchange: 'bybit', account: `${account}bcdefghijk` }),
    ).toThrow(refusal('USAGE'))
  })

  test.each([
    'mm-bot/prod/bybit/api_passphrase',
    'mm-bot/prod/bybit/api_keys',
    'mm-bot/prod/bybit/api_key-',
    'mm-bot/prod/bybit/api_key-backup',
    'mm-bot/prod/bybit@/api_key',
    'mm-bot/prod/bybit@Hedge/api_key',
    'mm-bot/production/bybit/api_key',
    'mm-bot/prod/deribit/api_key',
    'mm-bot/prod/bybit/api_key/more',
    '/prod/bybit/api_key',
    'bybit',
    '',
  ])('%j belongs to no credential', (name) => {
    expect(parseSecretName(name)).toBeNull()
  })
})

describe('what names a credential', () => {
  test.each([
    [{ env: 'pord', exchange: 'bybit' }, /Unknown environment\. Did you mean "prod"\?/],
    [{ env: 'prod', exchange: 'bybt' }, /Unknown exchange\. Did you mean "bybit"\?/],
    [{ env: 'prod', exchange: 'bybit', account: 'Hedge' }, /account/],
    [{ env: 'prod', exchange: 'bybit', account: '' }, /account/],
    [{ env: 'prod', exchange: 'bybit', account: 'a--b' }, /account/],
    [{ env: 'prod', exchange: 'bybit', suffix: 'new' }, /suffix/],
    [{ env: 'prod', exchange: 'bybit', suffix: '-New' }, /suffix/],
    [{ env: 'prod', exchange: 'bybit', namespace: 'a/b' }, /namespace/],
  ])('is refused by its field: %j', (parts, message) => {
    expect(() => credentialRef(parts)).toThrow(refusal('USAGE', message))
  })

  test('is never repeated in the refusal: a value may have been put in the wrong place', () => {
    const typed = ['q7Zp', 'W1x', 'Kd93', 'vTb2', 'Lm'].join('')
    for (const field of ['env', 'exchange', 'account', 'suffix', 'namespace'] as const) {
      const parts = { env: 'prod', exchange: 'bybit', [field]: `${typed}/` }
      const refused = (() => {
        try {
          credentialRef(parts)
          return null
        } catch (error) {
          return error as Error & { hint: string }
        }
      })()
      expect(refused).not.toBeNull()
      expect(`${refused?.message ?? ''} ${refused?.hint ?? ''}`).not.toContain(typed)
    }
  })

  test('keeps a copy of an account apart from an account of a longer name', () => {
    fc.assert(
      fc.property(refParts, refParts, (a, b) => {
        const [first, second] = [refOrNull(a), refOrNull(b)]
        if (first === null || second === null || first.namespace !== second.namespace) return
        const same = secretName(first, 'api_key') === secretName(second, 'api_key')
        expect(formatRef(first) === formatRef(second)).toBe(same)
      }),
    )
    const copy = credentialRef({ env: 'prod', exchange: 'bybit', account: 'desk', suffix: '-new' })
    const account = credentialRef({ env: 'prod', exchange: 'bybit', account: 'desk-new' })
    expect(formatRef(copy)).toBe('prod/bybit@desk/-new')
    expect(formatRef(account)).toBe('prod/bybit@desk-new')
  })

  test('has key types of its own exchange only', () => {
    expect(parseKeyType('api_passphrase', 'kucoin')).toBe('api_passphrase')
    expect(() => parseKeyType('api_passphrase', 'bybit')).toThrow(/bybit credential has no/)
    expect(() => parseKeyType('api_sekret', 'bybit')).toThrow(/Did you mean "api_secret"/)
  })
})
