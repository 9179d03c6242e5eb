import type { Operation } from '../service/service.ts'
import { live, permitted, placeOf, resourceOf, seconds, type ServiceContext } from './context.ts'
import { boolean, integer, readInput, required } from './input.ts'
import { moveLabel } from './labels.ts'
import { nextToken, secretId, versionId, versionStage } from './members.ts'
import { page } from './paging.ts'
import { labelsOf, type Secret, type Version } from './secret.ts'
import type { PlaceStore } from './store.ts'

const MOVE_FIELDS = {
  SecretId: secretId,
  VersionStage: required(versionStage, ''),
  RemoveFromVersionId: versionId,
  MoveToVersionId: versionId,
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
export function updateSecretVersionStage(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const input = readInput(request.input, MOVE_FIELDS)
      const place = placeOf(context, request)
      const secret = live(
        permitted(request, input.SecretId, place.find(input.SecretId), {
          'secretsmanager:VersionStage': input.VersionStage,
        }),
      )
      const moved = moveLabel(secret, {
        label: input.VersionStage,
        from: input.RemoveFromVersionId,
        to: input.MoveToVersionId,
      })
      place.write({ ...moved, changedAt: request.now })
      return {
        output: { ARN: secret.arn, Name: secret.name },
        responseElements: { arn: secret.arn, name: secret.name },
        resources: [resourceOf(secret)],
      }
    },
  }
}

const PAGE_SIZE = 100

const LIST_FIELDS = {
  SecretId: secretId,
  MaxResults: integer({ min: 1, max: PAGE_SIZE }),
  NextToken: nextToken,
  IncludeDeprecated: boolean(),
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html */
export function listSecretVersionIds(context: ServiceContext): Operation {
  return {
    readOnly: true,
    handle(request) {
      const input = readInput(request.input, LIST_FIELDS)
      const place = placeOf(context, request)
      const seen = place.view(input.SecretId, context.settings().readLag)
      const secret = permitted(request, input.SecretId, seen)
      const labelled = new Set(secret.labels.values())
      const versions = [...secret.versions.values()]
        .filter(({ id }) => input.IncludeDeprecated === true || labelled.has(id))
        .map((version) => ({ version, key: keyOf(version) }))
        .sort((one, other) => compare(one.key, other.key))
      const found = page(versions, ({ key }) => key, compare, {
        maxResults: input.MaxResults ?? PAGE_SIZE,
        nextToken: input.NextToken,
        emptyPages: context.settings().emptyPages,
      })
      return {
        output: {
          ARN: secret.arn,
          Name: secret.name,
          Versions: found.items.map(({ version }) => entry(secret, version, place)),
          ...(found.nextToken === null ? {} : { NextToken: found.nextToken }),
        },
        resources: [resourceOf(secret)],
      }
    },
  }
}

function keyOf({ createdAt, id }: Version): string {
  return `${String(createdAt).padStart(16, '0')} ${id}`
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function entry(secret: Secret, version: Version, place: PlaceStore): Record<string, unknown> {
  const labels = labelsOf(secret, version.id)
  const accessed = place.accessed(secret.arn, version.id)
  return {
    VersionId: version.id,
    ...(labels.length === 0 ? {} : { VersionStages: labels }),
    ...(accessed === null ? {} : { LastAccessedDate: seconds(accessed) }),
    CreatedDate: seconds(version.createdAt),
    KmsKeyIds: version.kmsKeyIds,
  }
}
