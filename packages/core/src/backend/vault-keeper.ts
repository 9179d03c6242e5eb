import type { Environment } from '../credential/exchange.ts'
import type { CredentialRef } from '../credential/name.ts'
import type { Instant } from '../credential/version.ts'
import type { Call } from '../runtime/call.ts'

/** One version of a vault, as two people compare it. */
export interface VaultVersion {
  readonly number: number
  /** Of its file, in hex: what `sha256sum` prints. */
  readonly sha256: string
  readonly writtenAt: Instant
}

/** Somebody who can open the vault: a member, another machine, a key on paper. */
export interface VaultRecipient {
  /** `age1…` */
  readonly recipient: string
  readonly label: string
  readonly addedAt: Instant
  /** Whether it belongs to the identity in use. */
  readonly own: boolean
}

/** What a removal leaves to be done. */
export interface RemovedRecipient extends VaultVersion {
  readonly removed: VaultRecipient
  /** Every credential of the vault: he has known them, and may have kept a copy. */
  readonly known: readonly CredentialRef[]
}

/** What a backup holds, before it is put back. */
export interface BackupContent extends VaultVersion {
  /** The names of its credentials' anchors, sorted. */
  readonly names: readonly string[]
  /**
   * Whether it is proven to be this vault's: it was made under the key of the vault that is there, or of one that this
   * identity began. Anybody can encrypt to a recipient, so that opening it proves nothing.
   */
  readonly proven: boolean
  /** What is wrong with the vault that is there, in words; null: it opens, or there is none. */
  readonly broken: string | null
}

/** The newest version that is there, seen before by this identity or not. */
export interface UntrustedVersion extends VaultVersion {
  /** The highest number that this identity has seen; 0: none. */
  readonly seen: number
}

/** Who can open the vault of an environment, and its copies. */
export interface VaultKeeper {
  /** @throws NOT_FOUND where there is no vault */
  recipients(
    env: Environment,
    call: Call,
  ): Promise<VaultVersion & { readonly recipients: readonly VaultRecipient[] }>
  /**
   * Encrypts from the next version on to one more recipient.
   *
   * @throws USAGE for what is no X25519 recipient, one that is there already, or a label that is taken or not plain text
   */
  addRecipient(
    env: Environment,
    recipient: string,
    label: string,
    call: Call,
  ): Promise<VaultVersion & { readonly added: VaultRecipient }>
  /**
   * Writes a version that a recipient cannot open and whose successors he cannot forge, and removes all that he could.
   *
   * @param who the recipient or its label
   * @throws NOT_FOUND, USAGE for the last one, PARTIAL when older versions could not be removed
   */
  removeRecipient(env: Environment, who: string, call: Call): Promise<RemovedRecipient>
  /** What would be trusted. @throws NOT_FOUND, CORRUPT */
  untrusted(env: Environment, call: Call): Promise<UntrustedVersion>
  /** Takes the version of this SHA-256 as the newest that this identity has seen. @throws CHECK_FAILED */
  trust(env: Environment, sha256: string, call: Call): Promise<VaultVersion>
  /** The newest version as it lies on disk, encrypted to its recipients. @throws NOT_FOUND */
  backup(env: Environment, call: Call): Promise<VaultVersion & { readonly file: Uint8Array }>
  /** @throws CORRUPT, TAMPERED, USAGE for a backup of another environment, STORE_CREDENTIALS without an identity */
  inspectBackup(env: Environment, file: Uint8Array, call: Call): Promise<BackupContent>
  /**
   * Writes the credentials of a backup as a new version on top of what is there. What is frozen, exposed or revoked
   * since stays so, and so does the list of recipients.
   *
   * @throws as `inspectBackup`; CONFLICT
   */
  restoreBackup(env: Environment, file: Uint8Array, call: Call): Promise<VaultVersion>
}
