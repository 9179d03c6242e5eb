import type { Environment } from '../../credential/exchange.ts'
import type { VaultKeeper } from '../vault-keeper.ts'
import { inspectBackup, restoreBackup, takeBackup } from './backup.ts'
import { addRecipient, listRecipients, removeRecipient, versionOf } from './recipients.ts'
import { noVault } from './refusals.ts'
import type { Vault } from './vault.ts'

/** Recipients, trust and backups of the vaults in files. */
export function fileVaultKeeper(vaultOf: (env: Environment) => Vault): VaultKeeper {
  return {
    recipients: (env, call) => listRecipients(vaultOf(env), call),
    addRecipient: (env, recipient, label, call) =>
      addRecipient(vaultOf(env), recipient, label, call),
    removeRecipient: (env, who, call) => removeRecipient(vaultOf(env), who, call),
    untrusted: async (env, call) => {
      const { folder, reader } = vaultOf(env)
      const newest = await reader.peek(call)
      if (newest === null) throw noVault(folder)
      return { ...versionOf(newest), seen: (await reader.recorded(call))?.number ?? 0 }
    },
    trust: async (env, sha256, call) => versionOf(await vaultOf(env).reader.trust(sha256, call)),
    backup: (env, call) => takeBackup(vaultOf(env), call),
    inspectBackup: (env, file, call) => inspectBackup(vaultOf(env), file, call),
    restoreBackup: (env, file, call) => restoreBackup(vaultOf(env), file, call),
  }
}
