import type { AnswerEvent, Operation, ServiceRequest } from '../service/service.ts'
import { ServiceError } from '../service/service-error.ts'
import {
  live,
  notFound,
  placeOf,
  resourceOf,
  resourceTags,
  type ServiceContext,
} from './context.ts'
import { readVersion, versionOf } from './get-secret-value.ts'
import { integer, list, readInput, required, string } from './input.ts'
import { selected } from './list-secrets.ts'
import { filters, nextToken } from './members.ts'
import type { Secret } from './secret.ts'

const BATCH_SIZE = 20

const FIELDS = {
  SecretIdList: list(required(string({ min: 1, max: 2048 }), ''), { min: 1, max: BATCH_SIZE }),
  Filters: filters,
  MaxResults: integer({ min: 1, max: BATCH_SIZE }),
  NextToken: nextToken,
}

interface Wanted {
  readonly id: string
  readonly secret: Secret | null
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html */
export function batchGetSecretValue(context: ServiceContext): Operation {
  return {
    readOnly: true,
    handle(request) {
      const input = readInput(request.input, FIELDS)
      const { SecretIdList: ids, Filters: wanted } = input
      if ((ids === undefined) === (wanted === undefined)) {
        throw refused("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
      }
      if (wanted === undefined && input.MaxResults !== undefined) {
        throw refused(
          "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
        )
      }
      request.authorize('secretsmanager:BatchGetSecretValue', '*')
      const place = placeOf(context, request)
      const { readLag } = context.settings()
      if (ids !== undefined) {
        const secrets = ids.map((id) => ({ id, secret: place.view(id, readLag) }))
        return answer(context, request, secrets, null)
      }
      request.authorize('secretsmanager:ListSecrets', '*')
      const found = selected(place, context.settings(), {
        filters: wanted ?? [],
        deleted: false,
        maxResults: input.MaxResults ?? BATCH_SIZE,
        nextToken: input.NextToken,
        sortBy: 'created-date',
        descending: false,
      })
      const secrets = found.items.map((secret) => ({ id: secret.arn, secret }))
      return answer(context, request, secrets, found.nextToken)
    },
  }
}

function answer(
  context: ServiceContext,
  request: ServiceRequest,
  wanted: readonly Wanted[],
  next: string | null,
): { output: Record<string, unknown>; events: readonly AnswerEvent[] } {
  const values: Record<string, unknown>[] = []
  const errors: Record<string, string>[] = []
  const events: AnswerEvent[] = []
  for (const { id, secret } of wanted) {
    try {
      values.push(readCurrent(context, request, id, secret))
      events.push(event(id, secret, null))
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message })
      events.push(event(id, secret, error))
    }
  }
  return {
    output: {
      SecretValues: values,
      Errors: errors,
      ...(next === null ? {} : { NextToken: next }),
    },
    events,
  }
}

/** The permission, and the outcome, of a GetSecretValue of the current version. */
function readCurrent(
  context: ServiceContext,
  request: ServiceRequest,
  id: string,
  secret: Secret | null,
): Record<string, unknown> {
  request.authorize('secretsmanager:GetSecretValue', secret?.arn ?? id, {
    'secretsmanager:SecretId': id,
    ...(secret === null ? {} : resourceTags(secret)),
  })
  if (secret === null) throw notFound()
  return readVersion(context, request, live(secret), versionOf(secret, {}))
}

/** "Secrets Manager generates a CloudTrail GetSecretValue log entry for each secret you request." */
function event(id: string, secret: Secret | null, error: ServiceError | null): AnswerEvent {
  return {
    name: 'GetSecretValue',
    requestParameters: { secretId: id },
    resources: secret === null ? [] : [resourceOf(secret)],
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
  }
}

function refused(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message)
}
