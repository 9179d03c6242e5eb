import { KucoinSignerError, invalidValue, usage } from './signer-error.ts'
import { LONE_SURROGATE } from './parameter.ts'

/** A value, or whatever reveals one and knows the version that it belongs to. */
export type SigningValue = string | { reveal(): string; readonly versionId: string | null }

export interface KucoinCredential {
  readonly key: SigningValue
  readonly secret: SigningValue
  /** What you chose when you made the key. */
  readonly passphrase: SigningValue
}

type Field = keyof KucoinCredential

/** What may stand in a header (RFC 9110, field-value) and in a string to sign without being mistaken. */
export const VISIBLE_ASCII: RegExp = /^[\x21-\x7e]+$/

/** @throws TORN_PAIR, INVALID_VALUE, USAGE */
export function openCredential(credential: KucoinCredential): Readonly<Record<Field, string>> {
  checkVersions([credential.key, credential.secret, credential.passphrase])
  const key = reveal('key', credential.key)
  if (!VISIBLE_ASCII.test(key)) {
    throw invalidValue(
      'The key is empty or has characters other than visible ASCII.',
      'Copy the API key from KuCoin again, without spaces or line breaks.',
    )
  }
  const secret = reveal('secret', credential.secret)
  checkSecret(secret)
  const passphrase = reveal('passphrase', credential.passphrase)
  checkPassphrase(passphrase)
  return { key, secret, passphrase }
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
    throw new KucoinSignerError(
      'TORN_PAIR',
      'The key, the secret and the passphrase belong to different versions of the credential.',
      'Read the credential once, whole, and sign with the members of that one read.',
    )
  }
}

function reveal(field: Field, value: SigningValue): string {
  const text: unknown = typeof value === 'string' ? value : (value as typeof value | null)?.reveal()
  if (typeof text !== 'string') {
    throw usage(`The ${field} is missing.`, 'Pass a string, or a value with reveal().')
  }
  return text
}

function checkSecret(secret: string): void {
  const again = 'Copy the API secret from KuCoin again.'
  if (secret === '') throw invalidValue('The secret is empty.', again)
  if (secret.includes('-----')) {
    throw invalidValue(
      'The secret is a PEM block; KuCoin issues HMAC secrets only.',
      'Pass the secret that KuCoin showed when the key was made.',
    )
  }
  if (secret.trim() !== secret) {
    throw invalidValue('The secret begins or ends with white space.', again)
  }
  if (/[\r\n]/.test(secret)) throw invalidValue('The secret has several lines.', again)
  if (LONE_SURROGATE.test(secret)) {
    throw invalidValue('The secret has half a character, which no encoding can hold.', again)
  }
}

/** KuCoin's form for API keys wants 7 to 32 characters without spaces; the length is KuCoin's to judge. */
function checkPassphrase(passphrase: string): void {
  const again = 'Type the passphrase that was chosen when the key was made; it has no spaces.'
  if (passphrase === '') throw invalidValue('The passphrase is empty.', again)
  if (/\s/.test(passphrase)) throw invalidValue('The passphrase has white space.', again)
  if (LONE_SURROGATE.test(passphrase)) {
    throw invalidValue('The passphrase has half a character, which no encoding can hold.', again)
  }
}
