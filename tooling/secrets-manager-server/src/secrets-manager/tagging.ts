import { ServiceError } from '../service/service-error.ts'
import type { Answer, Operation, ServiceRequest } from '../service/service.ts'
import { live, permitted, placeOf, resourceOf, type ServiceContext } from './context.ts'
import { readInput, required } from './input.ts'
import { secretId, tagKeys, tags } from './members.ts'
import type { Secret } from './secret.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html */
const MAX_TAGS = 50
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

interface Tag {
  readonly Key: string
  readonly Value: string
}

export function tagResource(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const input = readInput(request.input, { SecretId: secretId, Tags: required(tags, []) })
      const secret = taggable(context, request, input.SecretId, requestTags(input.Tags))
      return change(context, request, secret, withTags(secret.tags, input.Tags))
    },
  }
}

export function untagResource(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const input = readInput(request.input, { SecretId: secretId, TagKeys: required(tagKeys, []) })
      const secret = taggable(context, request, input.SecretId, { 'aws:TagKeys': input.TagKeys })
      const kept = new Map(secret.tags)
      for (const key of input.TagKeys) kept.delete(key)
      return change(context, request, secret, kept)
    },
  }
}

function taggable(
  context: ServiceContext,
  request: ServiceRequest,
  id: string,
  conditions: Readonly<Record<string, string | readonly string[]>>,
): Secret {
  return live(permitted(request, id, placeOf(context, request).find(id), conditions))
}

function change(
  context: ServiceContext,
  request: ServiceRequest,
  secret: Secret,
  changed: ReadonlyMap<string, string>,
): Answer {
  placeOf(context, request).write({ ...secret, tags: changed, changedAt: request.now })
  return { output: null, resources: [resourceOf(secret)] }
}

/** Condition keys of a request that brings tags. */
export function requestTags(wanted: readonly Tag[]): Record<string, string | readonly string[]> {
  if (wanted.length === 0) return {}
  const keys: Record<string, string | readonly string[]> = {
    'aws:TagKeys': wanted.map(({ Key }) => Key),
  }
  for (const { Key, Value } of wanted) keys[`aws:RequestTag/${Key}`] = Value
  return keys
}

/** @throws ServiceError InvalidParameterException for what is no tag, and beyond 50 */
export function withTags(
  tagged: ReadonlyMap<string, string>,
  wanted: readonly Tag[],
): ReadonlyMap<string, string> {
  const changed = new Map(tagged)
  for (const { Key, Value } of wanted) {
    if (/^aws:/i.test(Key)) throw refused(`Tag keys can't start with aws:, as in '${Key}'.`)
    if (!CHARACTERS.test(Key) || !CHARACTERS.test(Value)) {
      throw refused('A tag key or value contains characters that are not allowed.')
    }
    changed.set(Key, Value)
  }
  if (new Set(wanted.map(({ Key }) => Key)).size < wanted.length) {
    throw refused('Duplicate tag keys are not allowed.')
  }
  if (changed.size > MAX_TAGS) throw refused(`You can't attach more than ${MAX_TAGS} tags.`)
  return changed
}

function refused(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message)
}
