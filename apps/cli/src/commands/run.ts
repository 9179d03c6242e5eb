import { constants } from 'node:os'
import type { SecretsError } from '@mm-secrets/core'
import type { CliContext, Session } from '../context.ts'
import { errorJson, errorText, shownError } from '../output/errors.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { note, warn } from '../output/messages.ts'
import type { ChoiceFlags, Chosen } from '../run/chosen.ts'
import { chooseCredentials } from '../run/chosen.ts'
import type { EnvironmentFlags } from '../run/environment.ts'
import { surroundings } from '../run/environment.ts'
import { launch } from '../run/launch.ts'
import { FORMATS } from '../run/mount-text.ts'
import type { Names, SiteOf } from '../run/naming.ts'
import { mappedNames, parseScheme, SCHEMES, schemeNames } from '../run/naming.ts'
import { NotStarted } from '../run/not-started.ts'
import type { OptionFlags } from '../run/options.ts'
import { parseOptions, usage } from '../run/options.ts'
import type { Programs } from '../run/programs.ts'
import type { Outcome } from '../run/supervise.ts'
import { ON_ROTATE } from '../run/supervise.ts'
import { watchCredentials } from '../run/watch.ts'
import type { OutputFlags } from './flags.ts'
import { asTyped, credentialFlags, outputFlags } from './flags.ts'
import { readCurrent } from './reading.ts'
import { openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

type RunFlags = ChoiceFlags & EnvironmentFlags & OptionFlags & OutputFlags

const ROTATED = 75
/** Signals that ask a process to end. */
const DIED_OF: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGTERM']

const NO_NAMES: Names = { form: 'variables', assignments: [] }

export const run: Verb = verb<RunFlags>({
  brief: 'Run a program with credentials in its environment or in a file',
  operands: '-- PROGRAM [ARGUMENTS]',
  description: [
    'Starts PROGRAM, found on PATH and without a shell, with the values of one or several credentials in variables that it reads: BYBIT_API_KEY and BYBIT_API_SECRET, of an account BYBIT_HEDGE_API_KEY, and for other programs what --as or --map say. The values are never arguments of anything, and no other process than PROGRAM gets them. Each read is recorded in the audit log with the name of the program.',
    'A variable that is set already is an error unless --overwrite or --keep. Our own settings (MM_*, SECRETS_BACKEND) and variables that hold other values of an exchange are not passed on. --pristine passes on nothing but PATH, HOME, USER, LOGNAME, SHELL, PWD, TERM, COLORTERM, LANG, LANGUAGE, LC_*, TZ and TMPDIR.',
    'With --mount the values go to a file instead, closed to other users, which is there while PROGRAM runs and gone after it, however it ends.',
    'With --watch the metadata of the credentials are looked at from time to time, on aws by describing their secrets. After a rotation PROGRAM is started anew (restart), told by SIGHUP once the file is rewritten (hup, with --mount), or ended (exit, with exit status 75). When its key is frozen it is stopped, with exit status 6.',
    'PROGRAM has the terminal and the standard streams as if started directly; signals are passed on. The exit status is its own, 128 and the number of the signal that ended it, 126 when it cannot be executed, 127 when it is not found.',
  ],
  examples: [
    {
      does: 'A bot that reads BYBIT_API_KEY and BYBIT_API_SECRET',
      line: 'mm-secrets run --env prod --exchange bybit -- python bot.py',
    },
    {
      does: 'freqtrade, started anew after each rotation',
      line: 'mm-secrets run --env prod --exchange kucoin --as freqtrade --watch -- freqtrade trade -c config.json',
    },
    {
      does: 'Two accounts and names of your own',
      line: 'mm-secrets run --env prod --credential bybit@hedge --credential kucoin --map KEY=bybit:api_key --map SECRET=bybit:api_secret -- ./hedge',
    },
    {
      does: 'A file that is rewritten when the key is rotated',
      line: 'mm-secrets run --env prod --exchange bybit --mount "$XDG_RUNTIME_DIR/bot.env" --watch=30s --on-rotate hup -- ./bot',
    },
  ],
  exits: [4, 5, 6, 7, 8, 9, 12, 75, 126, 127],
  flags: {
    env: credentialFlags.env,
    exchange: { ...text('EXCHANGE', 'bybit, binance or kucoin') },
    account: credentialFlags.account,
    suffix: credentialFlags.suffix,
    credential: {
      ...text('NAME', 'bybit or bybit@hedge, in place of --exchange; may be given several times'),
      variadic: true,
    },
    as: {
      ...text('PROGRAM', 'Names for: mm (the default), ccxt, freqtrade, nautilus or mm-python'),
      proposeCompletions: () => SCHEMES,
    },
    map: {
      ...text('VAR=TYPE', 'Names of your own: KEY=api_key, or KEY=bybit@hedge:api_key; repeatable'),
      variadic: true,
    },
    overwrite: flag('Replace variables that are set already'),
    keep: flag('Keep variables that are set already, where that leaves a credential whole'),
    pristine: flag('Pass on nothing else of the environment'),
    mount: text('FILE', 'Give the values in this new file instead of variables'),
    format: {
      ...text('FORMAT', 'Of the file: dotenv (the default), json or freqtrade'),
      proposeCompletions: () => FORMATS,
    },
    watch: {
      ...text('TIME', 'Look for a rotation every so often: --watch=30s (default: 60s)'),
      inferEmpty: true,
    },
    onRotate: {
      ...text('ACTION', 'After a rotation: restart (the default), hup or exit'),
      proposeCompletions: () => ON_ROTATE,
    },
    grace: text('TIME', 'Between SIGTERM and SIGKILL, when the program is to end (default: 10s)'),
    ...outputFlags,
  },
  run: runProgram,
})

function text(
  placeholder: string,
  brief: string,
): {
  readonly kind: 'parsed'
  readonly parse: (input: string) => string
  readonly optional: true
  readonly placeholder: string
  readonly brief: string
} {
  return { kind: 'parsed', parse: asTyped, optional: true, placeholder, brief }
}

function flag(brief: string): {
  readonly kind: 'boolean'
  readonly optional: true
  readonly withNegated: false
  readonly brief: string
} {
  return { kind: 'boolean', optional: true, withNegated: false, brief }
}

async function runProgram(cli: CliContext, flags: RunFlags): Promise<ExitCode> {
  const { clock, env, fs, signal } = cli.terminal
  const options = parseOptions(cli.program, flags)
  const session = await openSession(cli, flags)
  const { secrets, settings } = session
  const chosen = chooseCredentials(settings, flags)
  if (options.mount?.format === 'freqtrade' && chosen.length > 1) {
    throw usage('--format freqtrade holds one credential.', 'Run one freqtrade for each exchange.')
  }
  const names = await chooseNames(cli, session, flags, chosen)
  const around = surroundings(env, options.mount === null ? names : NO_NAMES, flags)
  const programs = await cli.terminal.openPrograms()
  try {
    const [program] = options.command
    const found = await programs.find(program, around.inherited['PATH'])
    if (found !== 'executable') throw new NotStarted(program, found)
    const outcome = await launch({
      ...{ options, chosen, names, around, programs, fs, clock, signal },
      read: ({ ref }, reason, until) => readCurrent(cli, session, ref, { signal: until, reason }),
      watch: (intervalMs) =>
        watchCredentials({
          ...{ intervalMs, secrets, clock },
          random: Math.random,
          tell: (line) => {
            warn(cli.terminal, line)
          },
        }),
      note: (line) => {
        note(cli.terminal, line)
      },
    })
    return endAs(programs, outcome)
  } catch (error) {
    if (!(error instanceof NotStarted)) throw error
    tell(cli, flags, error)
    return error.exit
  }
}

/**
 * Ends as the program did, by its own signal too: a shell that reads a script stops at Ctrl-C only when what it ran
 * died of it, and systemd takes the death by SIGTERM for a clean stop, but not the exit status 143. Signals that
 * leave a core dump are told by the status alone: ours would hold the values.
 */
function endAs(programs: Programs, outcome: Outcome): ExitCode {
  if (outcome === 'rotated') return ROTATED
  const { code, signal } = outcome
  // The status is the program's own: any number.
  if (signal === null) return (code ?? 0) as ExitCode
  if (DIED_OF.includes(signal)) programs.dieBy(signal)
  return (128 + constants.signals[signal]) as ExitCode
}

function tell({ terminal }: CliContext, flags: OutputFlags, error: SecretsError): void {
  const shown = shownError(error)
  terminal.stderr.write(flags.json === true ? errorJson(shown) : errorText(shown, terminal))
}

async function chooseNames(
  cli: CliContext,
  session: Session,
  { as, map = [] }: RunFlags,
  chosen: readonly Chosen[],
): Promise<Names> {
  if (map.length === 0) {
    const scheme = parseScheme(as ?? 'mm')
    const site = scheme === 'nautilus' ? await sites(cli, session, chosen) : () => null
    return schemeNames(scheme, chosen, site)
  }
  if (as === undefined) return mappedNames(map, chosen)
  throw usage('Give --as or --map, not both.', 'Map what the program does not read by itself.')
}

async function sites(
  cli: CliContext,
  { secrets }: Session,
  chosen: readonly Chosen[],
): Promise<SiteOf> {
  const found = new Map<string, string | null>()
  for (const { label, ref } of chosen) {
    const state = await secrets.describe(ref, { signal: cli.terminal.signal })
    const current = state?.versions.find(({ id }) => id === state.current)
    found.set(label, current?.metadata.site ?? null)
  }
  return ({ label }) => found.get(label) ?? null
}
