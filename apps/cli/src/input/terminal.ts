import type { Terminal } from '../context.ts'

/** Whether somebody can be asked: a terminal to read from and one to write the question to, and not forbidden. */
export function mayAsk(
  terminal: Pick<Terminal, 'stdin' | 'stderr'>,
  flags: { readonly noInput?: boolean | undefined },
): boolean {
  return flags.noInput !== true && terminal.stdin.isTty && terminal.stderr.isTty
}
