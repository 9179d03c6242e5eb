import type { Operation } from '../service/service.ts'
import { permitted, placeOf, resourceOf, seconds, type ServiceContext } from './context.ts'
import { readInput } from './input.ts'
import { secretId } from './members.ts'
import { labelsOf, type Secret } from './secret.ts'
import type { PlaceStore } from './store.ts'

/** Of a deleted secret too: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
export function describeSecret(context: ServiceContext): Operation {
  return {
    readOnly: true,
    handle(request) {
      const { SecretId: id } = readInput(request.input, { SecretId: secretId })
      const place = placeOf(context, request)
      const secret = permitted(request, id, place.view(id, context.settings().readLag))
      const { deletion } = secret
      const versions = versionsToStages(secret)
      return {
        output: {
          ...description(secret, place),
          // "The date the secret is scheduled for deletion."
          ...(deletion === null ? {} : { DeletedDate: seconds(deletion.until) }),
          ...(versions === null ? {} : { VersionIdsToStages: versions }),
        },
        resources: [resourceOf(secret)],
      }
    },
  }
}

/** What DescribeSecret and ListSecrets both tell of a secret. */
export function description(secret: Secret, place: PlaceStore): Record<string, unknown> {
  const accessed = place.accessed(secret.arn)
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.type === null ? {} : { Type: secret.type }),
    ...(secret.description === null ? {} : { Description: secret.description }),
    ...(secret.kmsKeyId === null ? {} : { KmsKeyId: secret.kmsKeyId }),
    CreatedDate: seconds(secret.createdAt),
    LastChangedDate: seconds(secret.changedAt),
    ...(accessed === null ? {} : { LastAccessedDate: seconds(accessed) }),
    ...(secret.tags.size === 0
      ? {}
      : { Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })) }),
  }
}

/** The versions that carry a label. @returns null where there is none */
export function versionsToStages(secret: Secret): Record<string, readonly string[]> | null {
  const ids = new Set(secret.labels.values())
  if (ids.size === 0) return null
  return Object.fromEntries([...ids].map((id) => [id, labelsOf(secret, id)]))
}
