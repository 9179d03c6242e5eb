import type { CredentialState, StatusRow } from '@mm-secrets/core'
import { didYouMean, formatRef, SecretsError } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import { parseDuration } from '../input/duration.ts'
import { formatAge, formatRemaining } from '../output/ages.ts'
import { conditionWords } from '../output/conditions.ts'
import { credentialFields } from '../output/credential-fields.ts'
import type { ExitCode } from '../output/exit-code.ts'
import type { Json } from '../output/json.ts'
import { isoTime, jsonLine } from '../output/json.ts'
import { note, wantsJson } from '../output/messages.ts'
import { nextStep } from '../output/next-step.ts'
import { printTable } from '../output/print-table.ts'
import { icalendarText } from '../reporting/icalendar.ts'
import { prometheusText } from '../reporting/prometheus.ts'
import type { ScopeFlags } from './flags.ts'
import { asTyped, scopeFlags } from './flags.ts'
import { judged, listAll, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

interface StatusFlags extends ScopeFlags {
  readonly check?: boolean | undefined
  readonly within?: string | undefined
  readonly format?: string | undefined
}

const FORMATS = ['prometheus', 'ics'] as const
type Format = (typeof FORMATS)[number]

const COLUMNS = [
  { title: 'CREDENTIAL', drop: 0 },
  { title: 'STATE', drop: 0 },
  { title: 'AGE', drop: 2 },
  { title: 'ROTATE', drop: 1 },
  { title: 'PREVIOUS KEY', drop: 3 },
]

export const status: Verb = verb<StatusFlags>({
  brief: 'Show what must be rotated, mended or revoked',
  description: [
    'Judges every credential under the rotation policy, or by the expiry that the exchange set, whichever comes first: what is overdue or due, exposed, pending, incomplete, and which previous keys are not known to be revoked. A key is due from four fifths of its period on. Only metadata is read.',
    'On aws it also shows what another tool wrote or edited, and members that are out of step for other tools after a rotation stopped part way. Below the table stands the command that mends each. Where listing is denied, it sees what list sees.',
    'Periods: bybit dev 180 days, shadow and soak 90, prod 30; other exchanges 90. config.json may set others.',
    'With --format prometheus it prints metrics for the textfile collector of node_exporter, with --format ics a calendar of rotations to subscribe to.',
    'With --check it exits with 11 if a rotation is overdue or a key is exposed; --within counts what becomes overdue within that time, too.',
  ],
  examples: [
    { does: 'Everything', line: 'mm-secrets status' },
    {
      does: 'For a cron job or a CI step',
      line: 'mm-secrets status --env shadow --check --within 7d',
    },
    {
      does: 'Metrics for Prometheus, replaced whole',
      line: 'mm-secrets status --format prometheus | sponge /var/lib/node_exporter/mm_secrets.prom',
    },
  ],
  exits: [5, 6, 7, 9, 11],
  flags: {
    ...scopeFlags,
    check: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Exit with 11 if a rotation is overdue or a key is exposed',
    },
    within: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'TIME',
      brief: 'Count as overdue what will be within this time: 12h, 7d, 2w',
    },
    format: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      proposeCompletions: () => FORMATS,
      placeholder: 'FORMAT',
      brief: 'Print metrics (prometheus) or a calendar (ics)',
    },
  },
  run,
})

async function run(cli: CliContext, flags: StatusFlags): Promise<ExitCode> {
  const { clock, signal, stdout } = cli.terminal
  const format = parseFormat(flags)
  const withinMs = flags.within === undefined ? 0 : parseDuration('--within', flags.within)
  const session = await openSession(cli, flags)
  const states = await listAll(session, flags, signal)
  const now = clock.now()
  const entries = states.map((state): Entry => {
    const row = judged(session, state, now)
    return { state, row, urgent: isUrgent(state, row, now + withinMs) }
  })
  const urgent = entries.some((entry) => entry.urgent)
  const rows = entries.map(({ row }) => row)
  if (format !== null) {
    stdout.write(format === 'ics' ? icalendarText(rows, now) : prometheusText(rows))
  } else if (wantsJson(cli.terminal, flags)) {
    stdout.write(jsonLine({ credentials: entries.map(entryJson), urgent }))
  } else if (entries.length === 0) {
    note(cli.terminal, 'Nothing is stored here yet.')
  } else {
    printTable(
      cli.terminal,
      COLUMNS,
      entries.map((entry) => entryCells(entry, now)),
    )
    for (const { row, state } of entries) {
      const step = nextStep(state, row)
      if (step !== null) note(cli.terminal, `${step.why}: ${step.command}`)
    }
  }
  return flags.check === true && urgent ? 11 : 0
}

/** @throws USAGE with a suggestion */
function parseFormat({ format, json }: StatusFlags): Format | null {
  if (format === undefined) return null
  const known = FORMATS.find((each) => each === format)
  if (known === undefined) {
    throw new SecretsError(
      'USAGE',
      `--format is none that status has.${didYouMean(format, FORMATS)}`,
      { hint: `It is one of ${FORMATS.join(', ')}.` },
    )
  }
  if (json !== true) return known
  throw new SecretsError('USAGE', 'Give --format or --json, not both.')
}

interface Entry {
  readonly state: CredentialState
  readonly row: StatusRow
  /** Overdue by the time asked for, or exposed. */
  readonly urgent: boolean
}

/** A credential that is incomplete, pending or of unknown age may be overdue or exposed as well. */
function isUrgent(state: CredentialState, row: StatusRow, by: number): boolean {
  const current = state.versions.find((version) => version.id === state.current)
  if (current !== undefined && (current.frozen || current.metadata.exposedAt !== null)) return true
  return state.deletedUntil === null && row.overdueAt !== null && row.overdueAt <= by
}

function entryCells({ row, state }: Entry, now: number): readonly string[] {
  return [
    formatRef(state.ref),
    conditionWords(state, row, now),
    state.current === null ? '' : formatAge(row.createdAt, now),
    deadline(row, now),
    row.notRevoked === null ? '' : 'not known to be revoked',
  ]
}

/** When it must be rotated, by its age or because somebody else has it. */
function deadline({ condition, overdueAt }: StatusRow, now: number): string {
  if (condition === 'exposed' || condition === 'frozen') return 'now'
  if (condition === 'deleted' || overdueAt === null) return ''
  return overdueAt > now ? `in ${formatRemaining(overdueAt - now)}` : 'now'
}

function entryJson({ row, state, urgent }: Entry): Json {
  return {
    ...credentialFields(state.ref),
    condition: row.condition,
    createdAt: isoTime(row.createdAt),
    dueAt: isoTime(row.dueAt),
    fix: nextStep(state, row)?.command ?? null,
    missing: state.missing,
    notRevoked: row.notRevoked,
    overdueAt: isoTime(row.overdueAt),
    urgent,
  }
}
