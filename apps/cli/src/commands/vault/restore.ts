import type { BackupContent, Environment } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import type { CliContext } from '../../context.ts'
import { confirmTyped } from '../../input/confirm.ts'
import { readGivenBytes } from '../../input/file.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import { jsonLine } from '../../output/json.ts'
import { wantsJson, warn } from '../../output/messages.ts'
import { openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'
import type { VaultFlags } from './flags.ts'
import { namedEnvironment, vaultFlags } from './flags.ts'
import { versionText } from './version-text.ts'

/** A vault of ten thousand credentials has 20 MB. */
const MAX_BYTES = 64 * 1024 * 1024

export const restore: Verb = verb<VaultFlags>({
  brief: 'Put a backup of a vault back',
  argument: { placeholder: 'FILE', brief: 'What vault backup wrote' },
  description: [
    'Writes the credentials of the backup as a new version on top of what is there; the versions before stay in the folder. What was frozen, exposed or revoked since stays so, and so does the list of recipients. Where the vault is damaged, went back, or is not there, the new version begins anew, numbered past all that was seen.',
    'The identity of one of its recipients must be in place first. The name of the environment is typed at a terminal; nothing else answers.',
  ],
  examples: [
    { does: 'After a disk failed', line: 'mm-secrets vault restore --env prod prod-2026-11.age' },
  ],
  exits: [3, 5, 6, 7, 9],
  flags: vaultFlags,
  run,
})

async function run(cli: CliContext, flags: VaultFlags, path: string): Promise<ExitCode> {
  const { fs, signal, stdout } = cli.terminal
  const { bytes } = await readGivenBytes(fs, 'vault restore', path, MAX_BYTES)
  const session = await openSession(cli, flags)
  const env = namedEnvironment(session, flags)
  const { vault } = session.secrets
  const backup = await vault.inspectBackup(env, bytes, { signal })
  tellDoubts(cli, env, backup)
  await confirmTyped(cli.terminal, flags, question(env, backup), env, onlyAtTerminal(env))
  const version = await vault.restoreBackup(env, bytes, { signal })
  const { number, sha256 } = version
  stdout.write(
    wantsJson(cli.terminal, flags)
      ? jsonLine({ credentials: backup.names.length, env, sha256, version: number })
      : `Restored ${credentials(backup)} of ${env}: ${versionText(version)}.\n`,
  )
  return 0
}

function tellDoubts(cli: CliContext, env: Environment, { broken, proven }: BackupContent): void {
  if (broken !== null) {
    warn(
      cli.terminal,
      `${broken} What is left of it goes with the next write: copy the folder first if you want to find out what happened.`,
    )
  }
  if (proven) return
  warn(
    cli.terminal,
    `Nothing proves that this backup was made from the vault of ${env} as it is known here: anybody can encrypt to a recipient. Compare its SHA-256 with what you noted when it was made.`,
  )
}

function question(env: Environment, backup: BackupContent): string {
  return `This replaces all that is stored in ${env} by ${credentials(backup)} of a backup: ${versionText(backup)}.`
}

function credentials({ names }: BackupContent): string {
  return names.length === 1 ? '1 credential' : `${names.length} credentials`
}

function onlyAtTerminal(env: Environment): SecretsError {
  return new SecretsError('USAGE', `A backup of ${env} is put back only at a terminal.`, {
    hint: 'Standard input and standard error must be a terminal, where the name of the environment is typed to confirm. Nothing was written.',
  })
}
