import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'

/** RFC 8410: what stands before the 32 bytes of an X25519 key in PKCS #8 and in SubjectPublicKeyInfo. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

/** @param scalar 32 bytes */
export function privateKeyOf(scalar: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, scalar]),
    format: 'der',
    type: 'pkcs8',
  })
}

/** The 32 bytes of the public key of a private one. */
export function publicBytesOf(privateKey: KeyObject): Buffer {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return spki.subarray(SPKI_PREFIX.length)
}

/**
 * The secret that two keys share (RFC 7748, section 6.1).
 *
 * @param publicBytes the other's public key
 * @throws Error when it is not 32 bytes, or of low order: every private key shares zero with it
 */
export function sharedSecret(privateKey: KeyObject, publicBytes: Uint8Array): Buffer {
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, publicBytes]),
    format: 'der',
    type: 'spki',
  })
  return diffieHellman({ privateKey, publicKey })
}
