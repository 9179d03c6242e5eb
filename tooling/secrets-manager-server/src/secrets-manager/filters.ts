import type { Secret } from './secret.ts'

export interface Filter {
  readonly Key: string
  readonly Values: readonly string[]
}

/**
 * Whether a secret passes every filter. Of a filter's values one has to match; a value after `!` matches what it
 * would not match without.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
export function passes(secret: Secret, region: string, filters: readonly Filter[]): boolean {
  return filters.every(({ Key, Values }) =>
    Values.some((value) =>
      value.startsWith('!')
        ? !matches(secret, region, Key, value.slice(1))
        : matches(secret, region, Key, value),
    ),
  )
}

function matches(secret: Secret, region: string, key: string, value: string): boolean {
  switch (key) {
    case 'name':
      return secret.name.startsWith(value)
    case 'tag-key':
      return [...secret.tags.keys()].some((tag) => tag.startsWith(value))
    case 'tag-value':
      return [...secret.tags.values()].some((tag) => tag.startsWith(value))
    case 'primary-region':
      return region.startsWith(value)
    case 'description':
      return hasWords(value, [secret.description ?? ''])
    case 'all':
      return hasWords(value, [
        secret.name,
        secret.description ?? '',
        ...secret.tags.keys(),
        ...secret.tags.values(),
      ])
    default:
      // owning-service: no other service owns a secret here.
      return false
  }
}

/** Each word begins a word of the attributes; case does not count. */
function hasWords(value: string, attributes: readonly string[]): boolean {
  const found = attributes.flatMap(words)
  const wanted = words(value)
  return wanted.length > 0 && wanted.every((word) => found.some((each) => each.startsWith(word)))
}

function words(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}
