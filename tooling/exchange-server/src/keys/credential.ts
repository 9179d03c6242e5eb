import { createPublicKey, type KeyObject } from 'node:crypto'

import type { Credential, NewApiKey } from './api-key.ts'

/**
 * @throws Error where there is neither a secret nor a public key, or both
 */
export function credentialOf({ secret, publicKey }: NewApiKey): Credential {
  if (secret !== undefined && publicKey === undefined) return { kind: 'hmac', secret }
  if (secret === undefined && publicKey !== undefined) {
    const credential = asymmetric(publicKey)
    if (credential !== null) return credential
    throw new Error('publicKey is no RSA or Ed25519 public key, as PEM or as base64 of its SPKI.')
  }
  throw new Error('A key has a secret or a publicKey.')
}

/** @param text PEM, or base64 of the SPKI. @returns null where it is no RSA or Ed25519 public key */
export function asymmetric(text: string): Credential | null {
  const publicKey = parsePublicKey(text)
  const kind = publicKey?.asymmetricKeyType
  return publicKey !== null && (kind === 'rsa' || kind === 'ed25519') ? { kind, publicKey } : null
}

function parsePublicKey(text: string): KeyObject | null {
  // A private key would be read as well, and its public half taken.
  if (text.includes('PRIVATE')) return null
  try {
    if (text.includes('-----BEGIN')) return createPublicKey(text)
    return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}
