import { ServiceError } from '../service/service-error.ts'
import type { Answer, Operation, ServiceRequest } from '../service/service.ts'
import { live, permitted, placeOf, resourceOf, type ServiceContext } from './context.ts'
import { list, readInput, required, string } from './input.ts'
import { DEFAULT_KEY, useKey } from './kms.ts'
import { CURRENT, PENDING, PREVIOUS } from './labels.ts'
import {
  clientRequestToken,
  description,
  kmsKeyId,
  secretBinary,
  secretId,
  secretString,
  type,
  versionStage,
} from './members.ts'
import { labelsOf, sameValue, type Secret, type SecretValue } from './secret.ts'
import { tokenInUse, tokenOf, valueOf } from './value.ts'
import { addVersion } from './versions.ts'

const PUT_FIELDS = {
  SecretId: secretId,
  ClientRequestToken: clientRequestToken,
  SecretBinary: secretBinary,
  SecretString: secretString,
  VersionStages: list(required(versionStage, ''), { min: 1, max: 20 }),
  RotationToken: string({ min: 36, max: 256, pattern: /^[a-zA-Z0-9-]+$/, sensitive: true }),
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export function putSecretValue(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const input = readInput(request.input, PUT_FIELDS)
      const value = valueOf(input)
      if (value === null) {
        throw new ServiceError(
          'InvalidRequestException',
          'You must provide either SecretString or SecretBinary.',
        )
      }
      const token = tokenOf(input.ClientRequestToken)
      const place = placeOf(context, request)
      const secret = live(permitted(request, input.SecretId, place.find(input.SecretId)))
      useKey(context, request, secret, 'encrypt')
      const existing = secret.versions.get(token)
      if (existing !== undefined) {
        if (!sameValue(existing.value, value)) throw tokenInUse(token, secret.arn)
        return put(secret, token)
      }
      const written = withVersion(context, request, secret, {
        token,
        value,
        labels: input.VersionStages ?? null,
      })
      place.write(written)
      return put(written, token)
    },
  }
}

const UPDATE_FIELDS = {
  SecretId: secretId,
  ClientRequestToken: clientRequestToken,
  Description: description,
  KmsKeyId: kmsKeyId,
  SecretBinary: secretBinary,
  SecretString: secretString,
  Type: type,
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html */
export function updateSecret(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const input = readInput(request.input, UPDATE_FIELDS)
      const value = valueOf(input)
      const token = value === null ? null : tokenOf(input.ClientRequestToken)
      const place = placeOf(context, request)
      const secret = live(
        permitted(request, input.SecretId, place.find(input.SecretId), {
          'secretsmanager:Description': input.Description,
          'secretsmanager:KmsKeyArn': input.KmsKeyId,
        }),
      )
      const described = redescribed(secret, input, request.now)
      if (value !== null || input.KmsKeyId !== undefined) {
        useKey(context, request, described, 'encrypt')
      }
      if (token === null || value === null) {
        place.write(described)
        return updated(described, null)
      }
      // "You can't modify an existing version, you can only create a new version."
      if (secret.versions.has(token)) throw tokenInUse(token, secret.arn)
      place.write(withVersion(context, request, described, { token, value, labels: null }))
      return updated(described, token)
    },
  }
}

function withVersion(
  { settings }: ServiceContext,
  { now }: ServiceRequest,
  secret: Secret,
  wanted: {
    readonly token: string
    readonly value: SecretValue
    readonly labels: readonly string[] | null
  },
): Secret {
  const { token, value, labels } = wanted
  const kmsKeyIds = [secret.kmsKeyId ?? DEFAULT_KEY]
  const version = { id: token, value, createdAt: now, kmsKeyIds }
  return { ...addVersion(secret, version, labels, settings().versionQuota), changedAt: now }
}

function redescribed(
  secret: Secret,
  input: {
    readonly Description: string | undefined
    readonly KmsKeyId: string | undefined
    readonly Type: string | undefined
  },
  now: number,
): Secret {
  const changed = {
    ...secret,
    description: input.Description ?? secret.description,
    type: input.Type ?? secret.type,
    changedAt: now,
  }
  return input.KmsKeyId === undefined ? changed : reencrypted(changed, input.KmsKeyId)
}

/** A new key is used at once for the versions that AWS's own labels are on; the others keep theirs. */
function reencrypted(secret: Secret, key: string): Secret {
  const versions = new Map(secret.versions)
  for (const label of [CURRENT, PENDING, PREVIOUS]) {
    const version = versions.get(secret.labels.get(label) ?? '')
    if (version === undefined || version.kmsKeyIds.includes(key || DEFAULT_KEY)) continue
    versions.set(version.id, {
      ...version,
      kmsKeyIds: [...version.kmsKeyIds, key || DEFAULT_KEY],
    })
  }
  return { ...secret, kmsKeyId: key || null, versions }
}

function put(secret: Secret, versionId: string): Answer {
  const labels = labelsOf(secret, versionId)
  return {
    output: {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: versionId,
      ...(labels.length === 0 ? {} : { VersionStages: labels }),
    },
    responseElements: { arn: secret.arn, name: secret.name, versionId },
    resources: [resourceOf(secret)],
  }
}

function updated(secret: Secret, versionId: string | null): Answer {
  const version = versionId === null ? {} : { VersionId: versionId }
  return {
    output: { ARN: secret.arn, Name: secret.name, ...version },
    responseElements: { arn: secret.arn, name: secret.name },
    resources: [resourceOf(secret)],
  }
}
