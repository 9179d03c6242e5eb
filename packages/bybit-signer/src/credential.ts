import { BybitSignerError, invalidValue, usage } from './signer-error.ts'

/** A value, or whatever reveals one and knows the version that it belongs to. */
export type SigningValue = string | { reveal(): string; readonly versionId: string | null }

export interface BybitCredential {
  readonly key: SigningValue
  /** The secret that Bybit issued, or the RSA private key (PEM) whose public half Bybit was given. */
  readonly secret: SigningValue
}

/** What may stand in a header (RFC 9110, field-value) and in a string to sign without being mistaken. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** @throws TORN_PAIR, INVALID_VALUE, USAGE */
export function openCredential(credential: BybitCredential): {
  readonly key: string
  readonly secret: string
} {
  checkVersions([credential.key, credential.secret])
  const key = reveal('key', credential.key)
  if (!VISIBLE_ASCII.test(key)) {
    throw invalidValue(
      'The key is empty or has characters other than visible ASCII.',
      'Copy the API key from Bybit again, without spaces or line breaks.',
    )
  }
  return { key, secret: reveal('secret', credential.secret) }
}

/** A plain string and a value that is not stored yet belong to no version, so they cannot be torn apart. */
function checkVersions(values: readonly SigningValue[]): void {
  const versions = new Set<string>()
  for (const value of values) {
    // A missing member is refused by name afterwards.
    const versionId = typeof value === 'object' ? (value as typeof value | null)?.versionId : null
    if (versionId != null) versions.add(versionId)
  }
  if (versions.size > 1) {
    throw new BybitSignerError(
      'TORN_PAIR',
      'The key and the secret belong to different versions of the credential.',
      'Read the credential once, whole, and sign with the members of that one read.',
    )
  }
}

function reveal(field: 'key' | 'secret', value: SigningValue): string {
  const text: unknown = typeof value === 'string' ? value : (value as typeof value | null)?.reveal()
  if (typeof text !== 'string') {
    throw usage(`The ${field} is missing.`, 'Pass a string, or a value with reveal().')
  }
  return text
}
