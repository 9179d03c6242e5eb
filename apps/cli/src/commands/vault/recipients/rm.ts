import type { CredentialRef, Environment, VaultRecipient } from '@mm-secrets/core'
import { formatRef, printable, SecretsError } from '@mm-secrets/core'
import type { CliContext, Session } from '../../../context.ts'
import { confirmTyped } from '../../../input/confirm.ts'
import type { ExitCode } from '../../../output/exit-code.ts'
import { jsonLine } from '../../../output/json.ts'
import { note, refOptions, wantsJson } from '../../../output/messages.ts'
import { openSession } from '../../session.ts'
import type { Verb } from '../../verb.ts'
import { verb } from '../../verb.ts'
import type { VaultFlags } from '../flags.ts'
import { namedEnvironment, vaultFlags } from '../flags.ts'
import { recipientJson } from '../version-text.ts'

export const remove: Verb = verb<VaultFlags>({
  brief: 'Close a vault to one of its recipients',
  argument: { placeholder: 'RECIPIENT', brief: 'age1…, or its label' },
  description: [
    'Writes a version that the recipient cannot open and whose successors it cannot forge, and deletes the older versions, which it could. Those who stay notice nothing.',
    'It may have kept a copy, and it has known every credential in the vault: they are listed, to be rotated.',
    'The last recipient is not removed. To remove yourself, its label must be typed at a terminal.',
  ],
  examples: [
    { does: 'A colleague who leaves', line: 'mm-secrets vault recipients rm --env prod ada' },
  ],
  exits: [3, 4, 5, 6, 7, 9, 12],
  flags: vaultFlags,
  run,
})

async function run(cli: CliContext, flags: VaultFlags, who: string): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const session = await openSession(cli, flags)
  const env = namedEnvironment(session, flags)
  await confirmOwn(cli, flags, session, env, who)
  const result = await session.secrets.vault.removeRecipient(env, who, { signal })
  const { known, number, removed, sha256 } = result
  const rotate = known.map(formatRef)
  stdout.write(
    wantsJson(cli.terminal, flags)
      ? jsonLine({ env, removed: recipientJson(removed), rotate, sha256, version: number })
      : `Removed ${printable(removed.label)}: version ${number} of the vault of ${env} is closed to that identity.\n`,
  )
  tellRotation(cli, removed, known)
  note(
    cli.terminal,
    `It knew the key of the audit log, too: keep the head of today elsewhere: mm-secrets audit export --env ${env}`,
  )
  return 0
}

async function confirmOwn(
  cli: CliContext,
  flags: VaultFlags,
  { secrets }: Session,
  env: Environment,
  who: string,
): Promise<void> {
  const { recipients } = await secrets.vault.recipients(env, { signal: cli.terminal.signal })
  const own = recipients.find((one) => one.own && [one.label, one.recipient].includes(who.trim()))
  // The last one is refused without a question.
  if (own === undefined || recipients.length === 1) return
  await confirmTyped(
    cli.terminal,
    flags,
    `This closes the vault of ${env} to yourself; only another recipient can let you in again.`,
    own.label,
    new SecretsError('USAGE', 'You remove yourself only at a terminal.', {
      hint: 'Standard input and standard error must be a terminal, where the label is typed to confirm; or have another recipient do it.',
    }),
  )
}

function tellRotation(
  cli: CliContext,
  { label }: VaultRecipient,
  known: readonly CredentialRef[],
): void {
  if (known.length === 0) return
  note(cli.terminal, `${label} has known every credential of the vault. Rotate them:`)
  for (const ref of known) cli.terminal.stderr.write(`  mm-secrets rotate ${refOptions(ref)}\n`)
}
