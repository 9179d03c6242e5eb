const ANY: unique symbol = Symbol('*')
const ONE: unique symbol = Symbol('?')

/** A text with wildcards: `*` is any number of characters, `?` exactly one. */
export type Pattern = readonly (string | typeof ANY | typeof ONE)[]

/**
 * The value of a policy variable: null where the request has none, and then the statement applies to nothing.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export type Variables = (name: string) => string | null

/**
 * @param variables null where a policy has none (its version is 2008-10-17): `${` is then text as any other
 * @returns null where a variable has no value
 */
export function pattern(text: string, variables: Variables | null): Pattern | null {
  const tokens: (string | typeof ANY | typeof ONE)[] = []
  for (const { kind, text: part } of pieces(text, variables !== null)) {
    if (kind === 'text') {
      for (const char of part) tokens.push(char === '*' ? ANY : char === '?' ? ONE : char)
    } else {
      // What a variable stands for is text: a `*` in it is no wildcard.
      const value = variableValue(part, variables)
      if (value === null) return null
      tokens.push(...value)
    }
  }
  return tokens
}

/** The text with its variables put in, for comparisons that know no wildcards. */
export function literal(text: string, variables: Variables | null): string | null {
  let result = ''
  for (const { kind, text: part } of pieces(text, variables !== null)) {
    const value = kind === 'text' ? part : variableValue(part, variables)
    if (value === null) return null
    result += value
  }
  return result
}

/** In time proportional to both lengths, whatever the wildcards. */
export function matches(tokens: Pattern, text: string): boolean {
  const chars = [...text]
  let at = 0
  let inText = 0
  let star = -1
  let resume = 0
  while (inText < chars.length) {
    const token = tokens[at]
    if (token === ANY) {
      star = at++
      resume = inText
    } else if (token !== undefined && (token === ONE || token === chars[inText])) {
      at++
      inText++
    } else if (star >= 0) {
      at = star + 1
      inText = ++resume
    } else {
      return false
    }
  }
  while (tokens[at] === ANY) at++
  return at === tokens.length
}

interface Piece {
  readonly kind: 'text' | 'variable'
  readonly text: string
}

function* pieces(text: string, withVariables: boolean): Generator<Piece> {
  let from = 0
  if (withVariables) {
    for (const found of text.matchAll(/\$\{([^{}]*)\}/g)) {
      yield { kind: 'text', text: text.slice(from, found.index) }
      yield { kind: 'variable', text: found[1] ?? '' }
      from = found.index + found[0].length
    }
  }
  yield { kind: 'text', text: text.slice(from) }
}

/** `${*}`, `${?}` and `${$}` are the characters themselves; `${key, 'default'}` names what stands for a missing key. */
function variableValue(inside: string, variables: Variables | null): string | null {
  if (inside === '*' || inside === '?' || inside === '$') return inside
  const [, name = inside, fallback] = /^([^,]+?)\s*,\s*'(.*)'$/.exec(inside) ?? []
  return variables?.(name.trim()) ?? fallback ?? null
}
