import type { CliContext } from '../../context.ts'
import { refuseUnsafePath, writeNewFile } from '../../exporting/new-file.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import { jsonLine } from '../../output/json.ts'
import { note, wantsJson } from '../../output/messages.ts'
import { printablePath } from '../../output/printable-path.ts'
import { asTyped } from '../flags.ts'
import { openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'
import type { VaultFlags } from './flags.ts'
import { namedEnvironment, vaultFlags } from './flags.ts'
import { versionText } from './version-text.ts'

interface BackupFlags extends VaultFlags {
  readonly output: string
}

export const backup: Verb = verb<BackupFlags>({
  brief: 'Write a vault into one encrypted file',
  description: [
    'The newest version as it is, encrypted to all recipients: an age file, which age -d reads with the identity of any of them. No identity is in it: keep one elsewhere, on paper or on another machine, or the backup is worth nothing.',
    'Note its SHA-256 beside the date: vault restore shows it again.',
  ],
  examples: [
    {
      does: 'Onto a stick',
      line: 'mm-secrets vault backup --env prod --output /media/stick/prod-2026-11.age',
    },
  ],
  exits: [4, 5, 6, 7, 9],
  flags: {
    output: {
      kind: 'parsed',
      parse: asTyped,
      placeholder: 'FILE',
      brief: 'The file to make; it must not exist',
    },
    ...vaultFlags,
  },
  run,
})

async function run(cli: CliContext, flags: BackupFlags): Promise<ExitCode> {
  const { fs, signal, stdout } = cli.terminal
  const path = flags.output
  const session = await openSession(cli, flags)
  const env = namedEnvironment(session, flags)
  // What is encrypted may lie in a repository.
  await refuseUnsafePath(fs, path, 'outside')
  const { file, ...version } = await session.secrets.vault.backup(env, { signal })
  await writeNewFile(fs, path, file)
  stdout.write(
    wantsJson(cli.terminal, flags)
      ? jsonLine({ env, file: path, sha256: version.sha256, version: version.number })
      : `Wrote the vault of ${env} to ${printablePath(path)}: ${versionText(version)}.\n`,
  )
  note(
    cli.terminal,
    'It opens with the identity of any recipient, and with nothing else: keep a copy of one apart from it.',
  )
  return 0
}
