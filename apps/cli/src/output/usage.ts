import { ENVIRONMENTS, errorCode, EXCHANGES, SecretsError, suggest } from '@mm-secrets/core'
import {
  AliasNotFoundError,
  ArgumentParseError,
  FlagNotFoundError,
  InvalidNegatedFlagSyntaxError,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from '@stricli/core'

/**
 * What may be repeated of an argument that was not understood: a short word of small letters, near one that is known.
 * Anything else may be a value in the wrong place.
 */
const WORD = /^[a-z]{1,20}(?:-[a-z]{1,12}){0,3}$/

/** Nobody's passphrase stands behind two hyphens in one short word. */
const PLAIN_OPTION = /^[a-z]{1,12}$/

/** Names that are typed without their option. */
const OF_AN_OPTION = [...ENVIRONMENTS, ...EXCHANGES]

/** An error of the parser in our words. @returns anything else unchanged */
export function usageError(error: unknown): unknown {
  if (error instanceof ArgumentParseError) {
    if (errorCode(error.exception) !== null) return error.exception
    return usage(`--${error.externalFlagNameOrPlaceholder} does not take such a value.`)
  }
  if (error instanceof FlagNotFoundError) {
    return usage(`Unknown option${quotedOption(error)}.${suggested(error.corrections)}`)
  }
  if (error instanceof AliasNotFoundError) return usage(`Unknown option -${error.input}.`)
  if (error instanceof UnsatisfiedFlagError)
    return usage(`Give --${error.externalFlagName} a value.`)
  if (error instanceof UnsatisfiedPositionalError) return usage(`Give a ${error.placeholder}.`)
  if (error instanceof UnexpectedFlagError) {
    return usage(`--${error.externalFlagName} is given twice.`)
  }
  if (error instanceof UnexpectedPositionalError) {
    const option = /^(--[a-z][a-z-]*)=$/.exec(error.input)?.[1]
    if (option !== undefined) return usage(`${option} is given without a value.`)
    return usage(
      `Unexpected argument${quoted(error.input, suggest(error.input, OF_AN_OPTION))}.`,
      'Options begin with two hyphens; what run starts comes after --.',
    )
  }
  if (error instanceof InvalidNegatedFlagSyntaxError) {
    return usage(`--${error.externalFlagName} takes no value.`)
  }
  return error
}

/** @param similar commands that may have been meant, the likeliest first */
export function unknownCommand(input: string, similar: readonly string[]): SecretsError {
  if (input.startsWith('-')) {
    return usage('There is an option before the command.', 'Options follow the command.')
  }
  const [likeliest] = similar
  const suggestion = likeliest === undefined ? '' : ` Did you mean "${likeliest}"?`
  return usage(`Unknown command${quoted(input, likeliest ?? null)}.${suggestion}`)
}

/** Several complaints about one command line as one error. */
export function joinErrors(errors: readonly unknown[]): unknown {
  const [first, ...rest] = errors
  if (rest.length === 0) return first
  const bug = errors.find((error) => !(error instanceof SecretsError))
  if (bug !== undefined) return bug
  const messages = (errors as readonly SecretsError[]).map((error) => error.message)
  return usage([...new Set(messages)].join(' '))
}

function usage(message: string, hint = 'Add --help to see how it is used.'): SecretsError {
  return new SecretsError('USAGE', message, { hint })
}

function quotedOption({ corrections, input }: FlagNotFoundError): string {
  const isShown = corrections.length > 0 ? WORD.test(input) : PLAIN_OPTION.test(input)
  return isShown ? ` --${input}` : ''
}

function quoted(input: string, near: string | null): string {
  return near !== null && WORD.test(input) ? ` ${input}` : ''
}

function suggested([likeliest]: readonly string[]): string {
  return likeliest === undefined ? '' : ` Did you mean --${kebab(likeliest)}?`
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
