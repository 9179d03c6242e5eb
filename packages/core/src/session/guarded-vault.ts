import { createHash } from 'node:crypto'
import type { VaultKeeper, VaultRecipient, VaultVersion } from '../backend/vault-keeper.ts'
import type { Environment } from '../credential/exchange.ts'
import { SecretsError, errorCode } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'
import { newCall } from '../runtime/call.ts'
import type { Clock } from '../runtime/clock.ts'
import { permit } from '../settings/pinning.ts'
import type { Settings } from '../settings/settings.ts'
import type { Recorder } from './recorder.ts'
import type { Ask, Guarded } from './secrets.ts'

/** How much of a recipient's hash the audit log shows. */
const SHOWN_DIGITS = 12

/**
 * The verbs of whole vaults, behind pinning and CI rules. What changes a vault or carries it away is recorded: who was
 * added by the hash of the recipient, never an identity.
 *
 * @param open undefined: the backend has no vaults
 */
export function guardedVault(
  open: () => Promise<VaultKeeper | undefined>,
  settings: Settings,
  record: Recorder['recordWrite'],
  clock: Clock,
): Guarded<VaultKeeper> {
  async function opened(env: Environment): Promise<VaultKeeper> {
    permit(settings, 'vault', env)
    const keeper = await open()
    if (keeper !== undefined) return keeper
    throw new SecretsError('CONFIG', 'Only the file backend has recipients and backups.', {
      hint: 'Unset SECRETS_BACKEND, or set it to file.',
    })
  }

  async function looking<T>(
    env: Environment,
    ask: Ask,
    work: (keeper: VaultKeeper, call: Call) => Promise<T>,
  ): Promise<T> {
    return work(await opened(env), newCall(clock, ask.signal))
  }

  /** Leaves two records: `started` and its outcome. */
  async function changing<T>(
    env: Environment,
    ask: Ask,
    doing: string,
    work: (keeper: VaultKeeper, call: Call) => Promise<T>,
    done: (result: T) => string,
  ): Promise<T> {
    const event = { action: 'vault', env } as const
    const keeper = await opened(env)
    await record({ ...event, reason: because(doing, ask), outcome: 'started' })
    try {
      const result = await work(keeper, newCall(clock, ask.signal))
      await record({ ...event, reason: because(done(result), ask), outcome: 'done' })
      return result
    } catch (error) {
      const code = errorCode(error)
      await record({ ...event, reason: because(doing, ask), outcome: 'failed', code })
      throw error
    }
  }

  /** One record, once it is done: the key of the log is in a vault that may not open before. */
  async function opening<T>(
    env: Environment,
    ask: Ask,
    work: (keeper: VaultKeeper, call: Call) => Promise<T>,
    done: (result: T) => string,
  ): Promise<T> {
    const result = await looking(env, ask, work)
    await record({ action: 'vault', env, reason: because(done(result), ask), outcome: 'done' })
    return result
  }

  return {
    recipients: (env, ask = {}) =>
      looking(env, ask, (keeper, call) => keeper.recipients(env, call)),
    addRecipient: (env, recipient, label, ask = {}) =>
      changing(
        env,
        ask,
        'adding a recipient',
        (keeper, call) => keeper.addRecipient(env, recipient, label, call),
        ({ added, ...version }) => `added ${naming(added)} in ${versionText(version)}`,
      ),
    removeRecipient: (env, who, ask = {}) =>
      changing(
        env,
        ask,
        'removing a recipient',
        (keeper, call) => keeper.removeRecipient(env, who, call),
        ({ removed, ...version }) => `removed ${naming(removed)} in ${versionText(version)}`,
      ),
    untrusted: (env, ask = {}) => looking(env, ask, (keeper, call) => keeper.untrusted(env, call)),
    trust: (env, sha256, ask = {}) =>
      opening(
        env,
        ask,
        (keeper, call) => keeper.trust(env, sha256, call),
        (version) => `trusted ${versionText(version)}`,
      ),
    backup: (env, ask = {}) =>
      opening(
        env,
        ask,
        (keeper, call) => keeper.backup(env, call),
        (version) => `backed up ${versionText(version)}`,
      ),
    inspectBackup: (env, file, ask = {}) =>
      looking(env, ask, (keeper, call) => keeper.inspectBackup(env, file, call)),
    restoreBackup: (env, file, ask = {}) =>
      opening(
        env,
        ask,
        (keeper, call) => keeper.restoreBackup(env, file, call),
        (version) => `restored the backup sha256 ${sha256Of(file)} as ${versionText(version)}`,
      ),
  }
}

function because(text: string, { reason }: Ask): string {
  return reason === undefined ? text : `${text}: ${reason}`
}

function naming({ label, recipient }: VaultRecipient): string {
  return `${label} (recipient sha256 ${sha256Of(recipient).slice(0, SHOWN_DIGITS)})`
}

function versionText({ number, sha256 }: VaultVersion): string {
  return `version ${number} sha256 ${sha256}`
}

function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}
