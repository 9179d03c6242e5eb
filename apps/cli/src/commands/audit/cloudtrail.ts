import type { AccessEvent, CredentialRef } from '@mm-secrets/core'
import { formatRef, parseSecretName, printable, SecretsError } from '@mm-secrets/core'
import type { CliContext } from '../../context.ts'
import { principalText } from '../../output/principal.ts'
import { credentialFields } from '../../output/credential-fields.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import type { Json } from '../../output/json.ts'
import { isoTime, jsonLine } from '../../output/json.ts'
import { note, wantsJson } from '../../output/messages.ts'
import { printTable } from '../../output/print-table.ts'
import { withProgress } from '../../output/progress.ts'
import type { CredentialFlags } from '../flags.ts'
import { credentialFlags } from '../flags.ts'
import { namedRef, openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'
import { noteCut, parseSince, shownTime, sinceFlag } from './since.ts'

interface CloudTrailFlags extends CredentialFlags {
  readonly since?: string | undefined
}

const COLUMNS = [
  { title: 'WHEN', drop: 0 },
  { title: 'WHO', drop: 0, shortest: 16 },
  { title: 'AS', drop: 4, shortest: 10 },
  { title: 'ACTION', drop: 0 },
  { title: 'MEMBER', drop: 1 },
  { title: 'FROM', drop: 3, shortest: 15 },
  { title: 'ERROR', drop: 0, shortest: 12 },
]

export const cloudtrail: Verb = verb<CloudTrailFlags>({
  brief: "Show AWS's own events on the secrets of a credential",
  description: [
    'Every request for the secrets of a credential as AWS recorded it, whichever tool made it: when, by which user or role, what, from where, and with which error. The newest last; no value is in it.',
    'CloudTrail is some minutes late and keeps 90 days. It answers two requests a second, so that thousands of events take their time. It needs cloudtrail:LookupEvents.',
  ],
  examples: [
    {
      does: 'The last day',
      line: 'mm-secrets audit cloudtrail --env prod --exchange bybit',
    },
    {
      does: 'What was refused in the last week, for a script',
      line: "mm-secrets audit cloudtrail --env prod --exchange bybit --since 7d --json | jq '.events[] | select(.errorCode)'",
    },
  ],
  exits: [5, 6, 7],
  flags: { ...credentialFlags, since: sinceFlag },
  run,
})

async function run(cli: CliContext, flags: CloudTrailFlags): Promise<ExitCode> {
  const { clock, signal, stdout } = cli.terminal
  const asked = parseSince(flags.since, clock.now())
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'read')
  const found = await withProgress(cli.terminal, (show) => {
    show('Asking CloudTrail')
    return session.secrets.accesses(ref, asked, { signal })
  })
  if (found === null) throw noTrail(ref)
  noteCut(cli.terminal, asked, found.since)
  if (wantsJson(cli.terminal, flags)) {
    const events = found.events.map(eventJson)
    stdout.write(jsonLine({ ...credentialFields(ref), events, since: isoTime(found.since) }))
  } else if (found.events.length === 0) {
    note(
      cli.terminal,
      `CloudTrail has no event on ${formatRef(ref)} since ${shownTime(asked)} UTC.`,
    )
  } else {
    printTable(cli.terminal, COLUMNS, found.events.map(cells))
  }
  return 0
}

function noTrail(ref: CredentialRef): SecretsError {
  return new SecretsError('CONFIG', 'This store keeps no log of its own.', {
    hint: `Only AWS does. What was done from this home: mm-secrets audit show --credential ${formatRef(ref)}`,
  })
}

function eventJson(event: AccessEvent): Json {
  return {
    action: event.action,
    at: isoTime(event.at),
    errorCode: event.errorCode,
    federatedBy: event.federatedBy,
    id: event.id,
    principal: event.principal,
    secret: event.secret,
    sourceIp: event.sourceIp,
    user: event.user,
  }
}

function cells(event: AccessEvent): readonly string[] {
  return [
    shownTime(event.at),
    printable(principalText(event.principal)),
    // The session of a role; of a user it would only repeat the name.
    event.principal?.endsWith(`/${event.user ?? ''}`) === true ? '' : printable(event.user ?? ''),
    printable(event.action),
    parseSecretName(event.secret)?.member ?? event.secret,
    printable(event.sourceIp ?? ''),
    printable(event.errorCode ?? ''),
  ]
}
