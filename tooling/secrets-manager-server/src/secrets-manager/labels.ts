import { ServiceError } from '../service/service-error.ts'
import type { Secret } from './secret.ts'

export const CURRENT = 'AWSCURRENT'
export const PREVIOUS = 'AWSPREVIOUS'
export const PENDING = 'AWSPENDING'

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_LABELS = 20

/** Attaches labels to a version that exists, taking each from the version that has it. AWSPREVIOUS follows. */
export function attach(secret: Secret, versionId: string, wanted: readonly string[]): Secret {
  const labels = new Map(secret.labels)
  const current = labels.get(CURRENT)
  for (const label of wanted) labels.set(label, versionId)
  const moved = labels.get(CURRENT)
  if (current !== undefined && moved !== current) labels.set(PREVIOUS, current)
  if (labels.size > MAX_LABELS && labels.size > secret.labels.size) {
    throw new ServiceError(
      'LimitExceededException',
      `You can't attach more than ${MAX_LABELS} staging labels to the versions of a secret.`,
    )
  }
  return { ...secret, labels }
}

export function detach(secret: Secret, label: string): Secret {
  const labels = new Map(secret.labels)
  labels.delete(label)
  return { ...secret, labels }
}

export interface LabelMove {
  readonly label: string
  readonly from: string | undefined
  readonly to: string | undefined
}

/**
 * UpdateSecretVersionStage: a compare-and-swap on where one label is.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 *
 * @throws ServiceError InvalidParameterException where the label is elsewhere, ResourceNotFoundException for a
 *   version that is not there
 */
export function moveLabel(secret: Secret, { label, from, to }: LabelMove): Secret {
  if (from === undefined && to === undefined) {
    throw invalid('You must specify RemoveFromVersionId, MoveToVersionId, or both.')
  }
  for (const id of [from, to]) {
    if (id !== undefined && !secret.versions.has(id)) throw noSuchVersion(id)
  }
  const holder = secret.labels.get(label)
  if (from !== undefined && from !== holder) throw notAttached(label, from)
  if (to === undefined) {
    if (label === CURRENT) {
      throw invalid(
        // The apostrophe is AWS's.
        `You can only move staging label ${CURRENT} to a different secret version. It can’t be completely removed.`,
      )
    }
    return detach(secret, label)
  }
  if (holder !== undefined && holder !== to && from === undefined) {
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ` +
        `${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
  }
  return attach(secret, to, [label])
}

function notAttached(label: string, id: string): ServiceError {
  return invalid(`The staging label ${label} is not attached to version ${id}.`)
}

export function noSuchVersion(id: string): ServiceError {
  return new ServiceError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
  )
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message)
}
