import { formatRef, SecretsError, shapeWarnings } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import type { Reading } from '../formats/found.ts'
import { parseSource, readSource, SOURCES } from '../formats/read-file.ts'
import type { Standing } from '../git/git.ts'
import type { Applied } from '../importing/apply.ts'
import { applyPlan } from '../importing/apply.ts'
import { collectCandidates } from '../importing/candidates.ts'
import { planImport } from '../importing/plan.ts'
import type { ImportReport } from '../importing/report.ts'
import {
  IMPORT_COLUMNS,
  importJson,
  importRows,
  lines,
  plaintextOf,
  refusals,
} from '../importing/report.ts'
import { readGivenFile } from '../input/file.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { jsonLine } from '../output/json.ts'
import { note, wantsJson, warn } from '../output/messages.ts'
import { printTable } from '../output/print-table.ts'
import { printablePath } from '../output/printable-path.ts'
import type { OutputFlags } from './flags.ts'
import { asTyped, outputFlags, storingFlags } from './flags.ts'
import { openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'
import { refuseForgetting } from './writing.ts'

interface ImportFlags extends OutputFlags {
  readonly from: string
  readonly env?: string | undefined
  readonly account?: string | undefined
  readonly apply?: boolean | undefined
  readonly allowReuse?: boolean | undefined
  readonly ephemeral?: boolean | undefined
}

/** A configuration of a hundred accounts has some kilobytes; what is larger is another file. */
const MAX_BYTES = 10 * 1024 * 1024

const PARTLY_DONE = 12
const INTERRUPTED = 130

export const importFile: Verb = verb<ImportFlags>({
  brief: 'Take credentials over from the files of other tools',
  argument: { placeholder: 'FILE', brief: 'The file to read' },
  description: [
    'Reads a .env file, the config.json of freqtrade, the keys.json of ccxt, or the JSON object that the Python tool takes in MM_FAKE_SECRETS_JSON, and shows what would be stored where, masked. With --apply it stores every whole credential; half of one is named and not taken.',
    'A .env file names the account in its variables: BYBIT_API_KEY, or BYBIT_HEDGE_API_KEY for the account hedge. The names that ccxt, freqtrade and nautilus read are understood, too. The environment is --env, but for mm-python, where each name says its own.',
    'Where a credential exists already, the import is a rotation. A file that git tracks, or once did, marks its keys as exposed until they are rotated. At the end the lines are named that still hold values in plain text.',
  ],
  examples: [
    { does: 'See what a file holds', line: 'mm-secrets import --from dotenv .env' },
    {
      does: 'Store it for prod',
      line: 'mm-secrets import --from freqtrade user_data/config.json --env prod --apply',
    },
  ],
  exits: [4, 5, 6, 7, 8, 9, 12],
  flags: {
    from: {
      kind: 'parsed',
      parse: asTyped,
      proposeCompletions: () => SOURCES,
      placeholder: 'KIND',
      brief: 'Kind of the file: dotenv, freqtrade, ccxt or mm-python',
    },
    env: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'ENV',
      brief: 'Where the credentials go (default: MM_ENV, else dev)',
    },
    account: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'LABEL',
      brief: 'The account of those that name none (default: MM_ACCOUNT)',
    },
    apply: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Store them; without it nothing is written',
    },
    ...storingFlags,
    ...outputFlags,
  },
  run,
})

async function run(cli: CliContext, flags: ImportFlags, file: string): Promise<ExitCode> {
  const { clock, fs, platform, signal } = cli.terminal
  const source = parseSource(flags.from)
  const session = await openSession(cli, flags)
  if (flags.apply === true) refuseForgetting(session, flags)
  const { shared, text } = await readGivenFile(fs, platform, 'FILE', file, MAX_BYTES)
  const reading = readSource(source, text)
  const { candidates, leftOut } = collectCandidates(session.settings, flags, reading)
  if (candidates.length === 0) throw nothingFound(reading)

  const standing = await (await cli.terminal.openGit()).standing(file)
  const allowReuse = flags.allowReuse === true
  const quiet = (await cli.terminal.openSession(cli.terminal, false)).secrets
  const items = await planImport({ ...session, quiet, allowReuse, signal }, candidates)
  const applied =
    flags.apply === true
      ? await applyPlan(
          {
            ...{ secrets: session.secrets, allowReuse, signal },
            exposedAt: standing === 'tracked' || standing === 'unknown' ? clock.now() : null,
          },
          items,
        )
      : null
  const tracked = standing === 'tracked'
  const report: ImportReport = { from: source, file, tracked, items, applied, leftOut }
  print(cli, flags, report)
  advise(cli, report, standing, shared)
  return applied === null ? 0 : signal.aborted ? INTERRUPTED : exitOf(applied)
}

function print(cli: CliContext, flags: ImportFlags, report: ImportReport): void {
  if (wantsJson(cli.terminal, flags)) cli.terminal.stdout.write(jsonLine(importJson(report)))
  else printTable(cli.terminal, IMPORT_COLUMNS, importRows(report))
}

/** What the person should know, and do next. */
function advise(cli: CliContext, report: ImportReport, standing: Standing, shared: boolean): void {
  const { applied, file, items, leftOut } = report
  const path = printablePath(file)
  for (const { candidate, action } of items) {
    if (action !== 'save' && action !== 'rotate') continue
    for (const text of shapeWarnings(candidate.ref.exchange, candidate.members)) {
      warn(cli.terminal, `${formatRef(candidate.ref)}: ${text}`)
    }
  }
  for (const text of refusals(report)) warn(cli.terminal, text)
  for (const each of leftOut) {
    note(cli.terminal, `${path}:${lines(each)}: ${each.name} ${each.why}.`)
  }
  const marked = applied === null ? '' : '; they are marked as exposed'
  if (standing === 'tracked') {
    warn(
      cli.terminal,
      `git has ${path}, so everybody with the repository has these keys${marked}. Make new ones at the exchange, and rotate.`,
    )
  } else if (standing === 'unknown') {
    warn(
      cli.terminal,
      `git does not say whether it has ${path}, so everybody with the repository may have these keys${marked}. If it has, make new ones at the exchange, and rotate.`,
    )
  }
  if (shared) warn(cli.terminal, `Others on this machine may read ${path}: chmod 600 it.`)
  if (applied === null) {
    note(cli.terminal, 'Nothing was written. Add --apply to store what is new or a rotation.')
    return
  }
  for (const each of plaintextOf(report)) {
    note(
      cli.terminal,
      `${path}:${lines(each)}: ${each.name} is stored, and still here in plain text.`,
    )
  }
  if (plaintextOf(report).length > 0) {
    note(
      cli.terminal,
      'Delete these lines, also from backups; mm-secrets run gives the values to the program.',
    )
  }
}

/** Whatever was saved stays saved; the report says which. */
function exitOf(applied: readonly Applied[]): ExitCode {
  const all = applied.every(({ outcome }) => outcome !== 'failed' && outcome !== 'untouched')
  return all ? 0 : PARTLY_DONE
}

function nothingFound({ leftOut }: Reading): SecretsError {
  const [first] = leftOut
  return new SecretsError('NOT_FOUND', 'The file holds no credential that can be taken.', {
    hint:
      first === undefined
        ? 'docs/import.md lists the names that are understood.'
        : `Line ${lines(first)}: ${first.name} ${first.why}.`,
  })
}
