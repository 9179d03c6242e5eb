import { formatRef } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import { parseCount } from '../input/duration.ts'
import { credentialFields } from '../output/credential-fields.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { isoTime, jsonLine } from '../output/json.ts'
import { note, refOptions, wantsJson } from '../output/messages.ts'
import { confirmChange, yesFlag } from './confirming.ts'
import { day, whileDeleted } from './deleted.ts'
import type { CredentialFlags } from './flags.ts'
import { asTyped, credentialFlags } from './flags.ts'
import { describeExisting, namedRef, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

interface DeleteFlags extends CredentialFlags {
  readonly recoveryDays?: string | undefined
  readonly yes?: boolean | undefined
}

const MIN_RECOVERY_DAYS = 7
const MAX_RECOVERY_DAYS = 30

export const remove: Verb = verb<DeleteFlags>({
  brief: 'Delete a credential, to be restored for some days',
  description: [
    'Readers no longer find the credential; restore brings it back until the recovery window is over, 30 days where nothing else is said. There is no way to delete at once.',
    'On aws the secrets are scheduled for deletion, which every tool that reads them notices at once.',
    'Deleting does not revoke the key at the exchange. For prod the name of the credential must be typed at a terminal, which --yes does not answer.',
  ],
  examples: [
    { does: 'After a question', line: 'mm-secrets delete --env dev --exchange bybit' },
    {
      does: 'In a script, with a short window',
      line: 'mm-secrets delete --env dev --exchange bybit --yes --recovery-days 7',
    },
  ],
  exits: [3, 4, 5, 6, 7, 8],
  flags: {
    ...credentialFlags,
    recoveryDays: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'DAYS',
      brief: 'How long it can be restored: 7 to 30 (default: 30)',
    },
    yes: yesFlag,
  },
  run,
})

async function run(cli: CliContext, flags: DeleteFlags): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const days = recoveryDays(flags)
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'write')
  const base = await describeExisting(session, ref, signal)
  if (base.deletedUntil !== null) throw whileDeleted(base)
  const does = `This deletes ${formatRef(ref)}; it can be restored for ${days} days.`
  await confirmChange(cli, flags, ref, does, 'deleted')
  const state = await session.secrets.delete(ref, base, days, { signal })
  const until = isoTime(state.deletedUntil)
  if (wantsJson(cli.terminal, flags)) {
    stdout.write(jsonLine({ ...credentialFields(ref), deletedUntil: until }))
  } else {
    stdout.write(`Deleted ${formatRef(ref)}. It can be restored until ${day(until)}.\n`)
  }
  note(
    cli.terminal,
    `The key still works until it is revoked at ${ref.exchange}. To undo: mm-secrets restore ${refOptions(ref)}`,
  )
  return 0
}

function recoveryDays({ recoveryDays: text }: DeleteFlags): number {
  if (text === undefined) return MAX_RECOVERY_DAYS
  return parseCount('--recovery-days', text, MIN_RECOVERY_DAYS, MAX_RECOVERY_DAYS)
}
