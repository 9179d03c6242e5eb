import type { Failure } from './failure.ts'
import { readFailure } from './failure.ts'
import type { CredentialsTrouble } from './told.ts'

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
  const [, trouble = 'role'] = BY_WORDS.find(([pattern]) => pattern.test(words)) ?? []
  return { ...failure, kind: 'credentials', tells: failure.tells ?? trouble, message: '' }
}

function isPassing(failure: Failure): boolean {
  return ['throttled', 'broken', 'lost', 'unreachable', 'absent'].includes(failure.kind)
}
