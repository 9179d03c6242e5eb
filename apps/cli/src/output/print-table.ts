import type { Terminal } from '../context.ts'
import { styleFor } from './style.ts'
import type { Column } from './table.ts'
import { tableLines } from './table.ts'

/** Prints rows as a table as wide as the terminal, the titles dimmed. */
export function printTable(
  terminal: Pick<Terminal, 'stdout' | 'env'>,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): void {
  const { stdout, env } = terminal
  const style = styleFor(stdout.isTty, env)
  const [titles = '', ...lines] = tableLines(columns, rows, stdout.columns)
  stdout.write([style.dim(titles), ...lines, ''].join('\n'))
}
