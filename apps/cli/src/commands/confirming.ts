import type { CredentialRef } from '@mm-secrets/core'
import { formatRef, SecretsError } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import type { ConfirmFlags } from '../input/confirm.ts'
import { confirm, confirmTyped } from '../input/confirm.ts'

/** The option that answers for scripts. */
export const yesFlag = {
  kind: 'boolean',
  optional: true,
  withNegated: false,
  brief: 'Answer the question with yes; never for prod',
} as const

/**
 * Has a person confirm a change: with yes, which `--yes` answers, or for prod by typing the name of the credential.
 *
 * @param does what would happen: `This deletes prod/bybit.`
 * @param done what it would be afterwards: `deleted`
 * @throws DECLINED, INTERRUPTED, USAGE where nobody can be asked
 */
export async function confirmChange(
  { terminal }: CliContext,
  flags: ConfirmFlags,
  ref: CredentialRef,
  does: string,
  done: string,
): Promise<void> {
  if (ref.env !== 'prod') {
    await confirm(terminal, flags, `${does} Go on?`)
    return
  }
  const name = formatRef(ref)
  const refusal = new SecretsError('USAGE', `${name} is ${done} only at a terminal.`, {
    hint: 'Standard input and standard error must be a terminal, where the name is typed to confirm.',
  })
  await confirmTyped(terminal, flags, does, name, refusal)
}
