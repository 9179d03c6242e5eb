import type { Credential, Exchange } from '@mm-secrets/core'
import { EXCHANGES, Redacted } from '@mm-secrets/core'
import { describe, expect, test } from 'vitest'
import type { RuleVerdict } from '../../src/index.ts'
import { verifyOffline } from '../../src/index.ts'
import { signatureHolds } from '../../src/offline/self-test.ts'
import { prepareSigner } from '../../src/signing/prepare-signer.ts'
import { credentialOf, freshValues, newVersionId, pemPair } from '../credentials.ts'
import { everyPrint } from '../every-print.ts'

function ruleOf(credential: Credential, rule: string): RuleVerdict {
  const verdicts = verifyOffline(credential)
  expect(verdicts.map((each) => each.rule)).toEqual(['members', 'format', 'signature'])
  const found = verdicts.find((each) => each.rule === rule)
  if (found === undefined) throw new Error('There is no such rule.')
  return found
}

function withMembers(
  exchange: Exchange,
  changes: Partial<Record<keyof Credential['members'], Redacted | undefined>>,
): Credential {
  const credential = credentialOf(exchange, freshValues(exchange))
  const members = { ...credential.members, ...changes } as Credential['members']
  return { ...credential, members }
}

describe('offline', () => {
  test.each(EXCHANGES)('a credential of %s as it is issued passes', (exchange) => {
    for (const verdict of verifyOffline(credentialOf(exchange, freshValues(exchange)))) {
      expect(verdict).toMatchObject({ verdict: 'pass', fix: null })
    }
  })

  test.each([
    ['bybit', 'rsa', 2048, /an RSA private key of 2048 bits, signs/],
    ['binance', 'rsa', 4096, /an RSA private key of 4096 bits, signs/],
    ['binance', 'ed25519', 0, /an Ed25519 private key, signs/],
  ] as const)('%s signs with a private key: %s', (exchange, kind, bits, message) => {
    const { secret } = pemPair(kind, bits)
    const verdict = ruleOf(
      credentialOf(exchange, { ...freshValues(exchange), secret }),
      'signature',
    )
    expect(verdict.verdict).toBe('pass')
    expect(verdict.message).toMatch(message)
  })

  test.each([
    ['bybit', 'ed25519', 0, /Bybit takes RSA keys only/],
    ['bybit', 'rsa', 1024, /1024 bits, too small/],
    ['binance', 'rsa', 3072, /3072 bits; Binance takes 2048 and 4096/],
    ['kucoin', 'ed25519', 0, /KuCoin issues HMAC secrets only/],
  ] as const)(
    '%s refuses a private key it has no use for: %s of %d bits',
    (exchange, kind, bits, message) => {
      const { secret } = pemPair(kind, bits)
      const verdict = ruleOf(
        credentialOf(exchange, { ...freshValues(exchange), secret }),
        'signature',
      )
      expect(verdict).toMatchObject({ verdict: 'fail', level: 'required' })
      expect(verdict.message).toMatch(message)
      expect(verdict.fix).toMatch(/^[A-Z]/)
    },
  )

  test('members of two versions do not belong together, and do not sign', () => {
    const { secret } = freshValues('bybit')
    const torn = withMembers('bybit', {
      api_secret: new Redacted(secret, { keyType: 'api_secret', versionId: newVersionId() }),
    })
    for (const rule of ['members', 'signature']) {
      expect(ruleOf(torn, rule).verdict).toBe('fail')
      expect(ruleOf(torn, rule).message).toMatch(/different versions/)
    }
  })

  test('a missing passphrase is named', () => {
    const torn = withMembers('kucoin', { api_passphrase: undefined })
    expect(ruleOf(torn, 'members').message).toMatch(/has no api_passphrase/)
    expect(ruleOf(torn, 'signature').message).toMatch(/has no api_passphrase/)
  })

  test('a value that was pasted twice is named', () => {
    const { key } = freshValues('bybit')
    const twice = credentialOf('bybit', { key, secret: key, passphrase: '' })
    expect(ruleOf(twice, 'members').message).toMatch(/api_secret is the same value as the api_key/)
  })

  test('members that other tools wrote may not belong together', () => {
    const foreign = credentialOf('bybit', freshValues('bybit'), { paired: false })
    expect(ruleOf(foreign, 'members').verdict).toBe('unknown')
  })

  test('an odd shape is worth a line, and does not keep it from signing', () => {
    const odd = credentialOf('bybit', { ...freshValues('bybit'), key: 'short' })
    expect(ruleOf(odd, 'format')).toMatchObject({
      verdict: 'fail',
      level: 'recommended',
      message: "The api_key does not look like one of bybit's (18 letters and digits).",
    })
    expect(ruleOf(odd, 'signature').verdict).toBe('pass')
  })

  test('no verdict shows a value', () => {
    for (const exchange of EXCHANGES) {
      const values = freshValues(exchange)
      const shapes = [
        values,
        { ...values, key: `${values.key} x` },
        { ...values, secret: `${values.secret}\n` },
        { ...values, secret: pemPair('ed25519').secret.slice(0, -60) },
        { ...values, passphrase: `${values.passphrase} x` },
      ]
      for (const shape of shapes) {
        const shown = everyPrint(verifyOffline(credentialOf(exchange, shape)))
        for (const value of Object.values(values)) expect(shown).not.toContain(value)
      }
    }
  })
})

describe('the self-test', () => {
  test.each(EXCHANGES)('finds out a signer of %s that signs with another secret', (exchange) => {
    const credential = credentialOf(exchange, freshValues(exchange))
    const other = prepareSigner(credentialOf(exchange, freshValues(exchange)))
    expect(signatureHolds(credential, prepareSigner(credential))).toBe(true)
    expect(signatureHolds(credential, other)).toBe(false)
  })

  test.each(EXCHANGES)('finds out a signer of %s that signs another request', (exchange) => {
    const credential = credentialOf(exchange, freshValues(exchange))
    const sign = prepareSigner(credential)
    expect(
      signatureHolds(credential, (request, at) => sign({ ...request, query: 'a=1' }, at)),
    ).toBe(false)
  })
})
