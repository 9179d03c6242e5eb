import { SecretsError } from '../errors/secrets-error.ts'

/** RFC 8259: a string, a number or a literal, or one of the six structural characters. */
const TOKEN =
  // eslint-disable-next-line no-control-regex -- RFC 8259, section 7: control characters must be escaped
  /("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|[{}[\],:]/y
const SPACE = /[ \t\n\r]*/y

type Expected = 'value' | 'first item' | 'name' | 'first name' | 'colon' | 'more'

/**
 * JSON from a place that may hold secrets. `JSON.parse` quotes the text in its message; this says only where.
 *
 * @param what names the place: 'MM_FAKE_SECRETS_JSON'
 * @throws CONFIG with line and column
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    const before = text.slice(0, jsonErrorOffset(text)).split('\n')
    const column = (before.at(-1)?.length ?? 0) + 1
    throw new SecretsError(
      'CONFIG',
      `${what} is not valid JSON: line ${before.length}, column ${column}.`,
      { hint: 'Names and texts stand in double quotes; no comma follows the last entry.' },
    )
  }
}

/** Where a text stops being JSON: the offset of the first token that does not fit, or its length. */
export function jsonErrorOffset(text: string): number {
  const open: string[] = []
  let expected: Expected = 'value'
  let offset = endOf(SPACE, text, 0)
  for (;;) {
    TOKEN.lastIndex = offset
    const token = TOKEN.exec(text)
    if (token === null) return offset
    const next = follow(expected, token[0], token[1] !== undefined, open)
    if (next === null) return offset
    expected = next
    offset = endOf(SPACE, text, offset + token[0].length)
  }
}

/** What is expected after a token, or null where it does not fit. Keeps `open` up to date. */
function follow(
  expected: Expected,
  token: string,
  isScalar: boolean,
  open: string[],
): Expected | null {
  const inside = open.at(-1)
  const closes = (token === '}' && inside === '{') || (token === ']' && inside === '[')
  switch (expected) {
    case 'value':
    case 'first item':
      if (isScalar) return 'more'
      if (token === '{' || token === '[') {
        open.push(token)
        return token === '{' ? 'first name' : 'first item'
      }
      return closes && expected === 'first item' ? close(open) : null
    case 'name':
    case 'first name':
      if (isScalar && token.startsWith('"')) return 'colon'
      return closes && expected === 'first name' ? close(open) : null
    case 'colon':
      return token === ':' ? 'value' : null
    case 'more':
      if (closes) return close(open)
      if (token !== ',' || inside === undefined) return null
      return inside === '{' ? 'name' : 'value'
  }
}

function close(open: string[]): Expected {
  open.pop()
  return 'more'
}

function endOf(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset
  pattern.test(text)
  return pattern.lastIndex
}
