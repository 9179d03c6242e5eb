import type { CredentialRef, CredentialState, Layout } from '@mm-secrets/core'
import { formatRef, KEY_TYPES, secretName, SecretsError } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import { credentialFields } from '../output/credential-fields.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { jsonLine } from '../output/json.ts'
import { note, refOptions, wantsJson } from '../output/messages.ts'
import { confirmChange, yesFlag } from './confirming.ts'
import type { CredentialFlags } from './flags.ts'
import { asTyped, credentialFlags } from './flags.ts'
import { LAYOUTS, parseLayout } from './layout.ts'
import { describeExisting, namedRef, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

interface MigrateFlags extends CredentialFlags {
  readonly layout: string
  readonly yes?: boolean | undefined
  readonly dryRun?: boolean | undefined
}

export const migrate: Verb = verb<MigrateFlags>({
  brief: 'Convert a credential to the other layout, in place',
  description: [
    'In pair layout each member is a secret of its own, mm-bot/prod/bybit/api_key and so on; in json layout one secret, mm-bot/prod/bybit, holds them all. The values and the version stay what they are, and readers of this toolkit find either. On aws the json layout changes in one step for whoever reads it, so it is the one to have where no other program needs the names of the pair.',
    'On aws the secrets of the layout before are deleted, with a recovery window of 30 days: programs that read their names themselves fail from then on, so move them over first. A copy under a suffix stays in pair layout.',
    'For prod the name of the credential must be typed at a terminal, which --yes does not answer. With --dry-run the names are printed and nothing is changed. No value is shown.',
  ],
  examples: [
    {
      does: 'See what would become of the names',
      line: 'mm-secrets migrate --env prod --exchange bybit --layout json --dry-run',
    },
    {
      does: 'Convert, in a script',
      line: 'mm-secrets migrate --env shadow --exchange bybit --layout json --yes',
    },
  ],
  exits: [3, 4, 5, 6, 7, 8, 12],
  flags: {
    ...credentialFlags,
    layout: {
      kind: 'parsed',
      parse: asTyped,
      proposeCompletions: () => LAYOUTS,
      placeholder: 'LAYOUT',
      brief: 'The layout to have: pair (a secret for each member) or json (one secret)',
    },
    yes: yesFlag,
    dryRun: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Print the names and change nothing',
    },
  },
  run,
})

async function run(cli: CliContext, flags: MigrateFlags): Promise<ExitCode> {
  const { signal } = cli.terminal
  const layout = parseLayout(flags.layout)
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'write')
  const names = namesIn(ref, layout)
  const base = await describeExisting(session, ref, signal)
  refuseDeleted(base)
  if (flags.dryRun === true || base.layout === layout) {
    report(cli, flags, { base, state: base, layout, names })
    return 0
  }
  const does = `This moves ${formatRef(ref)} from ${base.layout} to ${layout} layout.`
  await confirmChange(cli, flags, ref, does, 'moved')
  const state = await session.secrets.migrate(ref, base, layout, { signal })
  report(cli, flags, { base, state, layout, names })
  if (session.settings.backend === 'aws') {
    note(
      cli.terminal,
      `Programs that read ${namesIn(ref, base.layout).join(' and ')} themselves fail from now on; what mm-secrets ref printed is to be printed anew.`,
    )
  }
  return 0
}

interface Migration {
  readonly base: CredentialState
  /** The same where nothing was done. */
  readonly state: CredentialState
  readonly layout: Layout
  readonly names: readonly string[]
}

function report(
  { terminal }: CliContext,
  flags: MigrateFlags,
  { base, layout, names, state }: Migration,
): void {
  const dryRun = flags.dryRun === true
  if (wantsJson(terminal, flags)) {
    terminal.stdout.write(
      jsonLine({
        ...credentialFields(base.ref),
        dryRun,
        from: base.layout,
        layout,
        names,
        versionId: state.current,
      }),
    )
    return
  }
  const name = formatRef(base.ref)
  const at = names.join(', ')
  if (base.layout === layout) {
    terminal.stdout.write(`${name} is in ${layout} layout already: ${at}\n`)
  } else if (dryRun) {
    terminal.stdout.write(`Would move ${name} to ${layout} layout: ${at}\nNothing was changed.\n`)
  } else {
    terminal.stdout.write(`Moved ${name} to ${layout} layout: ${at}\n`)
  }
}

/** @throws USAGE for the json layout of a copy */
function namesIn(ref: CredentialRef, layout: Layout): readonly string[] {
  if (layout === 'json') return [secretName(ref, 'json')]
  return KEY_TYPES[ref.exchange].map((keyType) => secretName(ref, keyType))
}

function refuseDeleted({ deletedUntil, ref }: CredentialState): void {
  if (deletedUntil === null) return
  throw new SecretsError('CONFLICT', `${formatRef(ref)} is deleted.`, {
    hint: `Restore it first: mm-secrets restore ${refOptions(ref)}`,
  })
}
