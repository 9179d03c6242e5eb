import { ServiceError } from '../service/service-error.ts'
import type { Operation, ServiceRequest } from '../service/service.ts'
import { live, permitted, placeOf, resourceOf, seconds, type ServiceContext } from './context.ts'
import { readInput } from './input.ts'
import { useKey } from './kms.ts'
import { CURRENT, noSuchVersion } from './labels.ts'
import { secretId, versionId, versionStage } from './members.ts'
import { labelsOf, type Secret, type Version } from './secret.ts'
import { valueMembers } from './value.ts'

const FIELDS = { SecretId: secretId, VersionId: versionId, VersionStage: versionStage }

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export function getSecretValue(context: ServiceContext): Operation {
  return {
    readOnly: true,
    handle(request) {
      const input = readInput(request.input, FIELDS)
      const seen = placeOf(context, request).view(input.SecretId, context.settings().readLag)
      const secret = live(
        permitted(request, input.SecretId, seen, {
          'secretsmanager:VersionId': input.VersionId,
          'secretsmanager:VersionStage': input.VersionStage,
        }),
      )
      const version = versionOf(secret, input)
      return {
        output: readVersion(context, request, secret, version),
        resources: [resourceOf(secret)],
      }
    },
  }
}

/** The answer of a read; the read is noted as an access. */
export function readVersion(
  context: ServiceContext,
  request: ServiceRequest,
  secret: Secret,
  version: Version,
): Record<string, unknown> {
  useKey(context, request, secret, 'decrypt')
  placeOf(context, request).access(secret.arn, version.id)
  const labels = labelsOf(secret, version.id)
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...valueMembers(version.value),
    ...(labels.length === 0 ? {} : { VersionStages: labels }),
    CreatedDate: seconds(version.createdAt),
  }
}

/** @throws ServiceError ResourceNotFoundException, InvalidRequestException where id and label do not agree */
export function versionOf(
  secret: Secret,
  choice: { readonly VersionId?: string | undefined; readonly VersionStage?: string | undefined },
): Version {
  const { VersionId: id, VersionStage: label } = choice
  if (id === undefined) return labelled(secret, label ?? CURRENT)
  const version = secret.versions.get(id)
  if (version === undefined) throw noSuchVersion(id)
  if (label !== undefined && secret.labels.get(label) !== id) {
    throw new ServiceError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  }
  return version
}

function labelled(secret: Secret, label: string): Version {
  const version = secret.versions.get(secret.labels.get(label) ?? '')
  if (version !== undefined) return version
  throw new ServiceError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for staging label: ${label}`,
  )
}
