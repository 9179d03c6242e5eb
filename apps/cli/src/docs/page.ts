import type { Command } from '@stricli/core'
import type { Route } from '../app.ts'
import { outputFlags } from '../commands/flags.ts'
import type { Example, Manual, Verb } from '../commands/verb.ts'
import type { CliContext } from '../context.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { EXIT_MEANINGS } from '../output/exit-code.ts'

interface OptionLine {
  /** `--env ENV`, `-m, --message TEXT` */
  readonly syntax: string
  readonly brief: string
  readonly required: boolean
}

export interface ExitLine {
  readonly code: ExitCode
  readonly meaning: string
}

/** All that is to be said of one command: help, man page and reference are three ways to print it. */
export interface CommandPage {
  readonly kind: 'command'
  /** `save`, `audit show` */
  readonly name: string
  readonly brief: string
  readonly usage: string
  readonly description: readonly string[]
  readonly options: readonly OptionLine[]
  readonly examples: readonly Example[]
  readonly exits: readonly ExitLine[]
}

/** A group of commands: the program itself, or `audit`. */
export interface GroupPage {
  readonly kind: 'group'
  readonly name: string
  readonly brief: string
  readonly commands: readonly { readonly name: string; readonly brief: string }[]
}

const ALWAYS = [0, 1, 2, 130] as const

const HELP_OPTION: OptionLine = { syntax: '-h, --help', brief: 'Print this', required: false }

/** Every command of these routes, by full name. */
export function commandPages(
  routes: Readonly<Record<string, Route>>,
  above = '',
): readonly CommandPage[] {
  return Object.entries(routes).flatMap(([name, route]) =>
    'command' in route
      ? [commandPage(`${above}${name}`, route)]
      : commandPages(route.verbs, `${above}${name} `),
  )
}

export function commandPage(name: string, { command, manual }: Verb): CommandPage {
  const options = optionLines(command)
  return {
    kind: 'command',
    name,
    brief: manual.brief,
    usage: usage(name, options, manual),
    description: manual.description,
    options: [...options, HELP_OPTION],
    examples: manual.examples,
    exits: exitLines(manual),
  }
}

/** @param name empty for the program itself */
export function groupPage(
  name: string,
  brief: string,
  routes: Readonly<Record<string, Route>>,
): GroupPage {
  const commands = Object.entries(routes).map(([route, each]) => ({
    name: route,
    brief: 'command' in each ? each.manual.brief : each.brief,
  }))
  return { kind: 'group', name, brief, commands }
}

/** Every exit status of the program. */
export function allExits(): readonly ExitLine[] {
  return Object.entries(EXIT_MEANINGS).map(([code, meaning]) => ({
    code: Number(code) as ExitCode,
    meaning,
  }))
}

function exitLines({ exits }: Manual): readonly ExitLine[] {
  const wanted = new Set<ExitCode>([...ALWAYS, ...exits])
  return allExits().filter(({ code }) => wanted.has(code))
}

function optionLines({ parameters }: Command<CliContext>): readonly OptionLine[] {
  const aliases = Object.entries(parameters.aliases ?? {})
  const flags = Object.entries(parameters.flags ?? {})
  const isCommon = ([name]: readonly [string, unknown]): boolean => name in outputFlags
  const common = flags.filter(isCommon)
  const own = flags.filter((flag) => !isCommon(flag))
  return [...own, ...common].flatMap(([name, flag]) => {
    if ('hidden' in flag && flag.hidden) return []
    const alias = aliases.find(([, aliased]) => aliased === name)?.[0]
    const short = alias === undefined ? '' : `-${alias}, `
    const placeholder = flag.kind === 'boolean' ? '' : ` ${flag.placeholder ?? 'VALUE'}`
    const syntax = `${short}--${kebab(name)}${placeholder}`
    return [{ syntax, brief: flag.brief, required: flag.optional !== true }]
  })
}

function usage(name: string, options: readonly OptionLine[], { operands }: Manual): string {
  const required = options.filter((option) => option.required).map((option) => option.syntax)
  return [
    'mm-secrets',
    name,
    ...required.map((syntax) => syntax.replace(/^-., /, '')),
    '[options]',
    ...(operands === undefined ? [] : [operands]),
  ].join(' ')
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
