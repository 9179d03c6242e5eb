import { wrap } from '../docs/wrap.ts'
import type { Output } from '../context.ts'

const INDENT = '  '
/** What a person copies: it stands at the end of a text. */
const COMMAND_AT_END = /: (mm-secrets .*)$/

/**
 * What is said under a label, in one line, as a program or `grep` reads it.
 *
 * A terminal that is too narrow breaks it between words, and a command at the end stands on a line of its own, which
 * is not broken: the terminal's own breaks are not copied, ours would be.
 *
 * @param label `note:`
 * @param mark how the label is shown
 * @returns with the newline
 */
export function statement(
  { columns, isTty }: Pick<Output, 'columns' | 'isTty'>,
  label: string,
  mark: (label: string) => string,
  text: string,
): string {
  const whole = `${label} ${text}`
  if (!isTty || whole.length <= columns) return `${mark(label)} ${text}\n`
  const [, command = null] = COMMAND_AT_END.exec(text) ?? []
  const prose = command === null ? whole : whole.slice(0, -command.length - 1)
  const lines = wrap(prose, columns - INDENT.length)
  const all = command === null ? lines : [...lines, command]
  return `${mark(label)}${all.join(`\n${INDENT}`).slice(label.length)}\n`
}
