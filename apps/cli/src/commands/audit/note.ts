import type {
  CredentialRef,
  CredentialState,
  Environment,
  Fingerprint,
  Redacted,
} from '@mm-secrets/core'
import {
  errorCode,
  findKnownValue,
  formatRef,
  KEY_TYPES,
  parseEnvironment,
  permittedEnvironments,
  redact,
  SecretsError,
} from '@mm-secrets/core'
import type { CliContext, Session } from '../../context.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import { jsonLine } from '../../output/json.ts'
import { wantsJson } from '../../output/messages.ts'
import type { OutputFlags } from '../flags.ts'
import { asTyped, credentialFlags } from '../flags.ts'
import { listAll, namedRef, openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'

interface NoteFlags extends OutputFlags {
  readonly message: string
  readonly env?: string | undefined
  readonly exchange?: string | undefined
  readonly account?: string | undefined
  readonly suffix?: string | undefined
}

const MAX_CHARACTERS = 2_000

export const note: Verb = verb<NoteFlags>({
  brief: 'Write a note into the audit log',
  description: [
    'Documents what no command can see: that a key was revoked at the exchange, why it was rotated, who approved it. A note that holds a stored value of that environment is refused.',
  ],
  examples: [
    {
      does: 'Document a rotation',
      line: 'mm-secrets audit note --env prod --exchange bybit -m "Old key revoked in the UI, ticket OPS-1234"',
    },
  ],
  exits: [5, 6, 7],
  flags: {
    message: {
      kind: 'parsed',
      parse: asTyped,
      placeholder: 'TEXT',
      brief: 'The note; never put a value into it',
    },
    ...credentialFlags,
    exchange: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'EXCHANGE',
      brief: 'The credential that it is about: bybit, binance or kucoin',
    },
  },
  aliases: { m: 'message' },
  run,
})

async function run(cli: CliContext, flags: NoteFlags): Promise<ExitCode> {
  const text = parseText(flags.message)
  const session = await openSession(cli, flags)
  const { env, ref } = subject(session, flags)
  await refuseValues(session, env, text, cli.terminal.signal)
  const credential = ref === null ? null : formatRef(ref)
  await session.secrets.record({ action: 'note', env, credential, reason: text, incident: null })
  cli.terminal.stdout.write(
    wantsJson(cli.terminal, flags)
      ? jsonLine({ credential, env, recorded: true })
      : `Noted in the audit log of ${env}.\n`,
  )
  return 0
}

function parseText(text: string): string {
  if (text.trim() === '') throw new SecretsError('USAGE', 'The note is empty.')
  if (text.length <= MAX_CHARACTERS) return text.trim()
  throw new SecretsError('USAGE', `The note has more than ${MAX_CHARACTERS} characters.`)
}

interface Subject {
  readonly env: Environment
  /** The credential that it is about; null: the environment as a whole. */
  readonly ref: CredentialRef | null
}

function subject(session: Session, flags: NoteFlags): Subject {
  const { exchange, ...rest } = flags
  if (exchange !== undefined) {
    const ref = namedRef(session, { ...rest, exchange }, 'write')
    return { env: ref.env, ref }
  }
  if (flags.account !== undefined || flags.suffix !== undefined) {
    throw new SecretsError('USAGE', '--account and --suffix need --exchange.')
  }
  const env = flags.env === undefined ? (session.settings.pin ?? 'dev') : flags.env
  return { env: parseEnvironment(env), ref: null }
}

/**
 * Values are recognised by their fingerprints, which no value is read for, in every environment that can be listed.
 * Passphrases have none: those of the note's environment are read and compared.
 *
 * @throws INVALID_VALUE when the text holds a stored value
 */
async function refuseValues(
  session: Session,
  env: Environment,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const own = await listAll(session, { env }, signal)
  const owners = new Map<Fingerprint, CredentialRef>()
  for (const { ref, versions } of [...own, ...(await elsewhere(session, env, signal))]) {
    for (const { metadata } of versions) {
      for (const print of Object.values(metadata.fingerprints)) owners.set(print, ref)
    }
  }
  const found = findKnownValue(text, new Set(owners.keys()))
  const owner = found === null ? null : (owners.get(found) ?? null)
  if (owner !== null) throw holdsValue(owner)
  for (const { ref } of own) {
    const values = await passphrases(session, ref, signal)
    if (redact(text, values) !== text) throw holdsValue(ref)
  }
}

/** A vault that does not open must not keep a note out of another one's log. */
async function elsewhere(
  session: Session,
  env: Environment,
  signal: AbortSignal,
): Promise<readonly CredentialState[]> {
  const states: CredentialState[] = []
  for (const other of permittedEnvironments(session.settings)) {
    if (other === env) continue
    try {
      for await (const page of session.secrets.list(
        { env: other },
        { signal, neverPrompt: true },
      )) {
        states.push(...page)
      }
    } catch (error) {
      if (errorCode(error) === null || errorCode(error) === 'INTERRUPTED') throw error
    }
  }
  return states
}

function holdsValue(ref: CredentialRef): SecretsError {
  return new SecretsError('INVALID_VALUE', `The note holds a stored value of ${formatRef(ref)}.`, {
    hint: 'Nothing was recorded. The value now stands in the history of your shell: rotate it.',
  })
}

async function passphrases(
  { secrets }: Session,
  ref: CredentialRef,
  signal: AbortSignal,
): Promise<readonly Redacted[]> {
  if (!KEY_TYPES[ref.exchange].includes('api_passphrase')) return []
  try {
    const reason = 'looking for its passphrase in a note'
    const credential = await secrets.read(ref, { signal, reason })
    return credential?.members.api_passphrase === undefined
      ? []
      : [credential.members.api_passphrase]
  } catch (error) {
    // What cannot be read cannot be compared; a note must be possible in the middle of an incident.
    if (errorCode(error) === null || errorCode(error) === 'INTERRUPTED') throw error
    return []
  }
}
