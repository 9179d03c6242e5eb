import { VARIABLES } from './environment.ts'
import type { CommandPage } from './page.ts'
import { allExits } from './page.ts'

/** The man page, `mm-secrets.1`, in the macros of man(7). */
export function manPage(summary: string, pages: readonly CommandPage[]): string {
  const lines = [
    '.\\" Generated from the commands in apps/cli/src/commands.',
    '.TH MM\\-SECRETS 1 "" "mm\\-secrets" "User Commands"',
    '.SH NAME',
    `mm\\-secrets \\- ${lowerFirst(escape(summary))}`,
    '.SH SYNOPSIS',
    '.B mm\\-secrets',
    '.I COMMAND',
    '[options]',
    '.SH COMMANDS',
    ...pages.flatMap(command),
    '.SH ENVIRONMENT',
    ...VARIABLES.flatMap(([name, text]) => term(name, text)),
    '.SH EXIT STATUS',
    ...allExits().flatMap(({ code, meaning }) => term(String(code), meaning)),
  ]
  return `${lines.join('\n')}\n`
}

function command(page: CommandPage): readonly string[] {
  return [
    `.SS ${escape(page.name)}`,
    `${escape(page.brief)}.`,
    ...page.description.flatMap((text) => ['.PP', escape(text)]),
    '.PP',
    `.B ${escape(page.usage)}`,
    ...page.options.flatMap(({ brief, required, syntax }) =>
      term(syntax, required ? `${brief} (required)` : brief),
    ),
    '.PP',
    ...page.examples.flatMap(({ does, line }) => [
      `${escape(does)}:`,
      '.PP',
      '.RS 4',
      '.nf',
      escape(line),
      '.fi',
      '.RE',
      '.PP',
    ]),
    `Exit status: ${page.exits.map(({ code }) => code).join(', ')}.`,
  ]
}

function term(name: string, text: string): readonly string[] {
  return ['.TP', `.B ${escape(name)}`, escape(text)]
}

/** groff_char(7): a bare hyphen becomes a typographic one; a line must not begin like a request. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replace(/^([.'])/, '\\&$1')
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
