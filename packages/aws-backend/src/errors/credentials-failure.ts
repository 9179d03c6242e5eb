import { NoCredentials } from '../client/credential-search.ts'
import type { Failure } from './failure.ts'
import { readFailure } from './failure.ts'
import type { CredentialsTrouble } from './told.ts'

/**
 * By the words of the SDK's providers, which give their errors neither codes nor names of their own. The words of every
 * link of the chain are there, those of the last one too.
 */
const BY_WORDS: readonly (readonly [RegExp, CredentialsTrouble])[] = [
  [/aws sso login|SSO session|Token is expired|(?:Conflicting|invalid) SSO/i, 'sso'],
  [/aws login|session has expired/, 'login'],
  [/multi-factor|MFA/, 'mfa'],
  [/Command failed|credential_process returned/, 'process'],
  [/could not be found in shared credentials file|Profile \S+ was not found/, 'profile'],
  [/Could not load credentials from any providers/, 'none'],
]

/**
 * What kept the SDK from having credentials. Their message may hold the output of a program, so it is only read here.
 *
 * @param thrown what a provider of credentials threw
 */
export function readCredentialsFailure(thrown: unknown, attempts: number): Failure {
  const searched = thrown instanceof NoCredentials
  const failure = readFailure(searched ? thrown.cause : thrown, [], attempts)
  if (isPassing(failure)) {
    // Nothing was sent to the service itself.
    return { ...failure, kind: 'unreachable', message: 'while getting credentials' }
  }
  const words = searched ? `${thrown.said}\n${wordsOf(thrown.cause)}` : wordsOf(thrown)
  const [, trouble = 'role'] = BY_WORDS.find(([pattern]) => pattern.test(words)) ?? []
  return { ...failure, kind: 'credentials', tells: failure.tells ?? trouble, message: '' }
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : ''
}

function isPassing(failure: Failure): boolean {
  return ['throttled', 'broken', 'lost', 'unreachable', 'absent'].includes(failure.kind)
}
