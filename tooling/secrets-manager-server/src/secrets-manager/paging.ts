import { ServiceError } from '../service/service-error.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextToken: string | null
}

export interface PageRequest {
  readonly maxResults: number
  readonly nextToken: string | undefined
  /** An empty page comes before each: a listing ends where there is no NextToken, and nowhere else. */
  readonly emptyPages: boolean
}

interface Position {
  /** The key of the last item given out; null: none yet. */
  readonly after: string | null
  /** The empty page before this one was given out. */
  readonly emptied: boolean
}

/**
 * A page of items that are sorted by their keys. The token names the last key, so that items which come and go
 * between two pages neither shift nor repeat the others.
 *
 * @param keyOf keys that sort as the items do, by `compare`
 * @throws ServiceError InvalidNextTokenException
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  compare: (one: string, other: string) => number,
  { maxResults, nextToken, emptyPages }: PageRequest,
): Page<T> {
  const { after, emptied } = nextToken === undefined ? START : parseToken(nextToken)
  if (emptyPages && !emptied) return { items: [], nextToken: token({ after, emptied: true }) }
  const rest = after === null ? items : items.filter((item) => compare(keyOf(item), after) > 0)
  const given = rest.slice(0, maxResults)
  const last = given.at(-1)
  const more = rest.length > given.length && last !== undefined
  return {
    items: given,
    nextToken: more ? token({ after: keyOf(last), emptied: false }) : null,
  }
}

const START: Position = { after: null, emptied: false }

function token(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64')
}

function parseToken(text: string): Position {
  try {
    const position: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
    if (isPosition(position)) return position
  } catch {
    // Said below.
  }
  throw new ServiceError('InvalidNextTokenException', 'Invalid Token')
}

function isPosition(value: unknown): value is Position {
  return (
    typeof value === 'object' &&
    value !== null &&
    'after' in value &&
    (value.after === null || typeof value.after === 'string') &&
    'emptied' in value &&
    typeof value.emptied === 'boolean'
  )
}
