/** `*` and `?`; `within`: they stand for anything but a colon. */
interface Wildcard {
  readonly many: boolean
  readonly within: boolean
}

/** A text with wildcards: `*` is any number of characters, `?` exactly one. Texts in it are single characters. */
export type Pattern = readonly (string | Wildcard)[]

/**
 * The value of a policy variable: null where the request has none, and then the statement applies to nothing.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export type Variables = (name: string) => string | null

/**
 * @param variables null where a policy has none (its version is 2008-10-17): `${` is then text as any other
 * @param ofArn wildcards stay within the fields of an ARN, but for a `*` at the end of one
 * @returns null where a variable has no value
 */
export function pattern(text: string, variables: Variables | null, ofArn = false): Pattern | null {
  const tokens: (string | Wildcard)[] = []
  for (const { kind, text: part } of pieces(text, variables !== null)) {
    if (kind === 'text') {
      tokens.push(...characters(part, ofArn))
    } else {
      // What a variable stands for is text: a `*` in it is no wildcard.
      const value = variableValue(part, variables)
      if (value === null) return null
      tokens.push(...value)
    }
  }
  return tokens
}

function* characters(text: string, ofArn: boolean): Generator<string | Wildcard> {
  const chars = [...text]
  for (const [index, char] of chars.entries()) {
    const atEnd = (chars[index + 1] ?? ':') === ':'
    if (char === '*') yield { many: true, within: ofArn && !atEnd }
    else if (char === '?') yield { many: false, within: ofArn }
    else yield char
  }
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

/** Follows every way through the pattern at once, so that no text takes longer than the product of the lengths. */
export function matches(tokens: Pattern, text: string): boolean {
  let places = withSkipped(tokens, [0])
  for (const char of text) {
    const next = places.flatMap((place) => stepsOver(tokens[place], place, char))
    if (next.length === 0) return false
    places = withSkipped(tokens, next)
  }
  return places.includes(tokens.length)
}

function stepsOver(token: string | Wildcard | undefined, place: number, char: string): number[] {
  if (token === undefined) return []
  if (typeof token === 'string') return token === char ? [place + 1] : []
  if (token.within && char === ':') return []
  return [token.many ? place : place + 1]
}

/** A `*` may stand for nothing. */
function withSkipped(tokens: Pattern, places: readonly number[]): number[] {
  const all = new Set<number>()
  for (let place of places) {
    while (!all.has(place)) {
      all.add(place)
      const token = tokens[place]
      if (typeof token === 'object' && token.many) place += 1
    }
  }
  return [...all]
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
