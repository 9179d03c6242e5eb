import type { Credential } from '@mm-secrets/core'
import { didYouMean, formatRef, SecretsError } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import { refuseUnsafePath, writeNewFile } from '../exporting/new-file.ts'
import { shellLines } from '../formats/shell.ts'
import { credentialFields } from '../output/credential-fields.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { jsonLine } from '../output/json.ts'
import { note, wantsJson } from '../output/messages.ts'
import { printablePath } from '../output/printable-path.ts'
import type { ChoiceFlags, Chosen } from '../run/chosen.ts'
import { chooseCredentials } from '../run/chosen.ts'
import { mountText } from '../run/mount-text.ts'
import { schemeNames } from '../run/naming.ts'
import type { Held } from '../run/variables.ts'
import { valuesOf } from '../run/variables.ts'
import type { OutputFlags } from './flags.ts'
import { asTyped, credentialFlags, outputFlags } from './flags.ts'
import { readCurrent } from './reading.ts'
import { confirmReveal } from './revealing.ts'
import { openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

interface ExportFlags extends OutputFlags, ChoiceFlags {
  readonly format: string
  readonly output: string
}

const FORMATS = ['dotenv', 'shell', 'json'] as const
type Format = (typeof FORMATS)[number]

export const exportValues: Verb = verb<ExportFlags>({
  brief: 'Write credentials in plain text into a new file of your own',
  description: [
    'Writes the values of one or several credentials into a file: dotenv (BYBIT_API_KEY=…), shell (export BYBIT_API_KEY=…) or json. Rather use run, which gives the values to a program and leaves no file behind.',
    'The file is made with mode 0600 and must not exist; a path that git tracks, or would add, is refused. For prod the name is typed at a terminal to confirm; in CI nothing is exported. Every read is recorded in the audit log.',
  ],
  examples: [
    {
      does: 'A file in memory, for a program that can do no better',
      line: 'mm-secrets export --env dev --exchange bybit --format dotenv --output "$XDG_RUNTIME_DIR/bot.env"',
    },
    {
      does: 'Two accounts for a shell',
      line: 'mm-secrets export --env dev --credential bybit@hedge --credential kucoin --format shell --output keys.sh',
    },
  ],
  exits: [3, 4, 5, 6, 7, 8, 9, 12],
  flags: {
    env: credentialFlags.env,
    exchange: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'EXCHANGE',
      brief: 'bybit, binance or kucoin',
    },
    account: credentialFlags.account,
    suffix: credentialFlags.suffix,
    credential: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      variadic: true,
      placeholder: 'NAME',
      brief: 'bybit or bybit@hedge, in place of --exchange; may be given several times',
    },
    format: {
      kind: 'parsed',
      parse: asTyped,
      proposeCompletions: () => FORMATS,
      placeholder: 'FORMAT',
      brief: 'Of the file: dotenv, shell or json',
    },
    output: {
      kind: 'parsed',
      parse: asTyped,
      placeholder: 'FILE',
      brief: 'The file to make; it must not exist',
    },
    ...outputFlags,
  },
  run,
})

async function run(cli: CliContext, flags: ExportFlags): Promise<ExitCode> {
  const { fs, signal, stdout } = cli.terminal
  const format = parseFormat(flags.format)
  const path = flags.output
  if (path === '' || path === '-') throw noFile()
  const session = await openSession(cli, flags)
  const chosen = chooseCredentials(session.settings, flags)
  const refs = chosen.map(({ ref }) => ref)
  const names = schemeNames('mm', chosen, () => null)
  await refuseUnsafePath(fs, path, await (await cli.terminal.openGit()).standing(path))
  await confirmReveal(
    cli,
    session,
    flags,
    refs,
    `This writes to ${printablePath(path)} the values of`,
  )

  const held = new Map<string, Credential>()
  for (const { label, ref } of chosen) {
    held.set(label, await readCurrent(cli, session, ref, { signal, reveal: true }))
  }
  await writeNewFile(fs, path, fileText(format, names, chosen, held))
  const shown = printablePath(path)
  if (wantsJson(cli.terminal, flags)) {
    const credentials = refs.map((ref) => ({ ...credentialFields(ref) }))
    stdout.write(jsonLine({ credentials, file: path, format }))
  } else {
    stdout.write(`Wrote ${refs.map(formatRef).join(' and ')} to ${shown}.\n`)
  }
  note(cli.terminal, `Whoever reads ${shown} has the values; delete it once it is used.`)
  return 0
}

function fileText(
  format: Format,
  names: ReturnType<typeof schemeNames>,
  chosen: readonly Chosen[],
  held: Held,
): string {
  if (format === 'shell') return shellLines(valuesOf(names, held))
  return mountText(format, names, chosen, held)
}

/** @throws USAGE with a suggestion */
function parseFormat(text: string): Format {
  const format = FORMATS.find((known) => known === text)
  if (format !== undefined) return format
  throw new SecretsError(
    'USAGE',
    `--format is none that a file can have.${didYouMean(text, FORMATS)}`,
    {
      hint: `It is one of ${FORMATS.join(', ')}.`,
    },
  )
}

function noFile(): SecretsError {
  return new SecretsError('USAGE', '--output names no file.', {
    hint: 'Values are never written to standard output; to hand them to a program: mm-secrets run',
  })
}
