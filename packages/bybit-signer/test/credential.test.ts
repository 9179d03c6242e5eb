import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { prepareBybitSigner } from '../src/index.ts'
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
const request = { method: 'GET', path: '/v5/user/query-api' } as const
const time = { timestampMs: 1_700_000_000_000 }

describe('members of a credential', () => {
  test('sign alike as strings and as values of one version', () => {
    const plain = prepareBybitSigner({ key, secret })(request, time)
    const veiled = prepareBybitSigner({
      key: new Veiled(key, 'v1'),
      secret: new Veiled(secret, 'v1'),
    })(request, time)
    const unstored = prepareBybitSigner({
      key: new Veiled(key, null),
      secret: new Veiled(secret, 'v1'),
    })
    expect(veiled).toEqual(plain)
    expect(unstored(request, time)).toEqual(plain)
  })

  test('of different versions are refused as TORN_PAIR', () => {
    expectRefusal(
      () => prepareBybitSigner({ key: new Veiled(key, 'v1'), secret: new Veiled(secret, 'v2') }),
      'TORN_PAIR',
      /key and the secret belong to different versions/,
    )
  })

  test('are refused where they are missing', () => {
    for (const missing of [undefined, null] as unknown[] as string[]) {
      expectRefusal(() => prepareBybitSigner({ key: missing, secret }), 'USAGE', /key is missing/)
      expectRefusal(
        () => prepareBybitSigner({ key, secret: missing }),
        'USAGE',
        /secret is missing/,
      )
    }
  })

  test.each(['', ' key', 'ke y', 'key\n', 'clé', 'key\u202e'])('refuse %j as a key', (wrong) => {
    expectRefusal(() => prepareBybitSigner({ key: wrong, secret }), 'INVALID_VALUE', /^The key /)
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
    ['that names a file', () => '/home/me/bybit.pem', /name of a file/],
    ['that is a PKCS#8 key without its PEM lines', () => der(rsaPem(), 'pkcs8'), /without its PEM/],
    ['that is a PKCS#1 key without its PEM lines', () => der(rsaPem(), 'pkcs1'), /without its PEM/],
    ['that is an Ed25519 key', ed25519Pem, /kind ed25519; Bybit takes RSA keys only/],
    ['that is an EC key', ecPem, /kind ec; Bybit takes RSA keys only/],
    ['that is an RSA key of 1024 bits', () => rsaPem(1024), /1024 bits, too small/],
    ['that is a public key', rsaPublicPem, /public key/],
    ['that is an encrypted key', () => encryptedPem('open sesame'), /encrypted PEM/],
    ['that is half a PEM block', () => rsaPem().slice(0, 400), /not one whole PEM/],
    ['that is a PEM block without its line breaks', () => rsaPem().replaceAll('\n', ''), /not one/],
  ])('%s', (_, wrong, message) => {
    expectRefusal(() => prepareBybitSigner({ key, secret: wrong() }), 'INVALID_VALUE', message)
  })

  test('of one kind where the other is expected', () => {
    expectRefusal(
      () => prepareBybitSigner({ key, secret }, { keyKind: 'rsa' }),
      'INVALID_VALUE',
      /secret is not a PEM private key/,
    )
    expectRefusal(
      () => prepareBybitSigner({ key, secret: rsaPem() }, { keyKind: 'hmac' }),
      'INVALID_VALUE',
      /secret is a PEM block where an HMAC secret is expected/,
    )
  })

  test('never for looking like base64 alone', () => {
    expect(prepareBybitSigner({ key, secret: `MII${alphanumeric(77)}` })).toBeTypeOf('function')
  })
})
