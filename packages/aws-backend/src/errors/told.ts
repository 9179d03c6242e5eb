import type { FailureKind } from './failure-kind.ts'

/** What is wrong with the credentials for AWS. */
export type CredentialsTrouble =
  | 'none'
  | 'profile'
  | 'sso'
  | 'login'
  | 'mfa'
  | 'process'
  | 'expired'
  | 'unknown-key'
  | 'wrong-secret'
  | 'malformed'
  | 'role'

/**
 * - `deleted`: the secret is scheduled for deletion.
 * - `kms`: its KMS key may not be used.
 * - `clock`: the signature is out of time.
 * - `region`: the signature is for a region that the endpoint does not have.
 */
export type Told = 'deleted' | 'kms' | 'clock' | 'region' | CredentialsTrouble

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and those of STS. */
const BY_NAME: Readonly<Record<string, Told>> = {
  DecryptionFailure: 'kms',
  EncryptionFailure: 'kms',
  ERR_INVALID_CHAR: 'malformed',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  IncompleteSignature: 'malformed',
  IncompleteSignatureException: 'malformed',
  InvalidClientTokenId: 'unknown-key',
  InvalidSignatureException: 'wrong-secret',
  MissingAuthenticationToken: 'malformed',
  MissingAuthenticationTokenException: 'malformed',
  RequestExpired: 'clock',
  RequestInTheFuture: 'clock',
  RequestTimeTooSkewed: 'clock',
  SignatureDoesNotMatch: 'wrong-secret',
  UnrecognizedClientException: 'unknown-key',
}

/** Where a name stands for several things, only its text tells. */
const BY_TEXT: readonly (readonly [RegExp, RegExp, Told])[] = [
  // `… is already scheduled for deletion.`, `… was marked for deletion.`, `… that's currently marked deleted.`
  [/^InvalidRequestException$/, /delet/i, 'deleted'],
  // Names of roles may hold the word too.
  [/^AccessDenied/, /Access to KMS is not allowed|not authorized to perform: kms:/, 'kms'],
  // `Signature expired: … is now earlier than …`, `Signature not yet current: …`.
  [/^InvalidSignatureException$/, /^Signature (?:expired|not yet current)/, 'clock'],
  [
    /^(?:InvalidSignatureException|SignatureDoesNotMatch)$/,
    /^Credential should be scoped to a valid region/,
    'region',
  ],
]

/** What name and text of an error tell beyond its kind. */
export function toldBy(kind: FailureKind, name: string, text: string): Told | null {
  if (kind !== 'refused' && kind !== 'credentials') return null
  const found = BY_TEXT.find(([names, texts]) => names.test(name) && texts.test(text))
  // The name is whatever the answer said: `constructor` is none of ours.
  return found?.[2] ?? (Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : null) ?? null
}
