import { unreadable } from './refusals.ts'

/** An assignment of a `.env` file. */
export interface DotenvLine {
  readonly name: string
  readonly line: number
  readonly lastLine: number
  /** `NAME=` and nothing behind it has an empty value. */
  readonly value: string
  /** Why this is not the value itself, to follow the name; null: it is. */
  readonly problem: string | null
  /** A comment that would be an assignment without its `#`. */
  readonly commented: boolean
}

export interface DotenvFile {
  readonly assignments: readonly DotenvLine[]
  /** Other lines, which no reader understands: their numbers and text, which may hold a value. */
  readonly others: readonly { readonly line: number; readonly text: string }[]
}

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=[^\S\n]*/
const COMMENTED = /^\s*#[#\s]*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/
/** Space or a comment. */
const NOTHING = /^\s*(?:#.*)?$/
/** What a shell would take for a second assignment or command. */
const SECOND = /\s[A-Za-z_][A-Za-z0-9_]*=|;\s*(?:export\b|$)/
const REFERENCE = /\$[A-Za-z_{(]|`/

/** Single quotes keep every reader from replacing anything. */
const REFERS = 'refers to something else; a value with a $ belongs in single quotes'
const CROWDED = 'has something behind its value; write one assignment in a line'

/** Escapes within double quotes, of which every reader knows these: `\n`, `\r`, `\t`, `\"`, `\\`, `\$`. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/**
 * Splits a `.env` file. There is no standard; this takes what npm's dotenv, python-dotenv, docker compose and a shell
 * read alike: `export` in front, quotes of either kind, values of several lines within them, comments of a line or
 * behind a value, CRLF.
 *
 * @throws INVALID_VALUE for a quote that is never closed: nobody knows what belongs to it
 */
export function splitDotenv(text: string): DotenvFile {
  const lines = text.split(/\r\n|\r|\n/)
  const assignments: DotenvLine[] = []
  const others: { line: number; text: string }[] = []
  for (let index = 0; index < lines.length; index++) {
    const current = lines[index] ?? ''
    const line = index + 1
    const [matched, name = ''] = ASSIGNMENT.exec(current) ?? []
    if (matched === undefined) {
      const [, hidden, rest = ''] = COMMENTED.exec(current) ?? []
      if (hidden !== undefined) {
        assignments.push({ ...plain(hidden, line, rest), commented: true })
      } else if (!NOTHING.test(current)) others.push({ line, text: current })
      continue
    }
    const rest = current.slice(matched.length)
    const quote = rest[0]
    if (quote !== "'" && quote !== '"') {
      assignments.push(plain(name, line, rest))
      continue
    }
    const quoted = readQuoted(quote, [rest.slice(1), ...lines.slice(index + 1, index + MAX_LINES)])
    if (quoted === null) throw unreadable(`has a quote in line ${line} that is never closed`)
    if (!NOTHING.test(quoted.rest)) {
      throw unreadable(`has more behind the closing quote in line ${line + quoted.lines - 1}`)
    }
    index += quoted.lines - 1
    assignments.push({ name, line, lastLine: index + 1, ...quoted.content, commented: false })
  }
  return { assignments, others }
}

/** The longest value that has lines, a PEM block of RSA with 16,384 bits, has some 200 of them. */
const MAX_LINES = 1000

function plain(name: string, line: number, rest: string): DotenvLine {
  // A hash is part of the value unless a space stands before it.
  const value = rest.replace(/(?:^|\s)#.*$/, '').trim()
  const problem = SECOND.test(value) ? CROWDED : REFERENCE.test(value) ? REFERS : null
  return { name, line, lastLine: line, value, problem, commented: false }
}

interface Quoted {
  readonly lines: number
  /** What follows in the last line. */
  readonly rest: string
  readonly content: { readonly value: string; readonly problem: string | null }
}

function readQuoted(quote: string, lines: readonly string[]): Quoted | null {
  let value = ''
  let problem: string | null = null
  for (const [count, line] of lines.entries()) {
    for (let at = 0; at < line.length; at++) {
      const character = line[at] ?? ''
      if (character === quote) {
        return { lines: count + 1, rest: line.slice(at + 1), content: { value, problem } }
      }
      if (quote === '"' && character === '\\' && at + 1 < line.length) {
        at++
        const escaped = line[at] ?? ''
        value += ESCAPES[escaped] ?? escaped
        continue
      }
      if (quote === '"' && REFERENCE.test(line.slice(at, at + 2))) problem = REFERS
      value += character
    }
    value += '\n'
  }
  return null
}
