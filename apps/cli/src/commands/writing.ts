import type { Annotation, CredentialRef, WriteAsk, WriteResult, WriteStep } from '@mm-secrets/core'
import { parseVersionId, SecretsError, shapeWarnings } from '@mm-secrets/core'
import type { CliContext, Session } from '../context.ts'
import type { GivenMembers } from '../input/members.ts'
import { jsonLine } from '../output/json.ts'
import { note, wantsJson, warn } from '../output/messages.ts'
import { withProgress } from '../output/progress.ts'
import type { WriteAction } from '../output/write-report.ts'
import { nextSteps, writeJson, writeSentence } from '../output/write-report.ts'
import type { OutputFlags, StoringFlags } from './flags.ts'
import { judged } from './session.ts'

/** What save and rotate have in common beside their values. */
export interface WritingFlags extends OutputFlags, StoringFlags {
  readonly complete?: string | undefined
  readonly site?: string | undefined
}

/** A host of an exchange by name: `mainnet`, `testnet`, `demo`, or a regional one. */
const SITE = /^[a-z][a-z0-9-]{0,31}$/

/** What goes on after each step. */
const NEXT: Readonly<Record<WriteStep, string>> = {
  described: 'Writing',
  written: 'Written, not live yet',
  checked: 'Checked, not live yet',
  committing: 'Making it live',
  live: 'Live',
}

/**
 * The memory backend forgets everything when the command ends.
 *
 * @throws USAGE unless the person says that this is meant
 */
export function refuseForgetting({ settings }: Session, flags: WritingFlags): void {
  if (settings.backend !== 'memory' || flags.ephemeral === true) return
  throw new SecretsError(
    'USAGE',
    'The memory backend keeps nothing: what is saved is gone when this command ends.',
    { hint: 'Unset SECRETS_BACKEND to use the vault, or add --ephemeral to go through with it.' },
  )
}

/** What a write of given values is to be told. */
export function writeAsk(cli: CliContext, flags: WritingFlags, given: GivenMembers): WriteAsk {
  const { clock, signal } = cli.terminal
  const annotation: Annotation = {
    ...(flags.site === undefined ? {} : { site: parseSite(flags.site) }),
    ...(given.exposed ? { exposedAt: clock.now() } : {}),
  }
  return {
    annotation,
    signal,
    ...(flags.allowReuse === true ? { allowReuse: true } : {}),
    ...(flags.complete === undefined ? {} : { versionId: parseTicket(flags.complete) }),
  }
}

/** Does the write, showing on a terminal how far it is. */
export async function writeShown(
  cli: CliContext,
  work: (onStep: (step: WriteStep) => void) => Promise<WriteResult>,
): Promise<WriteResult> {
  return withProgress(cli.terminal, (show) =>
    work((step) => {
      show(NEXT[step])
    }),
  )
}

/** What the person should know of the values before they are written. */
export function warnOfValues(cli: CliContext, ref: CredentialRef, given: GivenMembers): void {
  if (given.exposed) {
    warn(
      cli.terminal,
      'A value on the command line is visible to every user of this machine and stays in the history of the shell; use --value-stdin or --value-file. The key is marked as exposed until it is rotated.',
    )
  }
  for (const text of [...given.notes, ...shapeWarnings(ref.exchange, given.members)]) {
    warn(cli.terminal, text)
  }
}

/** Prints what came of a write, and what to do next. */
export function reportWrite(
  cli: CliContext,
  session: Session,
  flags: OutputFlags,
  action: WriteAction,
  result: WriteResult,
): void {
  const { clock, stdout } = cli.terminal
  const row = judged(session, result.state, clock.now())
  if (wantsJson(cli.terminal, flags)) {
    stdout.write(jsonLine(writeJson(action, result, row)))
    // A script's log should say it, too.
    if (result.pending !== null) note(cli.terminal, writeSentence(action, result))
  } else {
    stdout.write(`${writeSentence(action, result)}\n`)
  }
  for (const text of nextSteps(result, row)) note(cli.terminal, text)
}

/** @throws USAGE */
export function parseVersion(option: string, text: string): NonNullable<WriteAsk['versionId']> {
  const id = parseVersionId(text)
  if (id !== null) return id
  throw new SecretsError('USAGE', `${option} is not the id of a version.`, {
    hint: 'An id is a UUID; mm-secrets history shows those that there are.',
  })
}

function parseTicket(text: string): NonNullable<WriteAsk['versionId']> {
  const id = parseVersionId(text)
  if (id !== null) return id
  throw new SecretsError('USAGE', '--complete is not a ticket.', {
    hint: 'The first half that was saved printed it; mm-secrets history shows it as pending.',
  })
}

function parseSite(text: string): string {
  if (SITE.test(text)) return text
  throw new SecretsError('USAGE', '--site is not the name of a site.', {
    hint: 'A site is a word such as mainnet, testnet, demo or eu.',
  })
}
