import type { KeyObject } from 'node:crypto'
import { createHmac, createPrivateKey, createSecretKey, sign as signAsymmetric } from 'node:crypto'
import { LONE_SURROGATE } from './parameter.ts'
import { invalidValue } from './signer-error.ts'

/** hmac: Binance made the secret; rsa, ed25519: the private key is yours. */
export type BinanceKeyKind = 'hmac' | 'rsa' | 'ed25519'

/** The signature of a text, of its UTF-8 bytes, as Binance wants it written, not yet percent-encoded. */
type Sign = (text: string) => string

export interface SigningKey {
  readonly kind: BinanceKeyKind
  readonly sign: Sign
}

/** https://developers.binance.com/docs/binance-spot-api-docs/faqs/api_key_types#rsa */
const RSA_BITS: readonly number[] = [2048, 4096]

/**
 * The function that signs with a secret; the key is parsed here, once.
 *
 * @param secret text of any characters for HMAC-SHA256 (lower-case hex), or a PEM block for Ed25519 or for
 *   RSASSA-PKCS1-v1_5 with SHA-256 (base64), as
 *   https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security has them
 * @param expected refuses a secret of another kind; undefined: the secret decides
 * @throws INVALID_VALUE
 */
export function signingKey(secret: string, expected: BinanceKeyKind | undefined): SigningKey {
  const pem = secret.includes('-----')
  if (expected === 'hmac' && pem) {
    throw invalidValue(
      'The secret is a PEM block where an HMAC secret is expected.',
      'Pass the secret that Binance issued with the key, or expect an RSA or Ed25519 key.',
    )
  }
  if (expected !== undefined && expected !== 'hmac' && !pem) {
    throw invalidValue(
      `The secret is not a PEM private key, and ${NAMES[expected]} key is expected.`,
      'Pass the whole PEM text, from its BEGIN line to its END line.',
    )
  }
  if (!pem) return hmac(secret)
  const signing = asymmetric(privateKey(secret))
  if (expected !== undefined && signing.kind !== expected) {
    throw invalidValue(
      `The secret is ${NAMES[signing.kind]} key where ${NAMES[expected]} key is expected.`,
      'Pass the private key whose public half Binance was given.',
    )
  }
  return signing
}

const NAMES = { hmac: 'an HMAC', rsa: 'an RSA', ed25519: 'an Ed25519' } as const

function hmac(secret: string): SigningKey {
  checkSharedSecret(secret)
  const key = createSecretKey(secret, 'utf8')
  return { kind: 'hmac', sign: (text) => createHmac('sha256', key).update(text).digest('hex') }
}

function asymmetric(key: KeyObject): SigningKey {
  const signWith =
    (digest: 'sha256' | null): Sign =>
    (text) =>
      signAsymmetric(digest, Buffer.from(text, 'utf8'), key).toString('base64')
  if (key.asymmetricKeyType === 'ed25519') return { kind: 'ed25519', sign: signWith(null) }
  if (key.asymmetricKeyType === 'rsa') {
    checkRsaSize(key)
    return { kind: 'rsa', sign: signWith('sha256') }
  }
  throw invalidValue(
    `The secret is a private key of kind ${key.asymmetricKeyType ?? 'unknown'}; Binance takes Ed25519 and RSA keys.`,
    'Make an Ed25519 key and give Binance its public half.',
  )
}

function checkRsaSize(key: KeyObject): void {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (!RSA_BITS.includes(bits)) {
    throw invalidValue(
      `The secret is an RSA key of ${bits} bits; Binance takes 2048 and 4096.`,
      'Make an Ed25519 key, or an RSA key of such a size, and give Binance its public half.',
    )
  }
}

function checkSharedSecret(secret: string): void {
  const again = 'Copy the API secret from Binance again.'
  if (secret === '') throw invalidValue('The secret is empty.', again)
  if (secret.trim() !== secret) {
    throw invalidValue('The secret begins or ends with white space.', again)
  }
  if (/[\r\n]/.test(secret)) throw invalidValue('The secret has several lines.', again)
  if (LONE_SURROGATE.test(secret)) {
    throw invalidValue('The secret has half a character, which no encoding can hold.', again)
  }
  if (/\.(?:pem|key)$/i.test(secret)) {
    throw invalidValue('The secret is the name of a file.', 'Pass what the file contains.')
  }
  if (isDerPrivateKey(secret)) {
    throw invalidValue(
      'The secret is a private key without its PEM lines.',
      'Pass the whole PEM text, from its BEGIN line to its END line.',
    )
  }
}

/** PKCS#8 and PKCS#1 keys in base64 begin with an ASN.1 SEQUENCE, 0x30: the letter M. */
function isDerPrivateKey(secret: string): boolean {
  if (secret.length < 60 || !/^M[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false
  const key = Buffer.from(secret, 'base64')
  return (['pkcs8', 'pkcs1'] as const).some((type) => {
    try {
      createPrivateKey({ key, format: 'der', type })
      return true
    } catch {
      return false
    }
  })
}

function privateKey(pem: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    throw invalidValue(
      'The secret is an encrypted PEM private key.',
      'Decrypt it first: openssl pkey -in encrypted.pem -out key.pem',
    )
  }
  if (/-----BEGIN (?:[A-Z0-9 ]*PUBLIC KEY|CERTIFICATE)-----/.test(pem)) {
    throw invalidValue(
      'The secret is a public key or a certificate.',
      'Pass the private key: its first line ends in PRIVATE KEY.',
    )
  }
  try {
    return createPrivateKey(withLineBreaks(pem))
  } catch {
    // OpenSSL's own error is dropped: it says nothing that helps, and is not ours to vouch for.
    throw invalidValue(
      'The secret is not one whole PEM private key.',
      'Pass the whole PEM text, from its BEGIN line to its END line.',
    )
  }
}

/** Environment variables and dotenv files often carry a PEM block with its line breaks written as `\n`. */
function withLineBreaks(pem: string): string {
  return pem.includes('\n') ? pem : pem.replaceAll('\\r', '').replaceAll('\\n', '\n')
}
