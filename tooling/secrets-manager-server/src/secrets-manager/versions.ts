import { ServiceError } from '../service/service-error.ts'
import { attach, CURRENT, detach, PENDING } from './labels.ts'
import type { Secret, Version } from './secret.ts'

/**
 * "Secrets Manager removes unlabeled versions when there are more than 100, but it does not remove versions created
 * less than 24 hours ago." https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
const KEPT_VERSIONS = 100
const SAFE_AGE_MS = 24 * 60 * 60 * 1000

/**
 * Adds a version that is not there yet.
 *
 * @param labels null: AWSCURRENT moves to it. The first version of a secret gets AWSCURRENT whatever is asked for.
 * @param quota how many versions a secret may hold once nothing can be removed; null: no limit
 */
export function addVersion(
  secret: Secret,
  version: Version,
  labels: readonly string[] | null,
  quota: number | null,
): Secret {
  const wanted = new Set(labels ?? [CURRENT])
  if (secret.versions.size === 0) wanted.add(CURRENT)
  const pruned = prune(secret, version.createdAt, KEPT_VERSIONS - 1)
  if (quota !== null && pruned.versions.size >= quota) {
    throw new ServiceError(
      'LimitExceededException',
      `You can't create more than ${quota} versions of a secret.`,
    )
  }
  const versions = new Map(pruned.versions).set(version.id, version)
  const added = attach({ ...pruned, versions }, version.id, [...wanted])
  // A new current version that did not come from the rotation abandons the rotation ("RotationAbandoned"):
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
  return wanted.has(CURRENT) && !wanted.has(PENDING) ? detach(added, PENDING) : added
}

function prune(secret: Secret, now: number, keep: number): Secret {
  const excess = secret.versions.size - keep
  if (excess <= 0) return secret
  const labelled = new Set(secret.labels.values())
  const old = [...secret.versions.values()]
    .filter(({ id, createdAt }) => !labelled.has(id) && now - createdAt >= SAFE_AGE_MS)
    .slice(0, excess)
  const versions = new Map(secret.versions)
  for (const { id } of old) versions.delete(id)
  return { ...secret, versions }
}
