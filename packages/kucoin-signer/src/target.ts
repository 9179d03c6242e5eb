import { usage } from './signer-error.ts'

/**
 * What no HTTP stack or URL parser rewrites: the characters of RFC 3986 section 3.3 and 3.4, but for `'`, which
 * https://url.spec.whatwg.org/#special-query-percent-encode-set encodes.
 * In a query `+` is left out too: decoded, which is how KuCoin has it signed, it is a plus to one reader and a space
 * to another.
 */
const REWRITTEN_IN_PATH = /[^A-Za-z0-9\-._~!$&()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/
const REWRITTEN_IN_QUERY = /[^A-Za-z0-9\-._~!$&()*,;=:@/?%]|%(?![0-9A-Fa-f]{2})/

/** `.` and `..`, also percent-encoded: a URL parser removes them (https://url.spec.whatwg.org/#path-state). */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i

const PRINTABLE_NAME = /^[\w.-]{1,32}$/

/** @throws USAGE for a path that would not be sent as it is */
export function checkPath(path: string): void {
  if (typeof path !== 'string' || !path.startsWith('/') || path.startsWith('//')) {
    throw usage(
      'The path does not begin with one slash.',
      'Pass the path alone, without host: /api/v1/accounts.',
    )
  }
  if (path.includes('?') || path.includes('#')) {
    throw usage('The path holds a query or a fragment.', 'Pass the query as query, without the ?.')
  }
  if (REWRITTEN_IN_PATH.test(path) || DOT_SEGMENT.test(path)) {
    throw usage(
      'The path has characters or dot segments that an HTTP stack would rewrite.',
      'Percent-encode it: what is signed must be what is sent.',
    )
  }
}

/** @throws USAGE for a query that would not be sent as it is, or that names a parameter twice */
export function checkQuery(query: string): void {
  if (typeof query !== 'string') {
    throw usage('The query is not a string.', 'Build it with kucoinQuery.')
  }
  if (query.startsWith('?')) throw usage('The query begins with ?.', 'Leave the ? out.')
  if (REWRITTEN_IN_QUERY.test(query)) {
    throw usage(
      'The query has a character that is not percent-encoded, or a % that encodes nothing.',
      'Build it with kucoinQuery from values as they are: it encodes each once. A + is %2B.',
    )
  }
  checkNames(query)
}

/** Which of two values counts would be the server's guess. */
function checkNames(query: string): void {
  const names: string[] = []
  for (let start = 0; start <= query.length;) {
    const next = query.indexOf('&', start)
    const end = next === -1 ? query.length : next
    const equals = query.indexOf('=', start)
    const name = query.slice(start, equals === -1 || equals > end ? end : equals)
    if (name === '') {
      throw usage(
        `The query has no name for parameter ${names.length + 1}.`,
        'Remove the stray & or =.',
      )
    }
    const plain = name.includes('%') ? decoded(name) : name
    if (names.includes(plain)) {
      throw usage(`The query names ${shown(plain, names)} twice.`, 'Send each parameter once.')
    }
    names.push(plain)
    start = end + 1
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** The name, unless it is long or odd enough to be a value in the wrong place. */
function shown(name: string, before: readonly string[]): string {
  return PRINTABLE_NAME.test(name) ? name : `parameter ${before.indexOf(name) + 1}`
}
