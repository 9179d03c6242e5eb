import type { CliContext } from '../context.ts'
import { readMembers } from '../input/members.ts'
import type { ExitCode } from '../output/exit-code.ts'
import type { CredentialFlags, ValueFlags } from './flags.ts'
import { asTyped, credentialFlags, siteFlag, storingFlags, valueFlags } from './flags.ts'
import { LAYOUTS, parseLayout } from './layout.ts'
import { namedRef, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'
import type { WritingFlags } from './writing.ts'
import { refuseForgetting, reportWrite, warnOfValues, writeAsk, writeShown } from './writing.ts'

interface SaveFlags extends CredentialFlags, ValueFlags, WritingFlags {
  readonly layout?: string | undefined
}

export const save: Verb = verb<SaveFlags>({
  brief: 'Store a credential; over an existing one it is a rotation',
  description: [
    'Stores all members of a credential together: api_key and api_secret, for KuCoin api_passphrase too. On a terminal they are asked for without echo; a PEM private key is named there as @FILE. In scripts they come from --value-file or --value-stdin.',
    'With --key-type one member is saved alone. Nothing is live until the others have joined it: on the same machine within 60 minutes by themselves, elsewhere by --complete with the ticket that the first half printed.',
    'Where the credential exists already, the new values replace it as by rotate, and the old ones stay as the previous version.',
    'A value that is already known under another environment is refused, since a key must never serve two.',
    'On file the credential goes into the vault of the environment, on aws into Secrets Manager: a secret for each member, or with --layout json one for all. memory forgets it when the command ends, so it takes --ephemeral. What is deleted and can still be restored is restored first.',
  ],
  examples: [
    { does: 'Ask for the values', line: 'mm-secrets save --env prod --exchange bybit' },
    {
      does: 'Take them from a password manager',
      line: 'pass show bybit/prod | mm-secrets save --env prod --exchange bybit --value-stdin',
    },
    {
      does: 'Store new values beside the old, to try them first',
      line: 'mm-secrets save --env prod --exchange bybit --suffix "-new"',
    },
    {
      does: 'Save one member alone, a PEM private key',
      line: 'mm-secrets save --env prod --exchange binance --key-type api_secret --value-file key.pem',
    },
  ],
  exits: [5, 6, 7, 8, 9, 12],
  flags: {
    ...credentialFlags,
    ...valueFlags,
    layout: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      proposeCompletions: () => LAYOUTS,
      placeholder: 'LAYOUT',
      brief:
        'For a new credential: pair (a secret for each member, the default) or json (one secret)',
    },
    site: siteFlag,
    ...storingFlags,
  },
  run,
})

async function run(cli: CliContext, flags: SaveFlags): Promise<ExitCode> {
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'write')
  const layout = flags.layout === undefined ? {} : { layout: parseLayout(flags.layout) }
  refuseForgetting(session, flags)
  const given = await readMembers(cli.terminal, ref, flags)
  const ask = writeAsk(cli, flags, given)
  warnOfValues(cli, ref, given)
  const result = await writeShown(cli, (onStep) =>
    session.secrets.save(ref, given.members, { ...ask, ...layout, onStep }),
  )
  const rotated = result.pending === null && result.state.previous !== null
  reportWrite(cli, session, flags, rotated ? 'rotate' : 'save', result)
  return 0
}
