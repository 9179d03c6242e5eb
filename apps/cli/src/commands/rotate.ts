import type {
  Credential,
  CredentialRef,
  CredentialState,
  Redacted,
  Source,
  VersionSelector,
  WriteAsk,
} from '@mm-secrets/core'
import {
  credentialRef,
  foreignVersions,
  formatRef,
  printable,
  SecretsError,
} from '@mm-secrets/core'
import type { CliContext, Session } from '../context.ts'
import type { GivenMembers } from '../input/members.ts'
import { namesValues, readMembers } from '../input/members.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { note, refOptions } from '../output/messages.ts'
import { adoptionText, reportPlan } from '../output/rotation-plan.ts'
import type { WriteAction } from '../output/write-report.ts'
import { confirmChange, yesFlag } from './confirming.ts'
import type { CredentialFlags, ValueFlags } from './flags.ts'
import { argvValue, asTyped, credentialFlags, siteFlag, storingFlags, valueFlags } from './flags.ts'
import { describeExisting, namedRef, notFound, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'
import type { WritingFlags } from './writing.ts'
import {
  parseVersion,
  refuseForgetting,
  reportWrite,
  warnOfValues,
  writeAsk,
  writeShown,
} from './writing.ts'

interface RotateFlags
  extends
    CredentialFlags,
    Omit<ValueFlags, 'apiKey' | 'apiSecret' | 'apiPassphrase'>,
    WritingFlags {
  readonly newApiKey?: Redacted | undefined
  readonly newApiSecret?: Redacted | undefined
  readonly newApiPassphrase?: Redacted | undefined
  readonly fromSuffix?: string | undefined
  readonly rollback?: boolean | undefined
  readonly adopt?: boolean | undefined
  readonly resume?: boolean | undefined
  readonly discard?: boolean | undefined
  readonly versionId?: string | undefined
  readonly oldRevoked?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly dryRun?: boolean | undefined
}

const { apiKey: _key, apiSecret: _secret, apiPassphrase: _passphrase, ...sharedFlags } = valueFlags

export const rotate: Verb = verb<RotateFlags>({
  brief: 'Replace a credential, promote a copy, roll back, adopt, or finish what was interrupted',
  description: [
    'Makes new values current in one step: whoever reads meanwhile gets all of the old values or all of the new ones. The old values stay as the previous version, to which --rollback returns. New values are given as to save, or taken from a copy that was stored under a suffix; a copy that lacks a member is not promoted.',
    'What a crash or a lost connection left pending is finished by --resume or given up by --discard. On aws --resume also moves members that are out of step, which is what other tools read.',
    'On aws another tool may write a member by hand, so that nobody can tell whether the members belong together. --adopt shows what each member has, masked, with the version and its age, and asks; then those very versions become one version. Where anything was written since it was shown, nothing is adopted. For prod the name of the credential must be typed at a terminal, which --yes does not answer.',
    'The old key works at the exchange until it is revoked there. Once it is, --old-revoked notes it, and status no longer asks.',
    'With --dry-run the plan is printed, the values masked, and nothing is written.',
  ],
  examples: [
    { does: 'Ask for the new values', line: 'mm-secrets rotate --env prod --exchange bybit' },
    {
      does: 'Promote the copy that was tried',
      line: 'mm-secrets rotate --env prod --exchange bybit --from-suffix "-new"',
    },
    {
      does: 'Return to the values before',
      line: 'mm-secrets rotate --env prod --exchange bybit --rollback',
    },
    {
      does: 'Finish an interrupted rotation',
      line: 'mm-secrets rotate --env prod --exchange bybit --resume',
    },
    {
      does: 'Take over what was written with the aws command',
      line: 'mm-secrets rotate --env prod --exchange bybit --adopt',
    },
    {
      does: 'Note that the old key is revoked',
      line: 'mm-secrets rotate --env prod --exchange bybit --old-revoked',
    },
  ],
  exits: [3, 4, 5, 6, 7, 8, 9, 12],
  flags: {
    ...credentialFlags,
    ...sharedFlags,
    newApiKey: argvValue('Deprecated: the new api_key, visible to every user of this machine'),
    newApiSecret: argvValue(
      'Deprecated: the new api_secret, visible to every user of this machine',
    ),
    newApiPassphrase: argvValue(
      'Deprecated: the new api_passphrase, visible to every user of this machine',
    ),
    fromSuffix: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: '-NEW',
      brief: 'Promote the copy that is stored under this suffix',
    },
    rollback: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Make the previous values current again, as a new version',
    },
    adopt: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Make what other tools wrote a version whose members belong together',
    },
    resume: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Finish what is pending, and move what is out of step',
    },
    discard: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Give up what is pending',
    },
    versionId: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'ID',
      brief: 'Which pending version to resume or discard, where there are several',
    },
    oldRevoked: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Note that the previous key is revoked at the exchange',
    },
    site: siteFlag,
    ...storingFlags,
    yes: yesFlag,
    dryRun: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Print the plan and write nothing',
    },
  },
  run,
})

type Mode = 'values' | 'from-suffix' | 'rollback' | 'adopt' | 'resume' | 'discard' | 'old-revoked'

async function run(cli: CliContext, flags: RotateFlags): Promise<ExitCode> {
  const mode = chooseMode(flags)
  if (
    flags.dryRun === true &&
    (mode === 'resume' || mode === 'discard' || mode === 'old-revoked')
  ) {
    throw new SecretsError('USAGE', `--dry-run has no plan to show for --${mode}.`)
  }
  if (flags.versionId !== undefined && mode !== 'resume' && mode !== 'discard') {
    throw new SecretsError('USAGE', '--version-id goes with --resume or --discard.')
  }
  if (flags.yes === true && mode !== 'adopt') {
    throw new SecretsError('USAGE', '--yes goes with --adopt; nothing else here asks.')
  }
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'write')
  refuseForgetting(session, flags)
  const work = { cli, flags, ref, session }
  switch (mode) {
    case 'values':
      return rotateValues(work)
    case 'from-suffix':
      return promote(work)
    case 'rollback':
      return rollBack(work)
    case 'adopt':
      return adopt(work)
    case 'resume':
    case 'discard':
      return recover(work, mode)
    case 'old-revoked':
      return noteRevoked(work)
  }
}

/** What every mode works with. */
interface Work {
  readonly cli: CliContext
  readonly flags: RotateFlags
  readonly ref: CredentialRef
  readonly session: Session
}

function chooseMode(flags: RotateFlags): Mode {
  const named: Mode[] = []
  if (namesValues(valueOptions(flags))) named.push('values')
  if (flags.fromSuffix !== undefined) named.push('from-suffix')
  if (flags.rollback === true) named.push('rollback')
  if (flags.adopt === true) named.push('adopt')
  if (flags.resume === true) named.push('resume')
  if (flags.discard === true) named.push('discard')
  if (flags.oldRevoked === true) named.push('old-revoked')
  const [mode = 'values', other] = named
  if (other === undefined) return mode
  const first = mode === 'values' ? 'new values' : `--${mode}`
  throw new SecretsError('USAGE', `Give ${first} or --${other}, not both.`)
}

function valueOptions(flags: RotateFlags) {
  return {
    ...flags,
    apiKey: flags.newApiKey,
    apiSecret: flags.newApiSecret,
    apiPassphrase: flags.newApiPassphrase,
  }
}

async function rotateValues({ cli, flags, ref, session }: Work): Promise<ExitCode> {
  // Nobody types new values for something that is not there.
  const base = await describeExisting(session, ref, cli.terminal.signal)
  const given: GivenMembers = await readMembers(cli.terminal, ref, valueOptions(flags))
  const ask = writeAsk(cli, flags, given)
  warnOfValues(cli, ref, given)
  if (flags.dryRun === true) {
    reportPlan(cli.terminal, flags, { action: 'rotate', base, members: given.members })
    return 0
  }
  return write(
    { cli, flags, ref, session },
    'rotate',
    { from: 'values', values: given.members },
    // Typing takes minutes: where someone else rotated meanwhile, nothing is written.
    { ...ask, base },
  )
}

async function promote(work: Work): Promise<ExitCode> {
  const { cli, flags, ref, session } = work
  const copy = credentialRef({ ...ref, suffix: flags.fromSuffix ?? null })
  if (flags.dryRun === true) {
    const base = await describeExisting(session, ref, cli.terminal.signal)
    const { members } = await readVersion(work, copy, { stage: 'AWSCURRENT' })
    reportPlan(cli.terminal, flags, { action: 'promote', base, members })
    return 0
  }
  const code = await write(work, 'promote', { from: 'copy', ref: copy })
  note(
    cli.terminal,
    `The copy is still stored; once nobody reads it: mm-secrets delete ${refOptions(copy)}`,
  )
  return code
}

async function rollBack(work: Work): Promise<ExitCode> {
  const { cli, flags, ref, session } = work
  if (flags.dryRun === true) {
    const base = await describeExisting(session, ref, cli.terminal.signal)
    const { members } = await readVersion(work, ref, { stage: 'AWSPREVIOUS' })
    reportPlan(cli.terminal, flags, { action: 'rollback', base, members })
    return 0
  }
  return write(work, 'rollback', { from: 'previous' })
}

/** What is shown is what is adopted: those versions and no others. */
async function adopt(work: Work): Promise<ExitCode> {
  const { cli, flags, ref, session } = work
  const { clock, signal, stderr } = cli.terminal
  const base = await describeExisting(session, ref, signal)
  const { members } = await readVersion(work, ref, { members: foreignVersions(base) })
  if (flags.dryRun === true) {
    reportPlan(cli.terminal, flags, { action: 'adopt', base, members })
    return 0
  }
  stderr.write(adoptionText(base, members, clock.now()))
  const does = `This makes them one version of ${formatRef(ref)}.`
  await confirmChange(cli, flags, ref, does, 'adopted')
  const ids = Object.entries(base.asWritten ?? {}).map(([keyType, id]) => `${keyType} ${id}`)
  const reason = `adopt: ${printable(ids.join(', '))}`
  return write(work, 'adopt', { from: 'foreign', seen: base }, { base, reason, signal })
}

async function readVersion(
  { cli, session }: Work,
  ref: CredentialRef,
  which: VersionSelector,
): Promise<Credential> {
  const credential = await session.secrets.read(ref, { which, signal: cli.terminal.signal })
  if (credential === null) throw notFound(session, ref)
  return credential
}

async function write(
  { cli, flags, ref, session }: Work,
  action: WriteAction,
  source: Source,
  ask: WriteAsk = { signal: cli.terminal.signal },
): Promise<ExitCode> {
  const reuse = flags.allowReuse === true ? { allowReuse: true } : {}
  const result = await writeShown(cli, (onStep) =>
    session.secrets.rotate(ref, source, { ...ask, ...reuse, onStep }),
  )
  reportWrite(cli, session, flags, action, result)
  return 0
}

async function recover(
  { cli, flags, ref, session }: Work,
  action: 'resume' | 'discard',
): Promise<ExitCode> {
  const { signal } = cli.terminal
  const named =
    flags.versionId === undefined
      ? {}
      : { versionId: parseVersion('--version-id', flags.versionId) }
  const result = await session.secrets[action](ref, { ...named, signal })
  reportWrite(cli, session, flags, action, result)
  return 0
}

async function noteRevoked({ cli, flags, ref, session }: Work): Promise<ExitCode> {
  const { clock, signal } = cli.terminal
  const { previous } = await describeExisting(session, ref, signal)
  if (previous === null) throw noPrevious(ref)
  await session.secrets.annotate(ref, previous, { revokedAt: clock.now() }, { signal })
  const state: CredentialState = await describeExisting(session, ref, signal)
  reportWrite(cli, session, flags, 'old-revoked', { state, pending: null })
  return 0
}

function noPrevious(ref: CredentialRef): SecretsError {
  return new SecretsError('NOT_FOUND', `${formatRef(ref)} has no previous version.`, {
    hint: 'mm-secrets history shows the versions that there are.',
  })
}
