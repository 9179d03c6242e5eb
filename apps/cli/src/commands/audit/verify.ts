import type { AuditHead, AuditVerdict, BackendName, Environment } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import type { CliContext } from '../../context.ts'
import { readHeads } from '../../input/heads.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import { jsonLine } from '../../output/json.ts'
import { wantsJson } from '../../output/messages.ts'
import { asTyped } from '../flags.ts'
import { openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'
import { chosenEnvironments } from './environments.ts'
import type { AuditFlags } from './flags.ts'
import { auditFlags } from './flags.ts'

interface VerifyFlags extends AuditFlags {
  readonly heads?: string | undefined
}

export const verify: Verb = verb<VerifyFlags>({
  brief: 'Check that the audit log was not changed',
  description: [
    'Every record is chained to the one before by an HMAC. This finds any record that was changed, removed, reordered or cut off, against the head kept beside the log, the heads in the vault, and with --heads those that audit export wrote, which should be kept elsewhere.',
    "Since the last write of the vault, whoever can write the home could cut records off or invent some under the home's key; only an exported head tells. Records under that key are counted.",
  ],
  examples: [
    { does: 'Every environment', line: 'mm-secrets audit verify' },
    {
      does: 'Against heads that were exported last month',
      line: 'mm-secrets audit verify --heads heads-october.json',
    },
  ],
  exits: [5, 6, 7, 9],
  flags: {
    ...auditFlags,
    heads: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'FILE',
      brief: 'Also against the heads in this file, as audit export prints them',
    },
  },
  run,
})

interface Verdict extends AuditVerdict {
  readonly env: Environment
}

async function run(cli: CliContext, flags: VerifyFlags): Promise<ExitCode> {
  const exported = flags.heads === undefined ? [] : await readHeads(cli.terminal, flags.heads)
  const session = await openSession(cli, flags)
  const verdicts: Verdict[] = []
  for (const env of chosenEnvironments(session, flags.env)) {
    const heads: readonly AuditHead[] = exported.filter((head) => head.env === env)
    verdicts.push({ env, ...(await session.secrets.audit.verify(env, heads)) })
  }
  report(cli, flags, verdicts, session.settings.backend)
  const broken = verdicts.filter((verdict) => verdict.broken !== null)
  if (broken.length === 0) return 0
  const envs = broken.map(({ env }) => env).join(', ')
  throw new SecretsError('TAMPERED', `The audit log of ${envs} does not verify.`, {
    hint: 'Keep a copy of the log as it is, and find out who could write to it.',
  })
}

function report(
  cli: CliContext,
  flags: VerifyFlags,
  verdicts: readonly Verdict[],
  backend: BackendName,
): void {
  const { stdout } = cli.terminal
  if (wantsJson(cli.terminal, flags)) {
    const environments = verdicts.map(({ broken, env, homeKeyRecords, records }) => ({
      broken,
      env,
      homeKeyRecords,
      records,
    }))
    stdout.write(jsonLine({ environments }))
    return
  }
  for (const verdict of verdicts) {
    stdout.write(`${verdict.env}: ${verdict.broken ?? intact(verdict, backend)}\n`)
  }
}

function intact({ homeKeyRecords, records }: Verdict, backend: BackendName): string {
  if (records === 0) return 'nothing is recorded'
  const holds = `${records === 1 ? '1 record' : `${records} records`}, the chain holds`
  // Without a vault there is no better key.
  if (backend !== 'file' || homeKeyRecords === 0) return holds
  return `${holds}; ${homeKeyRecords} of them under the home's key, which the vault does not protect`
}
