import type { CliContext } from '../../context.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import type { Json } from '../../output/json.ts'
import { jsonLine } from '../../output/json.ts'
import { openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'
import { chosenEnvironments } from './environments.ts'
import type { AuditFlags } from './flags.ts'
import { auditFlags } from './flags.ts'
import { recordJson } from './record-json.ts'

interface ExportFlags extends AuditFlags {
  readonly records?: boolean | undefined
}

export const exportLog: Verb = verb<ExportFlags>({
  brief: 'Print the heads of the audit log, to be kept elsewhere',
  description: [
    'Whoever holds the key of the log could rewrite log, vault and head together; a head that was exported before, and is kept where they cannot reach, shows it. --records adds the records themselves.',
  ],
  examples: [
    { does: 'The heads', line: 'mm-secrets audit export > heads.json' },
    { does: 'Everything', line: 'mm-secrets audit export --env prod --records > audit.json' },
  ],
  exits: [5, 6, 7, 9],
  flags: {
    ...auditFlags,
    records: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'The records too',
    },
  },
  run,
})

async function run(cli: CliContext, flags: ExportFlags): Promise<ExitCode> {
  const session = await openSession(cli, flags)
  const heads: Json[] = []
  const records: Json[] = []
  for (const env of chosenEnvironments(session, flags.env)) {
    const head = await session.secrets.audit.head(env)
    if (head === null) continue
    heads.push({ env, mac: head.mac, sequence: head.sequence })
    if (flags.records !== true) continue
    for await (const record of session.secrets.audit.records(env)) records.push(recordJson(record))
  }
  cli.terminal.stdout.write(jsonLine(flags.records === true ? { heads, records } : { heads }))
  return 0
}
