import { ServiceError } from '../service/service-error.ts'
import type { Answer, Operation, ServiceRequest } from '../service/service.ts'
import { newArn } from './arn.ts'
import { placeOf, resourceOf, resourceTags, type ServiceContext } from './context.ts'
import { boolean, list, readInput, required, string, structure } from './input.ts'
import { DEFAULT_KEY, useKey } from './kms.ts'
import {
  clientRequestToken,
  description,
  kmsKeyId,
  secretBinary,
  secretString,
  tags,
  type,
} from './members.ts'
import { sameValue, type Secret, type SecretValue } from './secret.ts'
import { requestTags, withTags } from './tagging.ts'
import { tokenInUse, tokenOf, valueOf } from './value.ts'
import { addVersion } from './versions.ts'

// A name that ends in a hyphen and six characters is accepted, though it is trouble in a partial ARN.
const NAME = /^[A-Za-z0-9\-/_+=.@!]+$/

const FIELDS = {
  Name: required(string({ min: 1, max: 512 }), ''),
  ClientRequestToken: clientRequestToken,
  Description: description,
  KmsKeyId: kmsKeyId,
  SecretBinary: secretBinary,
  SecretString: secretString,
  Tags: tags,
  Type: type,
  AddReplicaRegions: list(structure({ Region: string(), KmsKeyId: kmsKeyId }), { min: 1 }),
  ForceOverwriteReplicaSecret: boolean(),
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
export function createSecret(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const input = readInput(request.input, FIELDS)
      if (!NAME.test(input.Name)) throw invalidName()
      if (input.AddReplicaRegions !== undefined) throw noReplicas()
      const value = valueOf(input)
      const token = value === null ? null : tokenOf(input.ClientRequestToken)
      const place = placeOf(context, request)
      const secret = emptySecret({
        ...input,
        arn: newArn(place.place, input.Name, context.random),
        now: request.now,
      })
      authorize(request, secret, input)
      const existing = place.find(secret.name)
      if (existing !== null) return repeated(existing, token, value)
      useKey(context, request, secret, 'encrypt')
      if (token === null || value === null) {
        place.write(secret)
        return created(secret, null)
      }
      const version = {
        id: token,
        value,
        createdAt: request.now,
        kmsKeyIds: [secret.kmsKeyId ?? DEFAULT_KEY],
      }
      place.write(addVersion(secret, version, null, null))
      return created(secret, token)
    },
  }
}

function emptySecret(input: {
  readonly arn: string
  readonly now: number
  readonly Name: string
  readonly Description: string | undefined
  readonly KmsKeyId: string | undefined
  readonly Type: string | undefined
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[] | undefined
}): Secret {
  return {
    arn: input.arn,
    name: input.Name,
    description: input.Description || null,
    kmsKeyId: input.KmsKeyId || null,
    type: input.Type ?? null,
    tags: withTags(new Map(), input.Tags ?? []),
    versions: new Map(),
    labels: new Map(),
    createdAt: input.now,
    changedAt: input.now,
    deletion: null,
  }
}

function authorize(
  request: ServiceRequest,
  secret: Secret,
  input: { readonly Tags: readonly { Key: string; Value: string }[] | undefined },
): void {
  const conditions = {
    'secretsmanager:Name': secret.name,
    'secretsmanager:Description': secret.description ?? undefined,
    'secretsmanager:KmsKeyArn': secret.kmsKeyId ?? undefined,
    ...requestTags(input.Tags ?? []),
    ...resourceTags(secret),
  }
  request.authorize('secretsmanager:CreateSecret', secret.arn, conditions)
  if (secret.tags.size > 0) {
    request.authorize('secretsmanager:TagResource', secret.arn, conditions)
  }
}

/** Creating what is there: the same token with the same value is answered as the first time. */
function repeated(existing: Secret, token: string | null, value: SecretValue | null): Answer {
  if (existing.deletion !== null) {
    throw new ServiceError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  }
  const version = token === null ? undefined : existing.versions.get(token)
  if (version === undefined || value === null) {
    throw new ServiceError(
      'ResourceExistsException',
      `The operation failed because the secret ${existing.name} already exists.`,
    )
  }
  if (!sameValue(version.value, value)) throw tokenInUse(version.id, existing.arn)
  return created(existing, version.id)
}

function created(secret: Secret, versionId: string | null): Answer {
  return {
    output: {
      ARN: secret.arn,
      Name: secret.name,
      ...(versionId === null ? {} : { VersionId: versionId }),
    },
    responseElements: { arn: secret.arn, name: secret.name },
    resources: [resourceOf(secret)],
  }
}

function invalidName(): ServiceError {
  return new ServiceError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  )
}

function noReplicas(): ServiceError {
  return new ServiceError('InvalidParameterException', 'This server has no replicas.')
}
