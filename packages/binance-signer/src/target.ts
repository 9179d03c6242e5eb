import { usage } from './signer-error.ts'

/**
 * What no HTTP stack or URL parser rewrites: the characters of RFC 3986 section 3.3 and 3.4, but for `'`, which
 * https://url.spec.whatwg.org/#special-query-percent-encode-set encodes.
 */
const REWRITTEN_IN_PATH = /[^A-Za-z0-9\-._~!$&()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/
const REWRITTEN_IN_QUERY = /[^A-Za-z0-9\-._~!$&()*+,;=:@/?%]|%(?![0-9A-Fa-f]{2})/

/** `.` and `..`, also percent-encoded: a URL parser removes them (https://url.spec.whatwg.org/#path-state). */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i

const PRINTABLE_NAME = /^[\w.-]{1,32}$/

/** @throws USAGE for a path that would not be sent as it is */
export function checkPath(path: string): void {
  if (typeof path !== 'string' || !path.startsWith('/') || path.startsWith('//')) {
    throw usage(
      'The path does not begin with one slash.',
      'Pass the path alone, without host: /api/v3/order.',
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

/** What the signer adds to the query. */
const ADDED: ReadonlySet<string> = new Set(['recvWindow', 'timestamp', 'signature'])

/**
 * @throws USAGE for a query or a body that would not be sent as it is, that names a parameter twice (Binance takes the
 *   one in the query then), or one that the signer adds
 */
export function checkParameters(query: string, body: string): void {
  const names: string[] = []
  if (query !== '') checkEncoded('query', query, names)
  if (body !== '') checkEncoded('body', body, names)
}

function checkEncoded(field: 'query' | 'body', text: string, names: string[]): void {
  if (typeof text !== 'string') {
    throw usage(`The ${field} is not a string.`, 'Build it with binanceQuery.')
  }
  if (text.startsWith('?')) throw usage(`The ${field} begins with ?.`, 'Leave the ? out.')
  if (REWRITTEN_IN_QUERY.test(text)) {
    throw usage(
      `The ${field} has a character that is not percent-encoded, or a % that encodes nothing.`,
      'Build it with binanceQuery from values as they are: it encodes each once.',
    )
  }
  checkNames(field, text, names)
}

function checkNames(field: 'query' | 'body', text: string, names: string[]): void {
  for (let start = 0; start <= text.length;) {
    const next = text.indexOf('&', start)
    const end = next === -1 ? text.length : next
    const equals = text.indexOf('=', start)
    checkName(field, text.slice(start, equals === -1 || equals > end ? end : equals), names)
    start = end + 1
  }
}

function checkName(field: 'query' | 'body', name: string, names: string[]): void {
  const plain = name.includes('%') ? decoded(name) : name
  if (plain === '') {
    throw usage(
      `The ${field} has no name for parameter ${names.length + 1}.`,
      'Remove the stray & or =.',
    )
  }
  if (ADDED.has(plain)) {
    throw usage(
      `The ${field} names ${plain}, which the signer adds.`,
      'Leave it out; time and window are arguments.',
    )
  }
  if (names.includes(plain)) {
    throw usage(`The ${field} names ${shown(plain, names)} twice.`, 'Send each parameter once.')
  }
  names.push(plain)
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
