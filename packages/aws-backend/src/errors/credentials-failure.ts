import type { Failure } from './failure.ts'
import { readFailure } from './failure.ts'

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
 * By the words of the SDK's providers, which give their errors neither codes nor names of their own. Order counts: the
 * texts of SSO name the profile too.
 */
const BY_WORDS: readonly (readonly [RegExp, CredentialsTrouble])[] = [
  [/aws sso login|\bSSO\b|sso_session|Token is expired/i, 'sso'],
  [/aws login|login_session/i, 'login'],
  [/multi-factor|MFA/, 'mfa'],
  [/Command failed|credential_process/, 'process'],
  [
    /Could not resolve credentials using profile|could not be found in shared|was not found/,
    'profile',
  ],
  [/Could not load credentials from any providers/, 'none'],
]

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and those of STS. */
const BY_NAME: Readonly<Record<string, CredentialsTrouble>> = {
  ERR_INVALID_CHAR: 'malformed',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  IncompleteSignature: 'malformed',
  IncompleteSignatureException: 'malformed',
  InvalidClientTokenId: 'unknown-key',
  InvalidSignatureException: 'wrong-secret',
  MissingAuthenticationToken: 'malformed',
  MissingAuthenticationTokenException: 'malformed',
  RequestExpired: 'wrong-secret',
  RequestInTheFuture: 'wrong-secret',
  RequestTimeTooSkewed: 'wrong-secret',
  SignatureDoesNotMatch: 'wrong-secret',
  UnrecognizedClientException: 'unknown-key',
}

/**
 * What kept the SDK from having credentials. Their message may hold the output of a program, so it is only read here.
 *
 * @param thrown what a provider of credentials threw
 */
export function readCredentialsFailure(thrown: unknown, attempts: number): Failure {
  const failure = readFailure(thrown, [], attempts)
  if (isPassing(failure)) {
    // Nothing was sent to the service itself.
    return { ...failure, kind: 'unreachable', message: 'while getting credentials' }
  }
  const words = thrown instanceof Error ? thrown.message : ''
  const [, byWords = 'role'] = BY_WORDS.find(([pattern]) => pattern.test(words)) ?? []
  const trouble = BY_NAME[failure.name] ?? byWords
  return { ...failure, kind: 'credentials', name: trouble, message: failure.name }
}

/** For an answer of the service: the trouble with the credentials that it tells of, or null. */
export function troubleTold(failure: Failure): CredentialsTrouble | null {
  if (failure.kind === 'credentials')
    return BY_NAME[failure.name] ?? (failure.name as CredentialsTrouble)
  return failure.kind === 'refused' ? (BY_NAME[failure.name] ?? null) : null
}

function isPassing(failure: Failure): boolean {
  return ['throttled', 'broken', 'lost', 'unreachable', 'absent'].includes(failure.kind)
}
