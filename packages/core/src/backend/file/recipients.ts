import type { CredentialRef } from '../../credential/name.ts'
import { parseSecretName } from '../../credential/name.ts'
import { printable } from '../../errors/printable.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import type { RemovedRecipient, VaultRecipient, VaultVersion } from '../vault-keeper.ts'
import type { AgeIdentity } from './age-file.ts'
import { missingIdentity } from './identities.ts'
import { parseRecipient, recipientOf } from './recipient.ts'
import { noVault } from './refusals.ts'
import type { StoredRecipient } from './vault-content.ts'
import type { Vault } from './vault.ts'
import type { OpenedVersion } from './version-file.ts'

const MAX_LABEL = 64

/** What a change of the list is made from. */
interface Opened {
  readonly opened: OpenedVersion
  readonly own: string
  readonly recipients: readonly StoredRecipient[]
}

/** A version as two people compare it. */
export function versionOf({ content, hash, number }: OpenedVersion): VaultVersion {
  return { number, sha256: hash, writtenAt: Date.parse(content.writtenAt) }
}

/** Those of a version, with its reader among them: a version may be older than the list. */
export function withOwn(
  recipients: readonly StoredRecipient[],
  own: string,
  label: string,
  addedAt: string,
): readonly StoredRecipient[] {
  if (recipients.some(({ recipient }) => recipient === own)) return recipients
  // Whoever can open a version that is older than the list could open those before it too.
  return [...recipients, { recipient: own, label, addedAt, from: 1 }]
}

/** The identity of a vault that is there. @throws STORE_CREDENTIALS */
export async function identityOf(vault: Vault, call: Call): Promise<AgeIdentity> {
  const { folder, identities } = vault
  const identity = await identities.open(folder, call)
  if (identity === null) throw missingIdentity(folder.env, identities.pathOf(folder))
  return identity
}

export async function listRecipients(
  vault: Vault,
  call: Call,
): Promise<VaultVersion & { readonly recipients: readonly VaultRecipient[] }> {
  const { opened, own, recipients } = await open(vault, call)
  return { ...versionOf(opened), recipients: recipients.map((one) => shown(one, own)) }
}

export async function addRecipient(
  vault: Vault,
  text: string,
  label: string,
  call: Call,
): Promise<VaultVersion & { readonly added: VaultRecipient }> {
  const recipient = parseRecipient(text)
  checkLabel(label)
  for (;;) {
    const { opened, own, recipients } = await open(vault, call)
    const taken = recipients.find((one) => one.recipient === recipient || one.label === label)
    if (taken !== undefined) throw alreadyThere(taken, recipient, vault.folder.env)
    const added = { recipient, label, addedAt: vault.now(), from: opened.number + 1 }
    const written = await write(vault, opened, { recipients: [...recipients, added] }, call)
    if (written !== null) return { ...written, added: shown(added, own) }
  }
}

export async function removeRecipient(
  vault: Vault,
  who: string,
  call: Call,
): Promise<RemovedRecipient> {
  const { env } = vault.folder
  for (;;) {
    const { opened, own, recipients } = await open(vault, call)
    const removed = recipients.find((one) => one.recipient === who.trim() || one.label === who)
    if (removed === undefined) {
      // A removal that was cut short is carried to its end.
      await requireGone(vault, opened)
      throw notThere(env)
    }
    const staying = recipients.filter((one) => one !== removed)
    if (staying.length === 0) throw lastOne(env)
    const written = await write(vault, opened, { recipients: staying, renewed: true }, call)
    if (written === null) continue
    const newest = await vault.reader.newest(call)
    if (newest !== null) await requireGone(vault, newest)
    return { ...written, removed: shown(removed, own), known: refsIn(opened) }
  }
}

async function open(vault: Vault, call: Call): Promise<Opened> {
  const opened = await vault.reader.newest(call)
  if (opened === null) throw noVault(vault.folder)
  const own = recipientOf(await identityOf(vault, call))
  const { recipients, writtenAt } = opened.content
  return { opened, own, recipients: withOwn(recipients, own, vault.ownLabel, writtenAt) }
}

/** @returns null when somebody else wrote first */
async function write(
  vault: Vault,
  base: OpenedVersion,
  next: { readonly recipients: readonly StoredRecipient[]; readonly renewed?: boolean },
  call: Call,
): Promise<VaultVersion | null> {
  const { credentials } = base.content
  const auditHead = await vault.auditHeadAfter(base, call)
  const written = await vault.writer.write(base, { ...next, credentials, auditHead }, call)
  return written === null ? null : versionOf(written)
}

/** @throws PARTIAL naming the versions that somebody who was removed can still open */
async function requireGone(vault: Vault, opened: OpenedVersion): Promise<void> {
  const left = await vault.writer.prune(opened)
  if (left.length === 0) return
  const paths = left.map((number) => vault.folder.vaultPath(number))
  throw new SecretsError(
    'PARTIAL',
    `Older versions of the vault of ${vault.folder.env}, which the recipient that was removed can open, could not be deleted: ${paths.join(', ')}`,
    {
      hint: 'The newest version is closed to him. Delete these by hand; the next write tries again.',
    },
  )
}

function shown({ addedAt, label, recipient }: StoredRecipient, own: string): VaultRecipient {
  return { recipient, label, addedAt: Date.parse(addedAt), own: recipient === own }
}

function refsIn({ content }: OpenedVersion): readonly CredentialRef[] {
  const names = Object.keys(content.credentials).sort()
  return names.flatMap((name) => parseSecretName(name)?.ref ?? [])
}

function checkLabel(label: string): void {
  const plain = label !== '' && label.trim() === label && printable(label) === label
  if (plain && label.length <= MAX_LABEL && !/^age1/i.test(label)) return
  throw new SecretsError('USAGE', 'The label is not usable.', {
    hint: `It says who or what the recipient is: 1 to ${MAX_LABEL} printable characters that do not begin with age1, such as ada or "paper key".`,
  })
}

function alreadyThere(taken: StoredRecipient, recipient: string, env: string): SecretsError {
  const [what, hint] =
    taken.recipient === recipient
      ? [`This recipient can open the vault of ${env} already, as ${printable(taken.label)}.`]
      : [`The label ${printable(taken.label)} is taken in ${env}.`, 'Choose another --label.']
  return new SecretsError('USAGE', what, hint === undefined ? {} : { hint })
}

function notThere(env: string): SecretsError {
  return new SecretsError('NOT_FOUND', `No recipient of ${env} is called so.`, {
    hint: `Labels and recipients: mm-secrets vault recipients list --env ${env}`,
  })
}

function lastOne(env: string): SecretsError {
  return new SecretsError('USAGE', `The last recipient of ${env} is not removed.`, {
    hint: 'Nobody could open the vault any more. Add another recipient first, or delete the credentials.',
  })
}
