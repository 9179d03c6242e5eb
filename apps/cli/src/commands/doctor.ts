import type { CredentialState, Environment, Finding } from '@mm-secrets/core'
import {
  examineAudit,
  examineCopies,
  examineCredential,
  examineFolder,
  examineSettings,
  failing,
  homeFolder,
  parseEnvironment,
  permittedEnvironments,
} from '@mm-secrets/core'
import type { CliContext, Session } from '../context.ts'
import { examineCurrentFolder } from '../doctor/current-folder.ts'
import type { Examined } from '../doctor/report.ts'
import { isPassed, reportJson, reportText } from '../doctor/report.ts'
import { examineShell } from '../doctor/shell.ts'
import { mayAsk } from '../input/terminal.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { jsonLine } from '../output/json.ts'
import { wantsJson } from '../output/messages.ts'
import { styleFor } from '../output/style.ts'
import type { OutputFlags } from './flags.ts'
import { outputFlags, scopeFlags } from './flags.ts'
import { judged, listAll } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

interface DoctorFlags extends OutputFlags {
  readonly env?: string | undefined
}

export const doctor: Verb = verb<DoctorFlags>({
  brief: 'Look for what should be mended, each with its fix',
  description: [
    'Looks at the settings, the home and its permissions, identities and who else can open each vault, every version that is kept of it, the audit log, and by metadata alone at every credential: exposed, overdue, half saved, a rotation that stopped, an old key not revoked, a forgotten copy. Then at this shell and the current folder: variables, .env files, configurations of freqtrade and ccxt that hold a value in clear; they are told by name and line.',
    'On AWS at the caller, region, clock and permissions too, which are tried by requests that change nothing; in prod no value is asked for, elsewhere one is read and dropped.',
    'Nothing is changed and no value is shown. A vault whose identity has a passphrase is opened only when --env names it.',
    'It exits with 13 if there is an error or a warning; notes do not count.',
  ],
  examples: [
    { does: 'Everything', line: 'mm-secrets doctor' },
    {
      does: 'What is wrong, for a script',
      line: 'mm-secrets doctor --env prod --json | jq -r \'.findings[] | select(.level == "error").message\'',
    },
  ],
  exits: [6, 13],
  flags: { env: scopeFlags.env, ...outputFlags },
  run,
})

async function run(cli: CliContext, flags: DoctorFlags): Promise<ExitCode> {
  const { env, stdout } = cli.terminal
  const chosen = flags.env === undefined ? null : parseEnvironment(flags.env)
  const examined = await examineAll(cli, flags, chosen)
  if (wantsJson(cli.terminal, flags)) stdout.write(jsonLine(reportJson(examined)))
  else stdout.write(reportText(examined, stdout.columns, styleFor(stdout.isTty, env)))
  return isPassed(examined) ? 0 : 13
}

async function examineAll(
  cli: CliContext,
  flags: DoctorFlags,
  chosen: Environment | null,
): Promise<readonly Examined[]> {
  const { terminal } = cli
  const here: Finding[] = [
    ...(await examineHome(cli)),
    examineShell(terminal.env),
    ...(await examineCurrentFolder(terminal.fs, '.')),
  ]
  let session: Session
  try {
    // Nobody is asked for the passphrase of an environment that was not named.
    const ask = chosen !== null && mayAsk(terminal, flags)
    session = await terminal.openSession(terminal, ask)
  } catch (error) {
    return about(null, [settingsFailing(error), ...here])
  }
  const { settings } = session
  const envs = chosen === null ? permittedEnvironments(settings) : [chosen]
  const found: Examined[] = []
  const stored = new Set<Environment>()
  for (const env of envs) {
    const { credentials, findings } = await examineEnvironment(cli, session, env)
    if (credentials > 0) stored.add(env)
    found.push(...about(env, findings))
  }
  return [...about(null, [...examineSettings(settings, stored), ...here]), ...found]
}

/** The home itself, which a broken config.json does not hide. */
async function examineHome({ terminal }: CliContext): Promise<readonly Finding[]> {
  try {
    const home = homeFolder(terminal.env, terminal.platform)
    return [await examineFolder(terminal.fs, home, 'the home')]
  } catch (error) {
    return [failing('home', error)]
  }
}

function settingsFailing(error: unknown): Finding {
  const { fix, ...rest } = failing('settings', error)
  const again = 'Then run doctor again: no store was looked into.'
  return { ...rest, fix: fix === null ? again : `${fix} ${again}` }
}

interface ExaminedEnvironment {
  readonly findings: readonly Finding[]
  /** How many are stored there, as far as that could be seen. */
  readonly credentials: number
}

async function examineEnvironment(
  { terminal }: CliContext,
  session: Session,
  env: Environment,
): Promise<ExaminedEnvironment> {
  const { clock, fs, signal } = terminal
  const { secrets, settings } = session
  const store = await secrets.examine(env, { signal })
  // What does not open was told once; log and listing would only repeat it.
  const opens = !store.some(({ check, level }) => check === 'store' && level !== 'ok')
  if (!opens) return { findings: store, credentials: 0 }
  const log = await examineAudit(secrets.audit, settings, env, fs)
  try {
    const states = await listAll(session, { env }, signal)
    const found = examineStates(session, states, clock.now())
    return { findings: [...store, ...log, ...found], credentials: states.length }
  } catch (error) {
    return { findings: [...store, ...log, failing('store', error)], credentials: 0 }
  }
}

function examineStates(
  session: Session,
  states: readonly CredentialState[],
  now: number,
): readonly Finding[] {
  return [
    ...states.flatMap((state) => examineCredential(state, judged(session, state, now), now)),
    ...examineCopies(states, now),
  ]
}

function about(env: Environment | null, findings: readonly Finding[]): readonly Examined[] {
  return findings.map((finding) => ({ ...finding, env }))
}
