import { ServiceError } from '../service/service-error.ts'
import type { Answer, Operation, ServiceRequest } from '../service/service.ts'
import { live, permitted, placeOf, resourceOf, seconds, type ServiceContext } from './context.ts'
import { boolean, integer, readInput } from './input.ts'
import { secretId } from './members.ts'
import type { Secret } from './secret.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const DEFAULT_WINDOW_DAYS = 30

const FIELDS = {
  SecretId: secretId,
  RecoveryWindowInDays: integer(),
  ForceDeleteWithoutRecovery: boolean(),
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export function deleteSecret(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const input = readInput(request.input, FIELDS)
      const { SecretId: id, RecoveryWindowInDays: days } = input
      const forced = input.ForceDeleteWithoutRecovery === true
      if (forced && days !== undefined) {
        throw refused(
          "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        )
      }
      if (days !== undefined && (days < 7 || days > 30)) {
        throw refused('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
      }
      const found = placeOf(context, request).find(id)
      const conditions = {
        'secretsmanager:ForceDeleteWithoutRecovery': forced ? 'true' : undefined,
        'secretsmanager:RecoveryWindowInDays': days === undefined ? undefined : String(days),
      }
      if (forced) return forceDelete(context, request, id, found, conditions)
      const secret = live(permitted(request, id, found, conditions))
      return deleted(context, request, secret, {
        until: request.now + (days ?? DEFAULT_WINDOW_DAYS) * DAY_MS,
        forced: false,
      })
    },
  }
}

/**
 * "If you forcibly delete an already deleted or nonexistent secret, the operation does not return
 * ResourceNotFoundException", so that it can be repeated.
 */
function forceDelete(
  context: ServiceContext,
  request: ServiceRequest,
  id: string,
  found: Secret | null,
  conditions: Readonly<Record<string, string | undefined>>,
): Answer {
  if (found === null) {
    request.authorize('secretsmanager:DeleteSecret', id, {
      'secretsmanager:SecretId': id,
      ...conditions,
    })
    return { output: { Name: id, DeletionDate: seconds(request.now) } }
  }
  const secret = permitted(request, id, found, conditions)
  const until = request.now + context.settings().forceDeletionMs
  return deleted(context, request, secret, { until, forced: true })
}

function deleted(
  context: ServiceContext,
  request: ServiceRequest,
  secret: Secret,
  { until, forced }: { readonly until: number; readonly forced: boolean },
): Answer {
  placeOf(context, request).write({
    ...secret,
    changedAt: request.now,
    deletion: { since: request.now, until, forced },
  })
  return {
    output: { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(until) },
    responseElements: {
      arn: secret.arn,
      name: secret.name,
      deletionDate: new Date(until).toISOString(),
    },
    resources: [resourceOf(secret)],
  }
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html */
export function restoreSecret(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const { SecretId: id } = readInput(request.input, { SecretId: secretId })
      const place = placeOf(context, request)
      const secret = permitted(request, id, place.find(id))
      if (secret.deletion?.forced === true) live(secret)
      if (secret.deletion !== null) {
        place.write({ ...secret, changedAt: request.now, deletion: null })
      }
      return {
        output: { ARN: secret.arn, Name: secret.name },
        responseElements: { arn: secret.arn, name: secret.name },
        resources: [resourceOf(secret)],
      }
    },
  }
}

function refused(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message)
}
