import type { VaultRecipient } from '@mm-secrets/core'
import { printable } from '@mm-secrets/core'
import type { CliContext } from '../../../context.ts'
import type { ExitCode } from '../../../output/exit-code.ts'
import { isoTime, jsonLine } from '../../../output/json.ts'
import { note, wantsJson } from '../../../output/messages.ts'
import { printTable } from '../../../output/print-table.ts'
import { openSession } from '../../session.ts'
import type { Verb } from '../../verb.ts'
import { verb } from '../../verb.ts'
import type { VaultFlags } from '../flags.ts'
import { namedEnvironment, vaultFlags } from '../flags.ts'
import { recipientJson } from '../version-text.ts'

const COLUMNS = [
  { title: 'LABEL', drop: 0, shortest: 8 },
  { title: 'SINCE', drop: 2 },
  { title: 'YOURS', drop: 1 },
  { title: 'RECIPIENT', drop: 0, shortest: 16 },
]

export const list: Verb = verb<VaultFlags>({
  brief: 'List who can open a vault',
  description: [
    'Every recipient with its label, since when, and which is that of the identity in use. The list is part of the encrypted vault: whoever can only write to the folder can neither read nor change it.',
    'Beside it, number and SHA-256 of the newest version, for comparison on another machine.',
  ],
  examples: [{ does: 'Of prod', line: 'mm-secrets vault recipients list --env prod' }],
  exits: [4, 5, 6, 7, 9],
  flags: vaultFlags,
  run,
})

async function run(cli: CliContext, flags: VaultFlags): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const session = await openSession(cli, flags)
  const env = namedEnvironment(session, flags)
  const { number, recipients, sha256 } = await session.secrets.vault.recipients(env, { signal })
  if (wantsJson(cli.terminal, flags)) {
    const all = recipients.map(recipientJson)
    stdout.write(jsonLine({ env, recipients: all, sha256, version: number }))
  } else {
    printTable(cli.terminal, COLUMNS, recipients.map(cells))
    note(cli.terminal, `Version ${number} of the vault, SHA-256 ${sha256}`)
  }
  if (recipients.length === 1) {
    note(
      cli.terminal,
      `One recipient alone opens the vault of ${env}: if that identity is lost, so is everything in it. Add a second machine or a key on paper: mm-secrets vault recipients add --env ${env} --label paper RECIPIENT`,
    )
  }
  return 0
}

function cells({ addedAt, label, own, recipient }: VaultRecipient): readonly string[] {
  const day = String(isoTime(addedAt)).slice(0, 10)
  return [printable(label), day, own ? 'yes' : '', recipient]
}
