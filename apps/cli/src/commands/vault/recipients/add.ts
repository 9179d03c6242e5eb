import { printable } from '@mm-secrets/core'
import type { CliContext } from '../../../context.ts'
import type { ExitCode } from '../../../output/exit-code.ts'
import { jsonLine } from '../../../output/json.ts'
import { note, wantsJson } from '../../../output/messages.ts'
import { asTyped } from '../../flags.ts'
import { openSession } from '../../session.ts'
import type { Verb } from '../../verb.ts'
import { verb } from '../../verb.ts'
import type { VaultFlags } from '../flags.ts'
import { namedEnvironment, vaultFlags } from '../flags.ts'
import { recipientJson, trustLine } from '../version-text.ts'

interface AddFlags extends VaultFlags {
  readonly label: string
}

export const add: Verb = verb<AddFlags>({
  brief: 'Let one more identity open a vault',
  argument: { placeholder: 'RECIPIENT', brief: 'age1…, as age-keygen prints it' },
  description: [
    'From the next version on the vault is encrypted to this recipient, too: a member of the team, another machine, a key on paper. The new one reads every credential of the environment and may write as you may.',
    'Only X25519 recipients (age1 and 58 more characters) are taken: SSH keys, plugins and post-quantum recipients are not. The identity stays where it was made; only the recipient travels.',
    'On the other machine the copied folder is trusted once, by the SHA-256 that is printed here.',
  ],
  examples: [
    {
      does: 'A colleague, who sent you the recipient of an identity made by age-keygen',
      line: 'mm-secrets vault recipients add --env prod --label ada age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
    },
  ],
  exits: [4, 5, 6, 7, 9],
  flags: {
    label: {
      kind: 'parsed',
      parse: asTyped,
      placeholder: 'LABEL',
      brief: 'Who or what it is: ada, "paper key"',
    },
    ...vaultFlags,
  },
  run,
})

async function run(cli: CliContext, flags: AddFlags, recipient: string): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const session = await openSession(cli, flags)
  const env = namedEnvironment(session, flags)
  const { vault } = session.secrets
  const { added, ...version } = await vault.addRecipient(env, recipient, flags.label, { signal })
  const { number, sha256 } = version
  stdout.write(
    wantsJson(cli.terminal, flags)
      ? jsonLine({ added: recipientJson(added), env, sha256, version: number })
      : `Added ${printable(added.label)}: version ${number} of the vault of ${env} opens with that identity, too.\n`,
  )
  note(cli.terminal, `Where its folder is used for the first time: ${trustLine(env, version)}`)
  return 0
}
