import type { Accesses, CredentialRef, Instant, Reader, Unusual } from '@mm-secrets/core'
import { formatRef, printable, readersInHome, readersInStore } from '@mm-secrets/core'
import type { CliContext, Session } from '../../context.ts'
import { credentialFields } from '../../output/credential-fields.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import type { Json } from '../../output/json.ts'
import { isoTime, jsonLine } from '../../output/json.ts'
import { note, wantsJson } from '../../output/messages.ts'
import { principalText } from '../../output/principal.ts'
import { printTable } from '../../output/print-table.ts'
import { withProgress } from '../../output/progress.ts'
import type { CredentialFlags } from '../flags.ts'
import { credentialFlags } from '../flags.ts'
import { namedRef, openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'
import { noteCut, parseSince, shownTime, sinceFlag } from './since.ts'

interface AccessFlags extends CredentialFlags {
  readonly since?: string | undefined
}

const COLUMNS = [
  { title: 'WHO', drop: 0, shortest: 16 },
  { title: 'SEEN BY', drop: 2 },
  { title: 'READS', drop: 0 },
  { title: 'REFUSED', drop: 1 },
  { title: 'FIRST', drop: 3 },
  { title: 'LAST', drop: 0 },
  { title: 'UNUSUAL', drop: 0 },
]

const SEEN_BY: Readonly<Record<Reader['seenBy'], string>> = {
  home: 'this home',
  store: 'CloudTrail',
}

const UNUSUAL: Readonly<Record<Unusual, string>> = {
  ci: 'a build server',
  frequent: 'over 100 an hour',
}

export const access: Verb = verb<AccessFlags>({
  brief: 'Show who read a credential, how often and when',
  description: [
    'Groups reads by whoever made them: those that the audit log of this home has, and on AWS also every request for a value that CloudTrail has, from whatever machine and tool. One read of a pair is two requests to AWS.',
    'Points out what is unusual: a build server that reads prod, and more than 100 reads of one secret within an hour. On AWS it needs cloudtrail:LookupEvents.',
  ],
  examples: [
    { does: 'The last day', line: 'mm-secrets audit access --env prod --exchange bybit' },
    {
      does: 'Whoever is unusual, for a script',
      line: "mm-secrets audit access --env prod --exchange bybit --since 7d --json | jq '.readers[] | select(.unusual != [])'",
    },
  ],
  exits: [5, 6, 7, 9],
  flags: { ...credentialFlags, since: sinceFlag },
  run,
})

async function run(cli: CliContext, flags: AccessFlags): Promise<ExitCode> {
  const { terminal } = cli
  const asked = parseSince(flags.since, terminal.clock.now())
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'read')
  const store = await withProgress(terminal, (show) => {
    show('Asking who read it')
    return session.secrets.accesses(ref, asked, { signal: terminal.signal })
  })
  const readers = await readersOf(session, ref, asked, store)
  if (store === null) {
    note(terminal, 'Reads of this home alone: the store keeps no log of its own.')
  } else {
    noteCut(terminal, asked, store.since)
  }
  if (wantsJson(terminal, flags)) terminal.stdout.write(jsonLine(json(ref, asked, store, readers)))
  else if (readers.length > 0) printTable(terminal, COLUMNS, readers.map(cells))
  else note(terminal, `Nobody read ${formatRef(ref)} since ${shownTime(asked)} UTC.`)
  return 0
}

async function readersOf(
  { secrets }: Session,
  ref: CredentialRef,
  since: Instant,
  store: Accesses | null,
): Promise<readonly Reader[]> {
  const home = await readersInHome(secrets.audit.records(ref.env), ref, since)
  return [...home, ...readersInStore(store?.events ?? [], ref.env)]
}

function json(
  ref: CredentialRef,
  asked: Instant,
  store: Accesses | null,
  readers: readonly Reader[],
): Json {
  return {
    ...credentialFields(ref),
    readers: readers.map((reader) => ({
      caller: reader.caller,
      first: isoTime(reader.first),
      last: isoTime(reader.last),
      reads: reader.reads,
      refused: reader.refused,
      seenBy: reader.seenBy,
      unusual: reader.unusual,
      who: reader.who,
    })),
    since: isoTime(asked),
    storeSince: isoTime(store?.since ?? null),
  }
}

function cells(reader: Reader): readonly string[] {
  const who = reader.seenBy === 'home' ? (reader.who ?? '') : principalText(reader.who)
  const as = reader.caller === null ? '' : ` as ${principalText(reader.caller)}`
  return [
    printable(`${who}${as}`),
    SEEN_BY[reader.seenBy],
    String(reader.reads),
    reader.refused === 0 ? '' : String(reader.refused),
    shownTime(reader.first),
    shownTime(reader.last),
    reader.unusual.map((each) => UNUSUAL[each]).join(', '),
  ]
}
