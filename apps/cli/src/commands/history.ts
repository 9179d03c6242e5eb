import type { CredentialState, Pending, Version } from '@mm-secrets/core'
import { shortFingerprint } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import { formatAge } from '../output/ages.ts'
import { credentialFields } from '../output/credential-fields.ts'
import type { ExitCode } from '../output/exit-code.ts'
import type { Json } from '../output/json.ts'
import { isoTime, jsonLine } from '../output/json.ts'
import { note, refOptions, wantsJson } from '../output/messages.ts'
import { printTable } from '../output/print-table.ts'
import { shortId } from '../output/write-report.ts'
import type { CredentialFlags } from './flags.ts'
import { credentialFlags } from './flags.ts'
import { describeExisting, namedRef, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

const COLUMNS = [
  { title: 'VERSION', drop: 0, shortest: 9 },
  { title: 'STAGE', drop: 0 },
  { title: 'AGE', drop: 1 },
  { title: 'FINGERPRINT', drop: 3 },
  { title: 'MARKS', drop: 2, shortest: 12 },
]

/** How far a version has come that is not settled. */
const PHASES: Readonly<Record<Pending['phase'], string>> = {
  written: 'pending',
  decided: 'being made live',
  live: 'out of step for other tools',
}

export const history: Verb = verb<CredentialFlags>({
  brief: 'Show the versions of a credential',
  description: [
    'Every version that is kept, the newest first: its id, stage, the age of its key, the fingerprint of its api_key, and whether it is pending, exposed, frozen, revoked, a repetition of an earlier one, or by another tool. Equal fingerprints are equal keys; a value is never shown or read.',
    'On file the twenty before the previous one are remembered too, without their values. On aws there are those that are current, previous or pending: AWS may remove any other.',
  ],
  examples: [{ does: 'All versions', line: 'mm-secrets history --env prod --exchange bybit' }],
  exits: [4, 5, 6, 7, 9],
  flags: credentialFlags,
  run,
})

async function run(cli: CliContext, flags: CredentialFlags): Promise<ExitCode> {
  const { clock, signal, stdout } = cli.terminal
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'read')
  const state = await describeExisting(session, ref, signal)
  if (wantsJson(cli.terminal, flags)) {
    stdout.write(jsonLine(historyJson(state)))
    return 0
  }
  const now = clock.now()
  const rows = state.versions.map((version) => [
    version.id,
    version.stages.join(' ') || '-',
    formatAge(version.metadata.createdAt, now),
    version.metadata.fingerprints.api_key === undefined
      ? '-'
      : shortFingerprint(version.metadata.fingerprints.api_key),
    marks(version, pendingOf(state, version)).join(', '),
  ])
  printTable(cli.terminal, COLUMNS, rows)
  for (const text of membersElsewhere(state)) note(cli.terminal, text)
  if (state.deletedUntil !== null) {
    note(cli.terminal, `It is deleted. To undo: mm-secrets restore ${refOptions(ref)}`)
  }
  return 0
}

/** Members that another tool moved to a version of their own, which has no row. */
function membersElsewhere({ asWritten, current }: CredentialState): readonly string[] {
  return Object.entries(asWritten ?? {}).flatMap(([keyType, id]) =>
    id === current ? [] : [`${keyType} has version ${id} as current, by another tool.`],
  )
}

function pendingOf(state: CredentialState, version: Version): Pending | null {
  return state.pending.find((pending) => pending.versionId === version.id) ?? null
}

function marks({ frozen, metadata, ours }: Version, pending: Pending | null): readonly string[] {
  const found: string[] = []
  if (pending !== null) found.push(PHASES[pending.phase])
  if (pending !== null && pending.missing.length > 0) {
    found.push(`${pending.missing.join(' and ')} missing`)
  }
  if (metadata.exposedAt !== null) found.push('exposed')
  if (frozen) found.push('frozen')
  if (metadata.revokedAt !== null) found.push('revoked')
  if (metadata.copyOf !== null) found.push(`repeats ${shortId(metadata.copyOf)}`)
  if (!ours) found.push('by another tool')
  return found
}

function historyJson(state: CredentialState): Json {
  return {
    ...credentialFields(state.ref),
    asWritten: state.asWritten === null ? null : { ...state.asWritten },
    deletedUntil: isoTime(state.deletedUntil),
    layout: state.layout,
    versions: state.versions.map((version) => versionJson(version, pendingOf(state, version))),
  }
}

function versionJson(version: Version, pending: Pending | null): Json {
  const { metadata } = version
  const fingerprints = Object.entries(metadata.fingerprints).map(
    ([keyType, whole]) => [keyType, shortFingerprint(whole)] as const,
  )
  return {
    copyOf: metadata.copyOf,
    createdAt: isoTime(metadata.createdAt),
    expiresAt: isoTime(metadata.expiresAt),
    exposedAt: isoTime(metadata.exposedAt),
    fingerprints: Object.fromEntries(fingerprints),
    frozen: version.frozen,
    missing: pending?.missing ?? [],
    ours: version.ours,
    pending: pending !== null && pending.phase !== 'live',
    phase: pending?.phase ?? null,
    revokedAt: isoTime(metadata.revokedAt),
    site: metadata.site,
    stages: version.stages,
    versionId: version.id,
  }
}
