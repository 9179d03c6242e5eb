import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { BinanceKeyKind } from '../src/index.ts'
import { prepareBinanceSigner } from '../src/index.ts'
import {
  alphanumeric,
  ecPem,
  ed25519Pem,
  encryptedPem,
  freshCredential,
  rsaPem,
  rsaPublicPem,
  Veiled,
} from './keys.ts'
import { expectRefusal } from './refusal.ts'

const { key, secret } = freshCredential()
const request = { method: 'GET', path: '/sapi/v1/account/apiRestrictions' } as const
const time = { timestampMs: 1_700_000_000_000 }

describe('members of a credential', () => {
  test('sign alike as strings and as values of one version', () => {
    const plain = prepareBinanceSigner({ key, secret })(request, time)
    const veiled = prepareBinanceSigner({
      key: new Veiled(key, 'v1'),
      secret: new Veiled(secret, 'v1'),
    })(request, time)
    const unstored = prepareBinanceSigner({
      key: new Veiled(key, null),
      secret: new Veiled(secret, 'v1'),
    })
    expect(veiled).toEqual(plain)
    expect(unstored(request, time)).toEqual(plain)
  })

  test('of different versions are refused as TORN_PAIR', () => {
    expectRefusal(
      () => prepareBinanceSigner({ key: new Veiled(key, 'v1'), secret: new Veiled(secret, 'v2') }),
      'TORN_PAIR',
      /key and the secret belong to different versions/,
    )
  })

  test('are refused where they are missing', () => {
    for (const missing of [undefined, null] as unknown[] as string[]) {
      expectRefusal(() => prepareBinanceSigner({ key: missing, secret }), 'USAGE', /key is missing/)
      expectRefusal(
        () => prepareBinanceSigner({ key, secret: missing }),
        'USAGE',
        /secret is missing/,
      )
    }
  })

  test.each(['', ' key', 'ke y', 'key\n', 'clé', 'key\u202e'])('refuse %j as a key', (wrong) => {
    expectRefusal(() => prepareBinanceSigner({ key: wrong, secret }), 'INVALID_VALUE', /^The key /)
  })
})

describe('a secret is refused', () => {
  const der = (pem: string, type: 'pkcs8' | 'pkcs1'): string =>
    createPrivateKey(pem).export({ format: 'der', type }).toString('base64')

  test.each<[string, () => string, RegExp]>([
    ['that is empty', () => '', /secret is empty/],
    ['that ends in a line break', () => `${secret}\n`, /ends with white space/],
    ['of several lines', () => `${secret}\n${secret}`, /several lines/],
    ['with half a character', () => `${secret}\ud83d`, /half a character/],
    ['that names a file', () => '/home/me/binance.pem', /name of a file/],
    ['that is a PKCS#8 key without its PEM lines', () => der(rsaPem(), 'pkcs8'), /without its PEM/],
    ['that is a PKCS#1 key without its PEM lines', () => der(rsaPem(), 'pkcs1'), /without its PEM/],
    ['that is an EC key', ecPem, /kind ec; Binance takes Ed25519 and RSA keys/],
    ['that is an RSA key of 1024 bits', () => rsaPem(1024), /1024 bits; Binance takes 2048 and/],
    ['that is an RSA key of 2560 bits', () => rsaPem(2560), /2560 bits; Binance takes 2048 and/],
    [
      'that is an Ed25519 key without its PEM lines',
      () => der(ed25519Pem(), 'pkcs8'),
      /without its PEM/,
    ],
    ['that is a public key', rsaPublicPem, /public key/],
    ['that is an encrypted key', () => encryptedPem('open sesame'), /encrypted PEM/],
    ['that is half a PEM block', () => rsaPem().slice(0, 400), /not one whole PEM/],
    ['that is a PEM block without its line breaks', () => rsaPem().replaceAll('\n', ''), /not one/],
  ])('%s', (_, wrong, message) => {
    expectRefusal(() => prepareBinanceSigner({ key, secret: wrong() }), 'INVALID_VALUE', message)
  })

  test.each<[BinanceKeyKind, () => string, RegExp]>([
    ['rsa', () => secret, /not a PEM private key, and an RSA key is expected/],
    ['ed25519', () => secret, /not a PEM private key, and an Ed25519 key is expected/],
    ['hmac', ed25519Pem, /PEM block where an HMAC secret is expected/],
    ['rsa', ed25519Pem, /an Ed25519 key where an RSA key is expected/],
    ['ed25519', rsaPem, /an RSA key where an Ed25519 key is expected/],
  ])('where %s is expected and another is given', (keyKind, wrong, message) => {
    expectRefusal(
      () => prepareBinanceSigner({ key, secret: wrong() }, { keyKind }),
      'INVALID_VALUE',
      message,
    )
  })

  test('never for looking like base64 alone', () => {
    expect(prepareBinanceSigner({ key, secret: `MII${alphanumeric(77)}` })).toBeTypeOf('function')
  })
})
