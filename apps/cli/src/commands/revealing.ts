import type { CredentialRef } from '@mm-secrets/core'
import { formatRef, permittedEnvironments, SecretsError } from '@mm-secrets/core'
import type { CliContext, Session } from '../context.ts'
import { confirmTyped } from '../input/confirm.ts'
import type { OutputFlags } from './flags.ts'

/**
 * Has a person type the name of what is about to be revealed, where that is prod.
 *
 * @param refs of one environment; several of them are named by it
 * @param does what happens then: `This shows the values of`
 * @throws REVEAL_REFUSED where nobody is at a terminal, DECLINED
 */
export async function confirmReveal(
  cli: CliContext,
  { settings }: Session,
  flags: OutputFlags,
  refs: readonly CredentialRef[],
  does: string,
): Promise<void> {
  const [first, second] = refs
  // Where prod is out of reach nobody types a confirmation in vain: the read says so.
  const reachable = permittedEnvironments(settings).includes('prod')
  if (first?.env !== 'prod' || !reachable) return
  const names = refs.map(formatRef)
  const name = second === undefined ? formatRef(first) : first.env
  const refusal = new SecretsError(
    'REVEAL_REFUSED',
    `${names.join(' and ')} ${second === undefined ? 'is' : 'are'} revealed only at a terminal.`,
    {
      hint: 'Standard input and standard error must be a terminal, where the name is typed to confirm.',
    },
  )
  await confirmTyped(cli.terminal, flags, `${does} ${names.join(' and ')}.`, name, refusal)
}
