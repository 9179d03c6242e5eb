import { SecretsError } from '@mm-secrets/core'
import type { Terminal } from '../context.ts'
import { mayAsk } from './terminal.ts'

export interface ConfirmFlags {
  readonly yes?: boolean | undefined
  readonly noInput?: boolean | undefined
}

/**
 * Asks yes or no; `--yes` answers for scripts.
 *
 * @throws DECLINED, INTERRUPTED, USAGE where nobody can be asked
 */
export async function confirm(
  terminal: Terminal,
  flags: ConfirmFlags,
  question: string,
): Promise<void> {
  if (flags.yes === true) return
  if (!mayAsk(terminal, flags)) {
    throw new SecretsError('USAGE', 'This needs a confirmation, and there is nobody to ask.', {
      hint: 'Add --yes to confirm it.',
    })
  }
  if (!(await terminal.prompts.confirm(question))) throw declined()
}

/**
 * Asks a person to type a name; nothing else, `--yes` least of all, can answer.
 *
 * @param refusal thrown where nobody can be asked
 * @throws DECLINED when something else was typed, INTERRUPTED
 */
export async function confirmTyped(
  terminal: Terminal,
  flags: Pick<ConfirmFlags, 'noInput'>,
  question: string,
  name: string,
  refusal: SecretsError,
): Promise<void> {
  if (!mayAsk(terminal, flags)) throw refusal
  const typed = await terminal.prompts.line(`${question} Type ${name} to confirm.`)
  if (typed.trim() !== name) throw declined()
}

function declined(): SecretsError {
  return new SecretsError('DECLINED', 'Declined; nothing was done.')
}
