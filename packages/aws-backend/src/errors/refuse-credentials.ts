import { SecretsError } from '@mm-secrets/core'
import type { About } from './about.ts'
import { profileFlag, request } from './about.ts'
import { causeOf } from './cause.ts'
import type { Failure } from './failure.ts'
import type { CredentialsTrouble } from './told.ts'

/** Within five minutes AWS takes a signature: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const ACCEPTED_SKEW_MS = 4 * 60_000

/**
 * Credentials for AWS that are missing, expired or wrong, or a clock that makes them look so.
 *
 * @param now this machine's clock, epoch ms
 */
export function refuseCredentials(
  failure: Failure,
  trouble: CredentialsTrouble | 'clock',
  about: About,
  now: number,
): SecretsError {
  const skewMs = failure.serverTime === null ? 0 : now - failure.serverTime
  if (trouble === 'clock' || (trouble === 'wrong-secret' && Math.abs(skewMs) > ACCEPTED_SKEW_MS)) {
    return wrongClock(failure, skewMs)
  }
  const { message, hint } = wordsFor(trouble, about)
  return new SecretsError('STORE_CREDENTIALS', `${message} ${request(about)} was not done.`, {
    hint,
    cause: causeOf(failure),
  })
}

/** @param skewMs what this machine's clock is ahead of AWS's; 0: not known */
function wrongClock(failure: Failure, skewMs: number): SecretsError {
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  const by = minutes === 0 ? 'minutes off' : `${minutes} minutes ${skewMs > 0 ? 'ahead' : 'behind'}`
  return new SecretsError('CONFIG', `AWS refuses the signature: this machine's clock is ${by}.`, {
    hint: 'Set the clock, such as with timedatectl set-ntp true; exchanges refuse such a clock too.',
    cause: causeOf(failure),
  })
}

interface Words {
  readonly message: string
  readonly hint: string
}

function wordsFor(trouble: CredentialsTrouble, about: About): Words {
  const flag = profileFlag(about.profile)
  const whose = about.profile === null ? '' : ` of profile ${about.profile}`
  switch (trouble) {
    case 'none':
    case 'profile':
      // Where none is named the chain looks for the profile `default` too.
      return about.profile === null ? noCredentials(about) : noProfile(about.profile)
    case 'sso':
      return {
        message: `The SSO session${whose} has expired, or was never begun.`,
        hint: `Log in: aws sso login${flag}`,
      }
    case 'login':
      return {
        message: `The login session${whose} has expired, or was never begun.`,
        hint: `Log in: aws login${flag}`,
      }
    case 'mfa':
      return {
        message: `The credentials${whose} need a code of a second factor, which nobody is asked for here.`,
        hint: 'Get a session first, such as with aws sts get-session-token, and put it into a profile.',
      }
    case 'process':
      return {
        message: `The credential_process${whose} gave no credentials.`,
        hint: `Try it: aws sts get-caller-identity${flag}`,
      }
    case 'expired':
      return {
        message: `The session token${whose} has expired.`,
        hint: `Get new credentials, then try them: aws sts get-caller-identity${flag}`,
      }
    case 'unknown-key':
      return {
        message: `AWS does not know the access key${whose}, or its session token is wrong.`,
        hint: `It was deleted, mistyped, or belongs to another partition. Try it: aws sts get-caller-identity${flag}`,
      }
    case 'wrong-secret':
      return {
        message: `AWS refuses the signature: the secret access key${whose} is not that of the access key.`,
        hint: `Set both anew, without blanks or line breaks. Try them: aws sts get-caller-identity${flag}`,
      }
    case 'malformed':
      return {
        message: `The access key or session token${whose} is malformed.`,
        hint: 'Set them anew, without blanks, quotes or line breaks.',
      }
    case 'role':
      return {
        message: `The SDK found a source of credentials${whose} but got none from it.`,
        hint: `See why: aws sts get-caller-identity${flag}`,
      }
  }
}

function noProfile(profile: string): Words {
  return {
    message: `There is no AWS profile ${profile} with credentials.`,
    hint: 'See which there are: aws configure list-profiles; then set AWS_PROFILE or config.json.',
  }
}

function noCredentials(about: About): Words {
  const [half, missing] = halfOfKeys(about)
  if (half !== null) {
    return {
      message: `${half} is set, but ${missing} is not.`,
      hint: `Set ${missing} too, or unset ${half} and use AWS_PROFILE.`,
    }
  }
  return {
    message: 'There are no credentials for AWS.',
    hint:
      'Set AWS_PROFILE, or log in with aws configure or aws sso login, or give the machine a role. ' +
      'Looked at: variables, profiles, SSO, web identity, container and instance roles.',
  }
}

function halfOfKeys(about: About): readonly [string, string] | readonly [null, null] {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const
  const [id, secret] = names.map((name) => (about.env[name] ?? '') !== '')
  if (id === secret) return [null, null]
  return id === true ? names : [names[1], names[0]]
}
