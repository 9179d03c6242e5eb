import type { KnobSettings } from '../knobs/knobs.ts'
import type { Random } from '../knobs/random.ts'
import type { EventResource } from '../service/event-log.ts'
import { ServiceError } from '../service/service-error.ts'
import type { Conditions, ServiceRequest } from '../service/service.ts'
import type { Secret } from './secret.ts'
import type { PlaceStore, Store } from './store.ts'

/** What the operations share. */
export interface ServiceContext {
  readonly store: Store
  readonly settings: () => KnobSettings
  readonly random: Random
}

export function placeOf(context: ServiceContext, request: ServiceRequest): PlaceStore {
  return context.store.at({ accountId: request.caller.accountId, region: request.region })
}

/**
 * The secret that an operation is about, once the caller may do that to it.
 *
 * @param secret what the id led to
 * @throws ServiceError AccessDeniedException, ResourceNotFoundException
 */
export function permitted(
  request: ServiceRequest,
  id: string,
  secret: Secret | null,
  conditions: Conditions = {},
): Secret {
  request.authorize(`secretsmanager:${request.operation}`, secret?.arn ?? id, {
    'secretsmanager:SecretId': id,
    ...(secret === null ? {} : resourceTags(secret)),
    ...conditions,
  })
  if (secret === null) throw notFound()
  return secret
}

/** @throws ServiceError InvalidRequestException for a deleted secret */
export function live(secret: Secret): Secret {
  if (secret.deletion !== null) {
    throw new ServiceError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  }
  return secret
}

export function resourceTags(secret: Secret): Record<string, string> {
  const keys: Record<string, string> = {}
  for (const [key, value] of secret.tags) {
    keys[`secretsmanager:ResourceTag/${key}`] = value
    keys[`aws:ResourceTag/${key}`] = value
  }
  return keys
}

export function notFound(): ServiceError {
  return new ServiceError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  )
}

/** JSON 1.1 carries dates as seconds since the epoch. */
export function seconds(ms: number): number {
  return ms / 1000
}

export function resourceOf(secret: Secret): EventResource {
  return { arn: secret.arn, type: 'AWS::SecretsManager::Secret' }
}
