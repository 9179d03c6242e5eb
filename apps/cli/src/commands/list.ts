import type { CredentialState, StatusRow } from '@mm-secrets/core'
import { formatRef, secretName } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import { formatAge } from '../output/ages.ts'
import { conditionWords } from '../output/conditions.ts'
import { credentialFields, keyTypesOf } from '../output/credential-fields.ts'
import type { ExitCode } from '../output/exit-code.ts'
import type { Json } from '../output/json.ts'
import { isoTime, jsonLine } from '../output/json.ts'
import { note, wantsJson } from '../output/messages.ts'
import { printTable } from '../output/print-table.ts'
import type { ScopeFlags } from './flags.ts'
import { scopeFlags } from './flags.ts'
import { judged, listAll, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

const COLUMNS = [
  { title: 'CREDENTIAL', drop: 0 },
  { title: 'MEMBERS', drop: 3 },
  { title: 'AGE', drop: 1 },
  { title: 'LAYOUT', drop: 2 },
  { title: 'STATE', drop: 0 },
]

export const list: Verb = verb<ScopeFlags>({
  brief: 'List the credentials that are stored',
  description: [
    'Names, members, age of the current version, layout and state of every credential that this process may see. Only metadata is read, never a value.',
    'On aws a policy that names secrets cannot permit secretsmanager:ListSecrets. Where it is denied, the conventional names are looked up one by one instead, and a warning says that accounts and copies under a suffix may be missing.',
  ],
  examples: [
    { does: 'Everything', line: 'mm-secrets list' },
    { does: 'One environment', line: 'mm-secrets list --env prod' },
    {
      does: 'The names alone',
      line: "mm-secrets list | jq -r '.credentials[].credential'",
    },
  ],
  exits: [5, 6, 7, 9],
  flags: scopeFlags,
  run,
})

async function run(cli: CliContext, flags: ScopeFlags): Promise<ExitCode> {
  const { clock, signal, stdout } = cli.terminal
  const session = await openSession(cli, flags)
  const states = await listAll(session, flags, signal)
  const now = clock.now()
  const entries = states.map((state) => ({ state, row: judged(session, state, now) }))
  if (wantsJson(cli.terminal, flags)) {
    stdout.write(jsonLine({ credentials: entries.map(entryJson) }))
    return 0
  }
  if (entries.length === 0) {
    note(cli.terminal, 'Nothing is stored here yet: mm-secrets save --help shows how to begin.')
    return 0
  }
  const rows = entries.map(({ row, state }) => [
    formatRef(state.ref),
    keyTypesOf(state).join(' '),
    state.current === null ? '' : formatAge(row.createdAt, now),
    state.layout,
    conditionWords(state, row, now),
  ])
  printTable(cli.terminal, COLUMNS, rows)
  return 0
}

interface Entry {
  readonly state: CredentialState
  readonly row: StatusRow
}

function entryJson({ row, state }: Entry): Json {
  const keyTypes = keyTypesOf(state)
  return {
    ...credentialFields(state.ref),
    condition: row.condition,
    createdAt: isoTime(row.createdAt),
    keyTypes,
    layout: state.layout,
    names: namesOf(state),
    versionId: state.current,
  }
}

/** The secrets that hold it, as the store names them. */
function namesOf(state: CredentialState): readonly string[] {
  if (state.layout === 'json') return [secretName(state.ref, 'json')]
  return keyTypesOf(state).map((keyType) => secretName(state.ref, keyType))
}
