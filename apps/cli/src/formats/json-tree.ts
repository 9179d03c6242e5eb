import { unreadable } from './refusals.ts'

/** JSON of which every part knows its line. */
export type JsonNode =
  | { readonly kind: 'object'; readonly line: number; readonly entries: readonly JsonEntry[] }
  | { readonly kind: 'array'; readonly line: number }
  | { readonly kind: 'string'; readonly line: number; readonly text: string }
  /** A number, true or false. */
  | { readonly kind: 'null' | 'other'; readonly line: number }

export interface JsonEntry {
  readonly key: string
  readonly value: JsonNode
}

/** Deeper than any configuration, and no danger to the stack. */
const MAX_DEPTH = 100

/** RFC 8259, sections 3 and 6, and NaN and Infinity, which rapidjson takes. */
const OTHER = /true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\r\n]+|\/\/[^\n]*|\/\*[^]*?\*\//y

/**
 * Parses JSON and keeps the line of each value. Comments and trailing commas are taken, as freqtrade's reader
 * (rapidjson with PM_COMMENTS and PM_TRAILING_COMMAS) does: https://www.freqtrade.io/en/stable/configuration/
 *
 * JSON.parse knows no lines, takes the last of two equal keys without a word, and repeats the text in its errors.
 *
 * @throws INVALID_VALUE naming the line, never what stands there
 */
export function parseJsonTree(text: string): JsonNode {
  let at = 0
  let line = 1

  const invalid = () => unreadable(`is not valid JSON in line ${line}`)

  /** What comes next, if it is of this form. */
  function take(form: RegExp): string | null {
    form.lastIndex = at
    const taken = form.exec(text)?.[0]
    if (taken === undefined) return null
    at += taken.length
    return taken
  }

  function skipSpace(): void {
    for (let taken = take(SPACE); taken !== null; taken = take(SPACE)) {
      line += taken.split('\n').length - 1
    }
  }

  function takeMark(mark: string): boolean {
    skipSpace()
    if (text[at] !== mark) return false
    at++
    return true
  }

  function stringText(): string | null {
    if (text[at] !== '"') return null
    const begins = at
    let end = begins + 1
    // A loop, since a regular expression may run out of stack over a string of megabytes.
    while (end < text.length && text[end] !== '"' && text[end] !== '\n') {
      end += text[end] === '\\' ? 2 : 1
    }
    at = end + 1
    try {
      return JSON.parse(text.slice(begins, at)) as string
    } catch {
      throw invalid()
    }
  }

  function value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw unreadable(`is nested too deeply in line ${line}`)
    const begins = line
    if (takeMark('{')) return { kind: 'object', line: begins, entries: entries(depth) }
    if (takeMark('[')) {
      items(depth)
      return { kind: 'array', line: begins }
    }
    const string = stringText()
    if (string !== null) return { kind: 'string', line: begins, text: string }
    const other = take(OTHER)
    if (other === null) throw invalid()
    return { kind: other === 'null' ? 'null' : 'other', line: begins }
  }

  function entries(depth: number): readonly JsonEntry[] {
    const all: JsonEntry[] = []
    while (!takeMark('}')) {
      const key = stringText()
      if (key === null || !takeMark(':')) throw invalid()
      skipSpace()
      all.push({ key, value: value(depth + 1) })
      if (!takeMark(',')) {
        if (takeMark('}')) break
        throw invalid()
      }
    }
    return all
  }

  function items(depth: number): void {
    while (!takeMark(']')) {
      value(depth + 1)
      if (!takeMark(',')) {
        if (takeMark(']')) break
        throw invalid()
      }
    }
  }

  skipSpace()
  const node = value(0)
  skipSpace()
  if (at < text.length) throw invalid()
  return node
}

/** The entries of an object. @throws INVALID_VALUE where it is something else */
export function entriesOf(node: JsonNode, name: string): readonly JsonEntry[] {
  if (node.kind === 'object') return node.entries
  throw unreadable(`has no object ${name} in line ${node.line}`)
}
