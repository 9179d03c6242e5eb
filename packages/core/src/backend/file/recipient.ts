import { generateKeyPairSync } from 'node:crypto'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { AgeIdentity } from './age-file.ts'
import { decodeBech32, encodeBech32 } from './bech32.ts'
import { privateKeyOf, publicBytesOf, sharedSecret } from './x25519.ts'

const PREFIX = 'age'
const KEY_BYTES = 32

const MAKE_ONE =
  'A recipient is the line "public key: age1…" of age-keygen: 62 characters, lower case.'

/** The `age1…` that an identity opens what is encrypted to. */
export function recipientOf(identity: AgeIdentity): string {
  const bytes = publicBytesOf(privateKeyOf(identity.scalar))
  return encodeBech32({ prefix: PREFIX, bytes })
}

/** The 32 bytes that a recipient stands for. @param recipient as `parseRecipient` gives it */
export function publicKeyOf(recipient: string): Uint8Array {
  return decodeBech32(recipient)?.bytes ?? Buffer.alloc(0)
}

/**
 * An X25519 recipient of age in its one spelling.
 *
 * What was typed is never repeated: people paste the identity where the recipient belongs.
 *
 * @throws USAGE saying what it is instead
 */
export function parseRecipient(text: string): string {
  const trimmed = text.trim()
  const decoded = decodeBech32(trimmed)
  if (decoded === null || decoded.prefix !== PREFIX || decoded.bytes.length !== KEY_BYTES) {
    throw refused(whatItIs(trimmed.toLowerCase(), decoded?.prefix ?? null))
  }
  if (isOfLowOrder(decoded.bytes)) throw refused('is a point of low order: anybody could open it')
  return encodeBech32(decoded)
}

function whatItIs(lower: string, prefix: string | null): string {
  if (lower.startsWith('age-secret-key-') || lower.startsWith('age-plugin-')) {
    return 'is an identity, which is secret and stays where it was made'
  }
  if (lower.startsWith('ssh-')) return 'is an SSH key, which the vault is not encrypted to'
  if (lower.startsWith('age1pq1')) {
    return 'is a hybrid (post-quantum) recipient; age cannot encrypt one file to it and to X25519 recipients'
  }
  if (/^age1[a-z0-9-]+1/.test(lower) || (prefix !== null && prefix !== PREFIX)) {
    return 'belongs to a plugin of age; members without that plugin could not write the vault'
  }
  return lower.startsWith('age1') ? 'is mistyped or cut off' : 'is no recipient of age'
}

/** RFC 7748, section 6.1: such a key gives a secret of zeros with every other. */
function isOfLowOrder(bytes: Uint8Array): boolean {
  try {
    sharedSecret(generateKeyPairSync('x25519').privateKey, bytes)
    return false
  } catch {
    return true
  }
}

function refused(problem: string): SecretsError {
  return new SecretsError('USAGE', `What was given ${problem}.`, { hint: MAKE_ONE })
}
