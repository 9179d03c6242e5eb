import type { ErrorCode, SecretName } from '@mm-secrets/core'
import { SecretsError, didYouMean } from '@mm-secrets/core'
import type { About } from './about.ts'
import { operation, profileFlag, request } from './about.ts'
import { causeOf } from './cause.ts'
import type { Failure } from './failure.ts'
import { refuseCredentials } from './refuse-credentials.ts'
import { REGIONS } from './regions.ts'

/**
 * A failure as the error that a person can act on: what happened, to which secret, what to do.
 *
 * @param now this machine's clock, epoch ms
 */
export function refuse(failure: Failure, about: About, now: number): SecretsError {
  if (failure.tells === 'kms') return deniedKey(failure, about)
  if (failure.tells === 'region') return otherRegion(failure, about)
  if (failure.tells !== null && failure.tells !== 'deleted') {
    return refuseCredentials(failure, failure.tells, about, now)
  }
  switch (failure.kind) {
    case 'throttled':
    case 'broken':
    case 'lost':
    case 'unreachable':
      return unavailable(failure, about)
    case 'absent':
      return nobody(failure, about)
    case 'stranger':
      return stranger(failure, about)
    default:
      return refused(failure, about)
  }
}

/** What answered is not AWS, or what it said is not what AWS says. */
export function stranger(failure: Failure | null, about: About): SecretsError {
  const status = failure?.status == null ? '' : ` (HTTP ${failure.status})`
  return error('CONFIG', `What answered ${request(about)} is not AWS${status}.`, {
    hint: 'Check AWS_ENDPOINT_URL, endpoint_url in ~/.aws/config, and proxies or certificates on the way.',
    failure,
  })
}

function unavailable(failure: Failure, about: About): SecretsError {
  const { why, hint } = silence(failure)
  const times = failure.attempts === 1 ? 'one attempt' : `${failure.attempts} attempts`
  return error('UNAVAILABLE', `${request(about)}: ${why} (${failure.name}), after ${times}.`, {
    hint,
    failure,
  })
}

function silence(failure: Failure): { readonly why: string; readonly hint: string } {
  switch (failure.kind) {
    case 'throttled':
      return {
        why: 'AWS throttles the requests of this account',
        hint: 'Try again in a minute; see who else asks this much in CloudWatch or CloudTrail.',
      }
    case 'broken':
      return {
        why: `AWS failed with HTTP ${failure.status ?? 500}`,
        hint: 'Try again in a minute; https://health.aws.amazon.com shows the state of the service.',
      }
    case 'lost':
      return {
        why: 'no answer came in time',
        hint: 'Check the network, proxies and VPC endpoints on the way, then try again.',
      }
    default:
      return {
        why: `AWS cannot be reached ${failure.message}`.trim(),
        hint: 'Check the network, DNS and proxies, then try again.',
      }
  }
}

/** No such host, or nobody who listens there. */
function nobody(failure: Failure, about: About): SecretsError {
  if (failure.name === 'ENOTFOUND' && !REGIONS.includes(about.region)) {
    return error(
      'CONFIG',
      `There is no host for AWS Secrets Manager in the region ${about.region}.${didYouMean(about.region, REGIONS)}`,
      { hint: 'Mend AWS_REGION, the region of the profile, or that of config.json.', failure },
    )
  }
  const why = failure.name === 'ENOTFOUND' ? 'there is no such host' : 'nobody listens there'
  return error('UNAVAILABLE', `${request(about)}: ${why} (${failure.name}).`, {
    hint: 'Check the network, DNS, AWS_ENDPOINT_URL and endpoint_url in ~/.aws/config.',
    failure,
  })
}

/** With an endpoint of its own a region need not have a host to be tried. */
function otherRegion(failure: Failure, about: About): SecretsError {
  return error(
    'CONFIG',
    `${request(about)}: the endpoint is not that of the region.${didYouMean(about.region, REGIONS)}`,
    {
      hint: 'Mend the region (AWS_REGION, the profile, config.json) or the endpoint (AWS_ENDPOINT_URL).',
      failure,
    },
  )
}

/** AWS said no. https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and each operation. */
function refused(failure: Failure, about: About): SecretsError {
  switch (failure.name) {
    case 'AccessDenied':
    case 'AccessDeniedException':
      return denied(failure, about)
    case 'LimitExceededException':
      return error('CONFIG', `${request(about)} would exceed a quota of the AWS account.`, {
        hint: `Waiting does not help. ${failure.message}`.trim(),
        failure,
      })
    case 'ResourceNotFoundException':
      return error('NOT_FOUND', `There is no secret ${about.name ?? ''} in ${about.region}.`, {
        hint: 'mm-secrets list shows what is there; see also that region and profile are the right ones.',
        failure,
      })
    default:
      return unexpected(failure, about)
  }
}

/**
 * Under a policy with a pattern of resources a missing secret reads as denied, so one cannot tell.
 */
function denied(failure: Failure, about: About): SecretsError {
  const flag = profileFlag(about.profile)
  const who = `Who is asking: aws sts get-caller-identity${flag}`
  if (about.name === null) {
    return error('DENIED', `AWS denies ${about.action} in ${about.region}.`, {
      hint: `Allow it on Resource "*": on a pattern it grants nothing. ${who}`,
      failure,
    })
  }
  return error(
    'DENIED',
    `${about.name} in ${about.region} is missing, or ${about.action} on it is forbidden.`,
    { hint: `Allow it on ${arnPattern(about.name, about.region)}. ${who}`, failure },
  )
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
function deniedKey(failure: Failure, about: About): SecretsError {
  const reads = ['GetSecretValue', 'BatchGetSecretValue'].includes(operation(about))
  const actions = reads ? 'kms:Decrypt' : 'kms:GenerateDataKey and kms:Decrypt'
  return error(
    'DENIED',
    `${about.name ?? 'The secret'} in ${about.region} is encrypted with a KMS key that this caller may not use, ` +
      'or that is disabled.',
    {
      hint: `Allow ${actions} in the key's policy and the caller's, and see that it is enabled.`,
      failure,
    },
  )
}

function unexpected(failure: Failure, about: About): SecretsError {
  const id = failure.requestId === null ? '' : `, request ${failure.requestId}`
  return error(
    failure.kind === 'unknown' ? 'UNAVAILABLE' : 'CONFIG',
    `${request(about)} failed: ${failure.name}${id}.`,
    {
      hint:
        failure.message === '' ? 'Try it with the aws program.' : `AWS says: ${failure.message}`,
      failure,
    },
  )
}

/** AWS puts a hyphen and six characters of its own behind the name of a secret. */
function arnPattern(name: SecretName, region: string): string {
  return `arn:${partitionOf(region)}:secretsmanager:${region}:*:secret:${name}-??????`
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

function error(
  code: ErrorCode,
  message: string,
  { hint, failure }: { readonly hint: string; readonly failure: Failure | null },
): SecretsError {
  return new SecretsError(code, message, {
    hint,
    ...(failure === null ? {} : { cause: causeOf(failure) }),
  })
}
