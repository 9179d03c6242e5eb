import type { KnobSettings } from '../knobs/knobs.ts'
import type { Operation } from '../service/service.ts'
import { placeOf, seconds, type ServiceContext } from './context.ts'
import { description, versionsToStages } from './describe-secret.ts'
import { passes, type Filter } from './filters.ts'
import { boolean, integer, readInput, string } from './input.ts'
import { filters, nextToken } from './members.ts'
import { page, type Page } from './paging.ts'
import type { Secret } from './secret.ts'
import type { PlaceStore } from './store.ts'

const PAGE_SIZE = 100

const FIELDS = {
  IncludePlannedDeletion: boolean(),
  MaxResults: integer({ min: 1, max: PAGE_SIZE }),
  NextToken: nextToken,
  Filters: filters,
  SortOrder: string({ oneOf: ['asc', 'desc'] }),
  SortBy: string({ oneOf: ['created-date', 'last-accessed-date', 'last-changed-date', 'name'] }),
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export function listSecrets(context: ServiceContext): Operation {
  return {
    readOnly: true,
    handle(request) {
      const input = readInput(request.input, FIELDS)
      request.authorize('secretsmanager:ListSecrets', '*')
      const place = placeOf(context, request)
      const found = selected(place, context.settings(), {
        filters: input.Filters ?? [],
        deleted: input.IncludePlannedDeletion ?? false,
        maxResults: input.MaxResults ?? PAGE_SIZE,
        nextToken: input.NextToken,
        sortBy: input.SortBy ?? 'created-date',
        descending: input.SortOrder === 'desc',
      })
      return {
        output: {
          SecretList: found.items.map((secret) => entry(secret, place)),
          ...(found.nextToken === null ? {} : { NextToken: found.nextToken }),
        },
      }
    },
  }
}

export interface Selection {
  readonly filters: readonly Filter[]
  /** Deleted secrets too. */
  readonly deleted: boolean
  readonly maxResults: number
  readonly nextToken: string | undefined
  readonly sortBy: string
  readonly descending: boolean
}

/** A page of the secrets that pass the filters, as a lister that lags sees them. */
export function selected(
  place: PlaceStore,
  { listLag, emptyPages }: KnobSettings,
  { filters: wanted, deleted, maxResults, nextToken: token, sortBy, descending }: Selection,
): Page<Secret> {
  const keyOf = sortKey(sortBy, place)
  const compare = (one: string, other: string): number =>
    (one < other ? -1 : one > other ? 1 : 0) * (descending ? -1 : 1)
  const secrets = place
    .list(listLag)
    .filter((secret) => (deleted || secret.deletion === null) && secret.deletion?.forced !== true)
    .filter((secret) => passes(secret, place.place.region, wanted))
    .map((secret) => ({ secret, key: keyOf(secret) }))
    .sort((one, other) => compare(one.key, other.key))
  const { items, nextToken: next } = page(secrets, ({ key }) => key, compare, {
    maxResults,
    nextToken: token,
    emptyPages,
  })
  return { items: items.map(({ secret }) => secret), nextToken: next }
}

/** Names are unique, so they settle equal dates. */
function sortKey(sortBy: string, place: PlaceStore): (secret: Secret) => string {
  const dated = (ms: number, name: string): string => `${String(ms).padStart(16, '0')} ${name}`
  switch (sortBy) {
    case 'name':
      return ({ name }) => name
    case 'last-changed-date':
      return ({ changedAt, name }) => dated(changedAt, name)
    case 'last-accessed-date':
      return ({ arn, name }) => dated(place.accessed(arn) ?? 0, name)
    default:
      return ({ createdAt, name }) => dated(createdAt, name)
  }
}

function entry(secret: Secret, place: PlaceStore): Record<string, unknown> {
  const { deletion } = secret
  const versions = versionsToStages(secret)
  return {
    ...description(secret, place),
    // "The date and time the deletion of the secret occurred", unlike DescribeSecret's member of this name:
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
    ...(deletion === null ? {} : { DeletedDate: seconds(deletion.since) }),
    ...(versions === null ? {} : { SecretVersionsToStages: versions }),
  }
}
