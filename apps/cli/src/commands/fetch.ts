import type { Credential } from '@mm-secrets/core'
import { memberEntries } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { jsonLine } from '../output/json.ts'
import type { CredentialFlags } from './flags.ts'
import { credentialFlags } from './flags.ts'
import { readCurrent } from './reading.ts'
import { confirmReveal } from './revealing.ts'
import { namedRef, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

interface FetchFlags extends CredentialFlags {
  readonly reveal?: boolean | undefined
}

export const fetch: Verb = verb<FetchFlags>({
  brief: 'Print a credential, masked',
  description: [
    'Prints one line of JSON: the members of the credential, of which the first three characters are shown at most, and what it belongs to. All members were saved together, at any moment of any rotation.',
    '--reveal shows the values themselves: for prod only at a terminal, after the name of the credential was typed, and never in CI. Every read is recorded in the audit log.',
  ],
  examples: [
    { does: 'See that it is there', line: 'mm-secrets fetch --env prod --exchange bybit' },
    {
      does: 'Read the copy that is to be promoted',
      line: 'mm-secrets fetch --env prod --exchange bybit --suffix "-new"',
    },
    { does: 'Show the values', line: 'mm-secrets fetch --env dev --exchange bybit --reveal' },
  ],
  exits: [4, 5, 6, 7, 8, 9, 12],
  flags: {
    ...credentialFlags,
    reveal: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Show the values; prod asks for its name to be typed',
    },
  },
  run,
})

async function run(cli: CliContext, flags: FetchFlags): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'read')
  const reveal = flags.reveal === true
  if (reveal) await confirmReveal(cli, session, flags, [ref], 'This shows the values of')
  const credential = await readCurrent(cli, session, ref, { signal, reveal })
  stdout.write(jsonLine(shown(credential, reveal)))
  return 0
}

function shown({ members, ref }: Credential, reveal: boolean): Record<string, string> {
  const values = memberEntries(ref.exchange, members).map(
    ([keyType, value]) => [keyType, reveal ? value.reveal() : value.toString()] as const,
  )
  const account = ref.account === null ? {} : { account: ref.account }
  return { ...Object.fromEntries(values), ...account, env: ref.env, exchange: ref.exchange }
}
