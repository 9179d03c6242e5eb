import { VARIABLES } from './environment.ts'
import type { CommandPage } from './page.ts'
import { allExits } from './page.ts'

/** The reference of every command, `docs/cli.md`. */
export function referenceMarkdown(summary: string, pages: readonly CommandPage[]): string {
  return blocks([
    '# mm-secrets',
    '<!-- Generated from the commands in apps/cli/src/commands: `vitest run test/unit/docs --update` in apps/cli. -->',
    `${summary}.`,
    'Data goes to standard output, everything else to standard error. On a terminal `list`, `status`, `history` and `audit show` print tables; piped, or with `--json`, every command prints one line of JSON with sorted keys, whose shape is a schema in `apps/cli/schemas`. With `--json` an error is `{"error":{"code","hint","message"}}`, the last line of standard error.',
    '## Commands',
    pages.map(({ brief, name }) => `- [\`${name}\`](#${anchor(name)}): ${brief}`).join('\n'),
    ...pages.flatMap(commandBlocks),
    '## Environment',
    VARIABLES.map(([name, text]) => `- \`${name}\`: ${text}`).join('\n'),
    '## Exit status',
    allExits()
      .map(({ code, meaning }) => `- \`${code}\`: ${meaning}`)
      .join('\n'),
  ])
}

function commandBlocks(page: CommandPage): readonly string[] {
  return [
    `## ${page.name}`,
    `${page.brief}.`,
    fence('text', [page.usage]),
    ...page.description,
    page.options
      .map(
        ({ brief, required, syntax }) =>
          `- \`${syntax}\`: ${brief}${required ? ' (required)' : ''}`,
      )
      .join('\n'),
    fence(
      'sh',
      page.examples.flatMap(({ does, line }, index) => [
        ...(index === 0 ? [] : ['']),
        `# ${does}`,
        line,
      ]),
    ),
    `Exit status: ${page.exits.map(({ code }) => `\`${code}\``).join(', ')}.`,
  ]
}

function anchor(name: string): string {
  return name.replaceAll(' ', '-')
}

function fence(language: string, lines: readonly string[]): string {
  return ['```' + language, ...lines, '```'].join('\n')
}

function blocks(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}
