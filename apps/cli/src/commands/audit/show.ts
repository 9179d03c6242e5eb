import type { AuditRecord } from '@mm-secrets/core'
import { printable } from '@mm-secrets/core'
import type { CliContext, Session } from '../../context.ts'
import { parseCount } from '../../input/duration.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import { jsonLine } from '../../output/json.ts'
import { note, wantsJson } from '../../output/messages.ts'
import { printTable } from '../../output/print-table.ts'
import { asTyped } from '../flags.ts'
import { openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'
import { chosenEnvironments } from './environments.ts'
import type { AuditFlags } from './flags.ts'
import { auditFlags } from './flags.ts'
import { recordJson } from './record-json.ts'

interface ShowFlags extends AuditFlags {
  readonly credential?: string | undefined
  readonly last?: string | undefined
}

const DEFAULT_LAST = 20
const MOST = 100_000

const COLUMNS = [
  { title: 'WHEN', drop: 0 },
  { title: 'WHO', drop: 3, shortest: 10 },
  { title: 'ACTION', drop: 0 },
  { title: 'CREDENTIAL', drop: 0 },
  { title: 'OUTCOME', drop: 0 },
  { title: 'REASON', drop: 2, shortest: 12 },
]

export const show: Verb = verb<ShowFlags>({
  brief: 'Show what was done, by whom, to which credential',
  description: [
    'The last records of the audit log, the newest last. A write leaves two records, one as it starts and one with its outcome; values are in none of them.',
  ],
  examples: [
    { does: 'The last twenty records', line: 'mm-secrets audit show --env prod' },
    {
      does: 'What happened to one credential',
      line: 'mm-secrets audit show --credential prod/bybit --last 100',
    },
  ],
  exits: [5, 6, 7, 9],
  flags: {
    ...auditFlags,
    credential: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'NAME',
      brief: 'Only this credential, as list names it: prod/bybit',
    },
    last: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'N',
      brief: `How many records (default: ${DEFAULT_LAST})`,
    },
  },
  run,
})

async function run(cli: CliContext, flags: ShowFlags): Promise<ExitCode> {
  const last = flags.last === undefined ? DEFAULT_LAST : parseCount('--last', flags.last, 1, MOST)
  const session = await openSession(cli, flags)
  const records = await lastRecords(session, flags, last)
  if (wantsJson(cli.terminal, flags)) {
    cli.terminal.stdout.write(jsonLine({ records: records.map(recordJson) }))
  } else if (records.length === 0) {
    note(cli.terminal, 'Nothing is recorded yet.')
  } else {
    printTable(cli.terminal, COLUMNS, records.map(cells))
  }
  return 0
}

async function lastRecords(
  session: Session,
  flags: ShowFlags,
  last: number,
): Promise<readonly AuditRecord[]> {
  const found: AuditRecord[] = []
  for (const env of chosenEnvironments(session, flags.env)) {
    const tail: AuditRecord[] = []
    for await (const record of session.secrets.audit.records(env)) {
      if (flags.credential !== undefined && record.credential !== flags.credential) continue
      tail.push(record)
      // A log may be longer than memory: only its end is held.
      if (tail.length > 2 * last) tail.splice(0, tail.length - last)
    }
    found.push(...tail.slice(-last))
  }
  return found.sort((a, b) => a.at - b.at).slice(-last)
}

function cells(record: AuditRecord): readonly string[] {
  const { actor } = record
  return [
    new Date(record.at).toISOString().slice(0, 19).replace('T', ' '),
    printable(`${actor.user}@${actor.host}`),
    record.action,
    printable(record.credential ?? record.env),
    record.code === null ? record.outcome : `${record.outcome} ${record.code}`,
    printable(record.reason ?? ''),
  ]
}
