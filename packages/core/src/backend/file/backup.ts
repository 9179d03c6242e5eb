import { parseSecretName } from '../../credential/name.ts'
import { SecretsError, errorCode } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { carryMarks } from '../document/carry-marks.ts'
import type { BackupContent, VaultVersion } from '../vault-keeper.ts'
import type { AgeIdentity } from './age-file.ts'
import { openAgeFile } from './age-file.ts'
import { recipientOf } from './recipient.ts'
import { identityOf, versionOf, withOwn } from './recipients.ts'
import { noVault } from './refusals.ts'
import { firstMacKey, keyTagOf } from './seen.ts'
import type { VaultContent } from './vault-content.ts'
import { hashOf, parseVault } from './vault-content.ts'
import type { Vault } from './vault.ts'
import type { OpenedVersion } from './version-file.ts'

/** A vault in one of these states is what a backup is for. */
const BROKEN: ReadonlySet<unknown> = new Set(['CORRUPT', 'TAMPERED', 'ROLLED_BACK'])

/** The vault that is there. */
interface Present {
  /** Null: there is none, or it does not open. */
  readonly opened: OpenedVersion | null
  readonly broken: SecretsError | null
}

export async function takeBackup(
  { folder, reader }: Vault,
  call: Call,
): Promise<VaultVersion & { readonly file: Uint8Array }> {
  for (;;) {
    const newest = await reader.newest(call)
    if (newest === null) throw noVault(folder)
    const file = await reader.sealed(newest)
    // Pruned meanwhile by writers that went on.
    if (file !== null) return { ...versionOf(newest), file }
  }
}

export async function inspectBackup(
  vault: Vault,
  file: Uint8Array,
  call: Call,
): Promise<BackupContent> {
  const identity = await identityOf(vault, call)
  const backup = await openBackup(vault, file, identity)
  const present = await presentOf(vault, call)
  return {
    ...versionOf(backup),
    names: Object.keys(backup.content.credentials).sort(),
    proven: await isProven(vault, backup.content, present, identity, call),
    broken: present.broken?.message ?? null,
  }
}

/** Writes the credentials of a backup as a new version. */
export async function restoreBackup(
  vault: Vault,
  file: Uint8Array,
  call: Call,
): Promise<VaultVersion> {
  const identity = await identityOf(vault, call)
  const backup = await openBackup(vault, file, identity)
  for (;;) {
    const present = await presentOf(vault, call)
    const written =
      present.opened === null
        ? await begin(vault, backup, present, identity, call)
        : await putOnTop(vault, backup, present.opened, call)
    if (written !== null) return versionOf(written)
  }
}

async function putOnTop(
  vault: Vault,
  { content }: OpenedVersion,
  base: OpenedVersion,
  call: Call,
): Promise<OpenedVersion | null> {
  const credentials = carryMarks(content.credentials, base.content.credentials)
  const auditHead = await vault.auditHeadAfter(base, call)
  return vault.writer.write(base, { credentials, auditHead }, call)
}

/** Where nothing can be followed: numbered past all that is there or was seen, so that it is no step back. */
async function begin(
  vault: Vault,
  backup: OpenedVersion,
  present: Present,
  identity: AgeIdentity,
  call: Call,
): Promise<OpenedVersion | null> {
  const { content } = backup
  const own = recipientOf(identity)
  const proven = await isProven(vault, content, present, identity, call)
  const auditHead = await vault.auditHeadAfter(null, call)
  // Whoever forged it would have put himself among them.
  const recipients = withOwn(proven ? content.recipients : [], own, vault.ownLabel, vault.now())
  const { credentials } = content
  return vault.writer.begin(backup, { credentials, auditHead, recipients }, identity, call)
}

async function openBackup(
  { folder }: Vault,
  file: Uint8Array,
  identity: AgeIdentity,
): Promise<OpenedVersion> {
  const { env } = folder
  let text: string
  try {
    text = (await openAgeFile(file, identity)).toString('utf8')
  } catch (error) {
    throw new SecretsError(
      'CORRUPT',
      'The backup cannot be decrypted: it is damaged, or was made for other identities.',
      {
        hint: 'It opens with the identity of one of its recipients: put that in place first. age -d -i IDENTITY on the file tells more.',
        cause: error,
      },
    )
  }
  const content = parseVault(text)
  if (content === null) {
    throw new SecretsError('TAMPERED', 'The backup was changed: its MAC does not hold.', {
      hint: 'Nothing was restored. Take another backup, and find out who could write to this one.',
    })
  }
  if (content.env !== env) {
    throw new SecretsError(
      'ENVIRONMENT_MISMATCH',
      `This is a backup of ${content.env}, not of ${env}.`,
      { hint: `Nothing was restored. Name its environment: --env ${content.env}` },
    )
  }
  checkNames(content)
  return { number: content.number, hash: hashOf(file), content }
}

function checkNames({ credentials, env }: VaultContent): void {
  for (const name of Object.keys(credentials)) {
    const parsed = parseSecretName(name)
    if (parsed?.ref.env === env && parsed.member === 'api_key') continue
    throw new SecretsError('CORRUPT', 'The backup has an entry that is no credential of ours.', {
      hint: 'Nothing was restored. Was it made by a newer mm-secrets? Then update this one.',
    })
  }
  // It parses them, and there is nothing to carry over.
  carryMarks(credentials, credentials)
}

async function presentOf({ reader }: Vault, call: Call): Promise<Present> {
  try {
    return { opened: await reader.newest(call), broken: null }
  } catch (error) {
    if (!(error instanceof SecretsError) || !BROKEN.has(errorCode(error))) throw error
    return { opened: null, broken: error }
  }
}

async function isProven(
  { folder, reader }: Vault,
  { macKey }: VaultContent,
  { opened }: Present,
  identity: AgeIdentity,
  call: Call,
): Promise<boolean> {
  if (opened !== null) return opened.content.macKey === macKey
  const seen = await reader.recorded(call)
  if (seen !== null && seen.number > 0) return seen.keyTag === keyTagOf(identity, macKey)
  return macKey === firstMacKey(identity, folder.env)
}
