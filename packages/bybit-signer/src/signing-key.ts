import type { KeyObject } from 'node:crypto'
import { createHmac, createPrivateKey, createSecretKey, sign as signAsymmetric } from 'node:crypto'
import { LONE_SURROGATE } from './parameter.ts'
import { invalidValue } from './signer-error.ts'

/** hmac: Bybit made the secret; rsa: the private key is yours. */
export type BybitKeyKind = 'hmac' | 'rsa'

/** The signature of a text, of its UTF-8 bytes, as Bybit wants it written. */
export type Sign = (text: string) => string

/** NIST SP 800-131A disallows signatures of smaller keys. */
const SMALLEST_RSA_BITS = 2048

/**
 * The function that signs with a secret; the key is parsed here, once.
 *
 * @param secret text of any characters for HMAC-SHA256 (lower-case hex), or a PEM block for RSASSA-PKCS1-v1_5 with
 *   SHA-256 (base64), as https://bybit-exchange.github.io/docs/v5/guide#create-a-request has them
 * @param expected refuses a secret of the other kind; undefined: the secret decides
 * @throws INVALID_VALUE
 */
export function signingKey(secret: string, expected: BybitKeyKind | undefined): Sign {
  const pem = secret.includes('-----')
  if (expected === 'hmac' && pem) {
    throw invalidValue(
      'The secret is a PEM block where an HMAC secret is expected.',
      'Pass the secret that Bybit issued with the key, or expect an RSA key.',
    )
  }
  if (expected === 'rsa' && !pem) {
    throw invalidValue(
      'The secret is not a PEM private key, and an RSA key is expected.',
      'Pass the whole PEM text, from its BEGIN line to its END line.',
    )
  }
  return pem ? rsa(privateKey(secret)) : hmac(secret)
}

function hmac(secret: string): Sign {
  checkSharedSecret(secret)
  const key = createSecretKey(secret, 'utf8')
  return (text) => createHmac('sha256', key).update(text).digest('hex')
}

function rsa(key: KeyObject): Sign {
  if (key.asymmetricKeyType !== 'rsa') {
    throw invalidValue(
      `The secret is a private key of kind ${key.asymmetricKeyType ?? 'unknown'}; Bybit takes RSA keys only.`,
      'Make an RSA key of 2048 bits or more and give Bybit its public half.',
    )
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < SMALLEST_RSA_BITS) {
    throw invalidValue(
      `The secret is an RSA key of ${bits} bits, too small to be safe.`,
      'Make an RSA key of 2048 bits or more and give Bybit its public half.',
    )
  }
  return (text) => signAsymmetric('sha256', Buffer.from(text, 'utf8'), key).toString('base64')
}

function checkSharedSecret(secret: string): void {
  const again = 'Copy the API secret from Bybit again.'
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
