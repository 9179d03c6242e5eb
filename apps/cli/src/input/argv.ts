import { Redacted } from '@mm-secrets/core'

/** Options whose argument begins with a hyphen (`--suffix "-new"`), which parsers take for another option. */
const HYPHENATED = new Set(['--suffix', '--from-suffix'])

/** Deprecated options that carry a value on the command line. */
const VALUED = new Set([
  '--api-key',
  '--api-secret',
  '--api-passphrase',
  '--new-api-key',
  '--new-api-secret',
  '--new-api-passphrase',
  '--value',
])

/** The parser takes `--apiKey` for `--api-key`, so it is looked for under both names. */
function kebab(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** A command line that is safe to parse and to show in an error. */
export interface PreparedArguments {
  readonly args: readonly string[]
  /** In the order met; `--api-key=0` in `args` stands for the first. */
  readonly values: readonly Redacted[]
  /** What follows `--`: another program's command line, which is not ours to read. Null: there is no `--`. */
  readonly program: readonly string[] | null
}

/**
 * Prepares a command line for the parser: a suffix is joined to its option, and a value is taken out and replaced by
 * its place among `values`. So a value may begin with a hyphen or hold lines, and no parser can ever repeat one.
 */
export function prepareArguments(argv: readonly string[]): PreparedArguments {
  const args: string[] = []
  const values: Redacted[] = []
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    // XBD 12.2, guideline 10: what follows is no option, also where it looks like one.
    if (argument === '--') return { args, values, program: argv.slice(index + 1) }
    const equals = argument.indexOf('=')
    const option = kebab(equals < 0 ? argument : argument.slice(0, equals))
    const takes = VALUED.has(option) || HYPHENATED.has(option)
    const value = !takes ? undefined : equals < 0 ? argv[index + 1] : argument.slice(equals + 1)
    if (value === undefined) {
      args.push(argument)
      continue
    }
    if (equals < 0) index++
    if (HYPHENATED.has(option)) args.push(...(value === '' ? [option, ''] : [`${option}=${value}`]))
    else args.push(`${option}=${values.push(new Redacted(value)) - 1}`)
  }
  return { args, values, program: null }
}
