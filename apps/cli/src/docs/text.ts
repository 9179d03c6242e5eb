import type { Style } from '../output/style.ts'
import { VARIABLES } from './environment.ts'
import type { CommandPage, ExitLine, GroupPage } from './page.ts'
import { allExits } from './page.ts'
import { wrap } from './wrap.ts'

/** Beyond this a line is hard to read, however wide the terminal. */
const MAX_WIDTH = 100
/** A term longer than this has its explanation on the next line. */
const MAX_TERM = 26

/** The help of a command, for a terminal of so many columns. */
export function commandText(page: CommandPage, columns: number, style: Style): string {
  const width = Math.min(columns, MAX_WIDTH)
  return sections([
    headline(`mm-secrets ${page.name}`, page.brief, width),
    [style.bold('USAGE'), `  ${page.usage}`],
    separated(page.description.map((text) => wrap(text, width))),
    [
      style.bold('OPTIONS'),
      ...terms(
        page.options.map(({ brief, required, syntax }) => [
          syntax,
          required ? `${brief} (required)` : brief,
        ]),
        width,
      ),
    ],
    [
      style.bold('EXAMPLES'),
      ...separated(page.examples.map(({ does, line }) => [style.dim(`  # ${does}`), `  ${line}`])),
    ],
    exitSection(page.exits, width, style),
  ])
}

/** The help of a group of commands, or of the program itself. */
export function groupText(page: GroupPage, columns: number, style: Style): string {
  const width = Math.min(columns, MAX_WIDTH)
  const program = page.name === '' ? 'mm-secrets' : `mm-secrets ${page.name}`
  const commands = [
    headline(program, page.brief, width),
    [style.bold('USAGE'), `  ${program} COMMAND [options]`],
    [
      style.bold('COMMANDS'),
      ...terms(
        page.commands.map(({ brief, name }) => [name, brief]),
        width,
      ),
    ],
  ]
  if (page.name !== '') return sections(commands)
  return sections([
    ...commands,
    [
      style.bold('FIRST STEPS'),
      '  mm-secrets save --env dev --exchange bybit',
      '  mm-secrets fetch --env dev --exchange bybit',
      '  mm-secrets run --env dev --exchange bybit -- PROGRAM',
      '  mm-secrets status',
      '  mm-secrets COMMAND --help',
    ],
    [style.bold('ENVIRONMENT'), ...terms(VARIABLES, width)],
    exitSection(allExits(), width, style),
  ])
}

function headline(name: string, brief: string, width: number): readonly string[] {
  return wrap(`${name} - ${brief.charAt(0).toLowerCase()}${brief.slice(1)}`, width)
}

function exitSection(exits: readonly ExitLine[], width: number, style: Style): readonly string[] {
  const lines = exits.map(({ code, meaning }) => [String(code), meaning] as const)
  return [style.bold('EXIT STATUS'), ...terms(lines, width)]
}

/** Terms in a column, each with its explanation beside it. */
function terms(
  pairs: readonly (readonly [string, string] | readonly string[])[],
  width: number,
): readonly string[] {
  const column = Math.min(MAX_TERM, Math.max(...pairs.map(([term = '']) => term.length)))
  const indent = ' '.repeat(column + 4)
  return pairs.flatMap(([term = '', text = '']) => {
    const [first = '', ...rest] = wrap(text, Math.max(20, width - indent.length))
    const head =
      term.length <= column
        ? [`  ${term.padEnd(column)}  ${first}`]
        : [`  ${term}`, `${indent}${first}`]
    return [...head, ...rest.map((line) => `${indent}${line}`)]
  })
}

function separated(blocks: readonly (readonly string[])[]): readonly string[] {
  return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]))
}

function sections(blocks: readonly (readonly string[])[]): string {
  return `${separated(blocks).join('\n')}\n`
}
