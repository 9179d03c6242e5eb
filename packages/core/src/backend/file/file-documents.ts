import type { AuditHead } from '../../audit/event.ts'
import type { Environment } from '../../credential/exchange.ts'
import type { Call } from '../../runtime/call.ts'
import type { Finding } from '../../doctor/finding.ts'
import type { DocumentStore } from '../document/document.ts'
import type { VaultKeeper } from '../vault-keeper.ts'
import { examineVault } from './examine.ts'
import { fileIdentities } from './identities.ts'
import type { FileDocumentsOptions } from './options.ts'
import { recipientOf } from './recipient.ts'
import type { VaultContent } from './vault-content.ts'
import type { VaultFolder } from './vault-folder.ts'
import { vaultFolder } from './vault-folder.ts'
import { fileVaultKeeper } from './vault-keeper.ts'
import { vaultReader } from './vault-reader.ts'
import { OWN_LABEL, vaultWriter } from './vault-writer.ts'
import type { Vault } from './vault.ts'
import type { OpenedVersion } from './version-file.ts'

/** Encrypted documents in files, and what the audit log needs of them. */
export interface FileDocuments extends DocumentStore {
  /** The key of the environment's audit chain, 32 bytes; makes the vault, empty, where there is none. */
  auditKey(env: Environment, call: Call): Promise<Uint8Array>
  /** Where the audit chain stood when each version that is kept was written, oldest first. */
  auditHeads(env: Environment, call: Call): Promise<readonly AuditHead[]>
  /** What is to be mended of folder, identity and vault; reads no credential. Never throws for what it finds. */
  examine(env: Environment, call: Call): Promise<readonly Finding[]>
  /** Who can open the vaults, and their copies. */
  readonly keeper: VaultKeeper
}

/**
 * One folder, one identity and one vault for each environment: opening one never decrypts another.
 *
 * A vault is a file of age for each version, named by its number. Writers compare and swap by linking the next number;
 * readers check that what they find was written by one who could open the vault, and that it never goes back.
 *
 * @throws (each method) STORE_CREDENTIALS without a usable identity; CORRUPT, TAMPERED, ROLLED_BACK; UNAVAILABLE,
 * DENIED, CONFIG for what the file system refuses
 */
export function fileDocuments(options: FileDocumentsOptions): FileDocuments {
  const identities = fileIdentities(options)
  const vaults = new Map<Environment, Vault>()

  function vaultOf(env: Environment): Vault {
    const known = vaults.get(env)
    if (known !== undefined) return known
    const folder = vaultFolder(options.home, env)
    const reader = vaultReader(options, identities, folder)
    const vault: Vault = {
      folder,
      identities,
      reader,
      writer: vaultWriter(options, identities, folder, reader),
      ownLabel: options.ownLabel ?? OWN_LABEL,
      now: () => new Date(options.clock.now()).toISOString(),
      auditHeadAfter: (base, call) => auditHeadAfter(folder, base, call),
    }
    vaults.set(env, vault)
    return vault
  }

  /** The chain only grows: a log that was cut leaves the later head in the vault, where `audit verify` finds it. */
  async function auditHeadAfter(
    folder: VaultFolder,
    base: OpenedVersion | null,
    call: Call,
  ): Promise<AuditHead | null> {
    const { env } = folder
    const before = base === null ? null : await ownHead(folder, base.content, call)
    const now = await options.auditHead(env).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : 'unknown'
      options.warn(`The vault of ${env} could not record where its audit log stands: ${problem}`)
      return null
    })
    return now !== null && now.sequence >= (before?.sequence ?? 0) ? now : before
  }

  /** Each machine has a log of its own: the heads that others recorded say nothing of this one. */
  async function ownHead(
    folder: VaultFolder,
    { auditHead, auditHeads, recipients }: VaultContent,
    call: Call,
  ): Promise<AuditHead | null> {
    if (recipients.length === 0) return auditHead
    const identity = await identities.open(folder, call)
    return (identity === null ? undefined : auditHeads[recipientOf(identity)]) ?? null
  }

  return {
    read: async (env, call) => {
      const opened = await vaultOf(env).reader.newest(call)
      if (opened === null) return null
      const { auditKey, auditHead, credentials } = opened.content
      return { document: { auditKey, auditHead, credentials }, revision: opened.number }
    },
    replace: async (env, { credentials }, revision, call) => {
      const vault = vaultOf(env)
      const base = await vault.reader.newest(call)
      if ((base?.number ?? 0) !== revision) return false
      // No audit log is older than the vault that holds its key.
      const auditHead = base === null ? null : await vault.auditHeadAfter(base, call)
      return (await vault.writer.write(base, { credentials, auditHead }, call)) !== null
    },
    auditKey: async (env, call) => {
      const { reader, writer } = vaultOf(env)
      for (;;) {
        const opened = await reader.newest(call)
        if (opened !== null) return Buffer.from(opened.content.auditKey, 'base64')
        await writer.write(null, { credentials: {}, auditHead: null }, call)
      }
    },
    auditHeads: async (env, call) => {
      const { folder, reader } = vaultOf(env)
      const kept = await reader.kept(call)
      const heads = await Promise.all(kept.map(({ content }) => ownHead(folder, content, call)))
      return heads.filter((head) => head !== null)
    },
    examine: (env, call) => {
      const { folder, reader } = vaultOf(env)
      return examineVault({ options, identities, folder, reader }, call)
    },
    keeper: fileVaultKeeper(vaultOf),
  }
}
