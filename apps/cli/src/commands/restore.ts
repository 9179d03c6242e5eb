import { formatRef } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import { credentialFields } from '../output/credential-fields.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { isoTime, jsonLine } from '../output/json.ts'
import { wantsJson } from '../output/messages.ts'
import type { CredentialFlags } from './flags.ts'
import { credentialFlags } from './flags.ts'
import { namedRef, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

export const restore: Verb = verb<CredentialFlags>({
  brief: 'Bring a deleted credential back',
  description: [
    'Undoes delete while the recovery window lasts; status shows how long that is. On aws it also brings back what another tool deleted.',
  ],
  examples: [{ does: 'Undo a deletion', line: 'mm-secrets restore --env dev --exchange bybit' }],
  exits: [4, 5, 6, 7, 8, 12],
  flags: credentialFlags,
  run,
})

async function run(cli: CliContext, flags: CredentialFlags): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'write')
  const state = await session.secrets.restore(ref, { signal })
  if (wantsJson(cli.terminal, flags)) {
    stdout.write(jsonLine({ ...credentialFields(ref), deletedUntil: isoTime(state.deletedUntil) }))
  } else {
    stdout.write(`Restored ${formatRef(ref)}.\n`)
  }
  return 0
}
