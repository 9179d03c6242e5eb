import type { Environment, VaultVersion } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import type { CliContext, Session } from '../../context.ts'
import { confirmTyped } from '../../input/confirm.ts'
import type { ExitCode } from '../../output/exit-code.ts'
import { jsonLine } from '../../output/json.ts'
import { wantsJson, warn } from '../../output/messages.ts'
import { asTyped } from '../flags.ts'
import { openSession } from '../session.ts'
import type { Verb } from '../verb.ts'
import { verb } from '../verb.ts'
import type { VaultFlags } from './flags.ts'
import { namedEnvironment, vaultFlags } from './flags.ts'
import { versionText } from './version-text.ts'

interface TrustFlags extends VaultFlags {
  readonly sha256?: string | undefined
}

const SHA256 = /^[0-9a-f]{64}$/

export const trust: Verb = verb<TrustFlags>({
  brief: 'Take a vault from elsewhere for the newest',
  description: [
    'Each identity records the newest version of a vault that it has seen, so that a forged or an older one put back is refused. A folder that comes from another machine has no such record yet, and nothing here tells whether it is what it should be: compare its SHA-256 with that machine (vault recipients list, or sha256sum of the newest file), over another way than the folder came.',
    'With --sha256 the version must have this one, and no question is asked. Without it, number and SHA-256 are shown, and the name of the environment must be typed at a terminal. From then on every later version must follow from this one.',
  ],
  examples: [
    {
      does: 'What vault recipients add printed on the other machine',
      line: 'mm-secrets vault trust --env prod --sha256 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    },
    { does: 'After comparing by eye', line: 'mm-secrets vault trust --env prod' },
  ],
  exits: [3, 4, 5, 6, 7, 9, 13],
  flags: {
    ...vaultFlags,
    sha256: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'HEX',
      brief: 'The SHA-256 that the other machine tells',
    },
  },
  run,
})

async function run(cli: CliContext, flags: TrustFlags): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const given = flags.sha256 === undefined ? null : parseHash(flags.sha256)
  const session = await openSession(cli, flags)
  const env = namedEnvironment(session, flags)
  const sha256 = given ?? (await askForIt(cli, flags, session, env))
  const version = await session.secrets.vault.trust(env, sha256, { signal })
  stdout.write(
    wantsJson(cli.terminal, flags)
      ? jsonLine({ env, sha256: version.sha256, version: version.number })
      : `The vault of ${env} is trusted: ${versionText(version)}.\n`,
  )
  return 0
}

async function askForIt(
  cli: CliContext,
  flags: TrustFlags,
  { secrets }: Session,
  env: Environment,
): Promise<string> {
  const found = await secrets.vault.untrusted(env, { signal: cli.terminal.signal })
  if (found.seen > found.number) {
    warn(
      cli.terminal,
      `This identity has seen version ${found.seen} of the vault of ${env}: ${found.number} is a step back.`,
    )
  }
  await confirmTyped(cli.terminal, flags, question(env, found), env, onlyAtTerminal(env))
  return found.sha256
}

function question(env: Environment, found: VaultVersion): string {
  return `The newest version of the vault of ${env} here is ${versionText(found)}. Does the machine that it is from say the same?`
}

function onlyAtTerminal(env: Environment): SecretsError {
  return new SecretsError('USAGE', `A vault is trusted at a terminal, or by its SHA-256.`, {
    hint: `On the machine that it is from, mm-secrets vault recipients list --env ${env} tells it; give it with --sha256.`,
  })
}

function parseHash(text: string): string {
  const hash = text.trim().toLowerCase()
  if (SHA256.test(hash)) return hash
  throw new SecretsError('USAGE', '--sha256 is not a SHA-256.', { hint: 'It has 64 hex digits.' })
}
