import type { Route } from '../app.ts'
import type { Verb } from '../commands/verb.ts'

/** What stricli and our own options say of an option, as far as completion asks. */
export interface Option {
  /** `--env` without its hyphens. */
  readonly name: string
  /** `m` for `-m`; null: there is none. */
  readonly alias: string | null
  readonly brief: string
  readonly takesValue: boolean
  readonly hidden: boolean
  readonly repeatable: boolean
  /** `--watch` alone means something: a value follows `=` only. */
  readonly optionalValue: boolean
  readonly placeholder: string
  /** The words that it takes, where these are few and known. */
  readonly choices: () => Promise<readonly string[]>
}

type Flag = NonNullable<Verb['command']['parameters']['flags']>[string]

/** The options that are given before the cursor, by name. */
export type Given = ReadonlyMap<string, string>

/** What is expected at the cursor. */
export type Position =
  | { readonly at: 'command'; readonly routes: Readonly<Record<string, Route>> }
  | { readonly at: 'option'; readonly options: readonly Option[]; readonly operand: string | null }
  | {
      readonly at: 'value'
      readonly option: Option
      readonly given: Given
      /** `--env=`, which the word begins with; empty: the value is a word of its own. */
      readonly prefix: string
    }
  /** Another program's command line, of so many words up to the cursor. */
  | { readonly at: 'program'; readonly words: number }
  | { readonly at: 'nothing' }

const NOTHING: Position = { at: 'nothing' }
const ROOT_WORDS = new Set(['help'])

/**
 * Finds out what a person may type next.
 *
 * @param routes those that these words may lead to
 * @param words after the program's name; the last is the one being typed, and may be empty
 */
export function positionOf(
  routes: Readonly<Record<string, Route>>,
  words: readonly string[],
): Position {
  const before = words.slice(0, -1)
  const partial = words.at(-1) ?? ''
  const separator = before.indexOf('--')
  let here: Readonly<Record<string, Route>> = routes
  for (const [index, word] of before.entries()) {
    if (index === 0 && ROOT_WORDS.has(word)) continue
    const route = Object.hasOwn(here, word) ? here[word] : undefined
    if (route === undefined) return NOTHING
    if ('verbs' in route) {
      here = route.verbs
      continue
    }
    if (separator >= 0) return behindSeparator(route, words.length - separator - 1)
    return inCommand(route, before.slice(index + 1), partial)
  }
  return { at: 'command', routes: here }
}

/** The options of a command, in the order of its help. */
export function optionsOf({ command }: Verb): readonly Option[] {
  const { aliases = {}, flags = {} } = command.parameters
  return Object.entries(flags).map(([name, flag]) => ({
    name: kebab(name),
    alias: Object.entries(aliases).find(([, aliased]) => aliased === name)?.[0] ?? null,
    brief: flag.brief,
    takesValue: flag.kind !== 'boolean' && flag.kind !== 'counter',
    hidden: 'hidden' in flag && (flag.hidden ?? false),
    repeatable: 'variadic' in flag && Boolean(flag.variadic),
    optionalValue: 'inferEmpty' in flag && (flag.inferEmpty ?? false),
    placeholder: 'placeholder' in flag ? (flag.placeholder ?? '') : '',
    choices: choicesOf(flag),
  }))
}

function choicesOf(flag: Flag): Option['choices'] {
  if (flag.kind === 'enum') return () => Promise.resolve(flag.values)
  if (!('proposeCompletions' in flag)) return () => Promise.resolve([])
  // Words that a command declares do not depend on where it runs.
  return async () => (await flag.proposeCompletions?.call(undefined as never, '')) ?? []
}

function behindSeparator({ manual }: Verb, words: number): Position {
  return manual.operands?.startsWith('-- ') === true ? { at: 'program', words } : NOTHING
}

function inCommand(verb: Verb, before: readonly string[], partial: string): Position {
  const options = optionsOf(verb)
  const given = new Map<string, string>()
  let operands = 0
  for (let index = 0; index < before.length; index++) {
    const word = before[index] ?? ''
    const { option, value } = readOption(options, word)
    if (!word.startsWith('-')) operands++
    if (option === undefined) continue
    if (value !== null || !takesNext(option)) given.set(option.name, value ?? '')
    else if (index + 1 < before.length) given.set(option.name, before[++index] ?? '')
    else return { at: 'value', option, given, prefix: '' }
  }
  const { option, value } = readOption(options, partial)
  if (value !== null) {
    const prefix = partial.slice(0, partial.indexOf('=') + 1)
    return option?.takesValue === true ? { at: 'value', option, given, prefix } : NOTHING
  }
  const operand = operands > 0 ? null : operandOf(verb)
  const open = options.filter((each) => !each.hidden && (each.repeatable || !given.has(each.name)))
  return { at: 'option', options: open, operand }
}

/** `FILE`; another program's command line is none. */
function operandOf({ manual }: Verb): string | null {
  const { operands } = manual
  return operands === undefined || operands.startsWith('-') ? null : operands
}

function takesNext({ optionalValue, takesValue }: Option): boolean {
  return takesValue && !optionalValue
}

/** @returns value: what follows `=`, or null */
function readOption(
  options: readonly Option[],
  word: string,
): { readonly option: Option | undefined; readonly value: string | null } {
  const [, alias] = /^-([a-zA-Z])$/.exec(word) ?? []
  if (alias !== undefined) {
    return { option: options.find((option) => option.alias === alias), value: null }
  }
  if (!word.startsWith('--')) return { option: undefined, value: null }
  const equals = word.indexOf('=')
  const name = kebab(equals < 0 ? word.slice(2) : word.slice(2, equals))
  const value = equals < 0 ? null : word.slice(equals + 1)
  return { option: options.find((option) => option.name === name), value }
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
