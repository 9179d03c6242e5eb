import { createHmac, timingSafeEqual, verify } from 'node:crypto'

import type { Credential } from '../keys/api-key.ts'

/** HMAC-SHA256; the secret is UTF-8. */
export function hmac(secret: string, payload: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'utf8')).update(payload).digest()
}

/** Characters of the wire that stand for a byte each, as bytes. */
export function wireBytes(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  )
}

/** Whether two texts are the same, byte for byte. */
export function sameText(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8')]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** RSA (PKCS #1 v1.5, SHA-256) or Ed25519. @param signature base64 */
export function asymmetricHolds(
  credential: Exclude<Credential, { readonly kind: 'hmac' }>,
  payload: Buffer,
  signature: string,
): boolean {
  const bytes = Buffer.from(signature, 'base64')
  // Buffer skips what is no base64; an exchange does not.
  if (bytes.toString('base64') !== signature) return false
  const digest = credential.kind === 'rsa' ? 'sha256' : null
  return verify(digest, payload, credential.publicKey, bytes)
}
