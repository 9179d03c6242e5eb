import type { AuditHead } from '../../audit/event.ts'
import { createFile } from '../../durable/atomic-file.ts'
import { fileError, systemCode } from '../../durable/file-error.ts'
import { makePrivateFolder } from '../../durable/private-file.ts'
import { unlinkQuietly } from '../../durable/temporary-file.ts'
import type { Call } from '../../runtime/call.ts'
import { checkCall } from '../../runtime/call.ts'
import { deepFreeze } from '../document/deep-freeze.ts'
import type { VaultDocument } from '../document/document.ts'
import type { AgeIdentity } from './age-file.ts'
import { sealAgeFile } from './age-file.ts'
import { removeDeadTemporaries } from './dead-temporaries.ts'
import type { Identities } from './identities.ts'
import type { FileDocumentsOptions } from './options.ts'
import { recipientOf } from './recipient.ts'
import { withOwn } from './recipients.ts'
import { tooLarge } from './refusals.ts'
import { firstMacKey, keyTagOf, writeSeen } from './seen.ts'
import { vouch } from './succession.ts'
import type { StoredRecipient, VaultContent } from './vault-content.ts'
import { formatVault, hashOf } from './vault-content.ts'
import type { VaultFolder, VaultListing } from './vault-folder.ts'
import { listFolder } from './vault-folder.ts'
import type { VaultReader } from './vault-reader.ts'
import type { OpenedVersion } from './version-file.ts'
import { MAX_VAULT_BYTES } from './version-file.ts'

/** How many versions of a vault there are at most, once a writer has pruned. */
export const VERSIONS_KEPT = 32
const KEY_BYTES = 32
/** What this identity is called in the list where nobody says. */
export const OWN_LABEL = 'owner'

/** What the next version holds. */
interface NextVersion {
  readonly credentials: VaultDocument['credentials']
  readonly auditHead: AuditHead | null
  /** @default those of the version before, with the writer among them */
  readonly recipients?: readonly StoredRecipient[]
  /** Somebody was removed: a new `macKey`, and what he could open goes. @default false */
  readonly renewed?: boolean
}

/** All that changes a vault. */
export interface VaultWriter {
  /**
   * Writes the version that follows `base`, or the first one, by linking it under the next number.
   *
   * @returns null when someone was first
   */
  write(base: OpenedVersion | null, next: NextVersion, call: Call): Promise<OpenedVersion | null>
  /**
   * Makes a version of a backup where nothing that is there can be followed: numbered past all that is there or was
   * seen, under a `macKey` that nobody knows yet, and taken as seen.
   *
   * @returns null when its number was taken meanwhile
   */
  begin(
    backup: OpenedVersion,
    next: NextVersion,
    identity: AgeIdentity,
    call: Call,
  ): Promise<OpenedVersion | null>
  /** Removes what `opened` does not keep, as each write does. @returns the numbers that could not be removed */
  prune(opened: OpenedVersion): Promise<readonly number[]>
}

export function vaultWriter(
  options: FileDocumentsOptions,
  identities: Identities,
  folder: VaultFolder,
  reader: VaultReader,
): VaultWriter {
  const { fs, clock, randomness, maxVaultBytes: maxBytes = MAX_VAULT_BYTES } = options
  const doing = `writing the vault of ${folder.env}`

  async function write(
    base: OpenedVersion | null,
    next: NextVersion,
    call: Call,
  ): Promise<OpenedVersion | null> {
    const identity = await identities.openOrMake(folder, call)
    await makePrivateFolder(fs, folder.path)
    const listing = await listFolder(fs, folder)
    if ((listing.versions.at(-1) ?? 0) !== (base?.number ?? 0)) return null
    if (base === null) await beginSeen(identity, listing, call)
    const content = successor(base, next, identity)
    const file = await seal(content)
    checkCall(call, clock, doing)
    const path = folder.vaultPath(content.number)
    if (!(await createFile(fs, path, file, { clock, call }))) return null
    const after = await listFolder(fs, folder)
    if (!standsOn(base, after)) {
      await unlinkQuietly(fs, path)
      return null
    }
    const opened = openedOf(content, file)
    await reader.accept(opened, identity, after, call)
    await prune(content, after)
    await removeDeadTemporaries(fs, clock, folder.path, after.temporaries)
    return opened
  }

  async function seal(content: VaultContent): Promise<Uint8Array> {
    const file = await sealAgeFile(
      formatVault(content),
      content.recipients.map(({ recipient }) => recipient),
    )
    // A version that no reader would open must not become the newest.
    if (file.length > maxBytes) throw tooLarge(folder, maxBytes)
    return file
  }

  async function begin(
    backup: OpenedVersion,
    next: NextVersion,
    identity: AgeIdentity,
    call: Call,
  ): Promise<OpenedVersion | null> {
    await makePrivateFolder(fs, folder.path)
    const { versions } = await listFolder(fs, folder)
    const seen = (await reader.recorded(call))?.number ?? 0
    const last = Math.max(versions.at(-1) ?? 0, seen, backup.number)
    const hash = (await reader.hashAt(last)) ?? backup.hash
    // Its heads are of logs that this machine need not have.
    const base = { number: last, hash, content: { ...backup.content, auditHeads: {} } }
    const content = successor(base, { ...next, renewed: true }, identity)
    const file = await seal(content)
    checkCall(call, clock, doing)
    const path = folder.vaultPath(content.number)
    if (!(await createFile(fs, path, file, { clock, call }))) return null
    const opened = openedOf(content, file)
    await reader.rely(opened, identity)
    return opened
  }

  /** Before the first version: from here on, a vault without a record of it is one that lost it. */
  async function beginSeen(
    identity: AgeIdentity,
    listing: VaultListing,
    call: Call,
  ): Promise<void> {
    const keyTag = keyTagOf(identity, firstMacKey(identity, folder.env))
    await writeSeen(options, folder, { number: 0, file: null, keyTag }, identity, listing, call)
  }

  function successor(
    base: OpenedVersion | null,
    next: NextVersion,
    identity: AgeIdentity,
  ): VaultContent {
    const before = base?.content ?? null
    const number = (base?.number ?? 0) + 1
    const own = recipientOf(identity)
    const now = new Date(clock.now()).toISOString()
    const label = options.ownLabel ?? OWN_LABEL
    const recipients = next.recipients ?? withOwn(before?.recipients ?? [], own, label, now)
    const renewed = next.renewed === true
    const macKey = renewed ? random() : (before?.macKey ?? firstMacKey(identity, folder.env))
    const staying = recipients.map(({ recipient }) => recipient)
    return {
      env: folder.env,
      number,
      parent: base?.hash ?? null,
      writtenAt: now,
      macKey,
      auditKey: before?.auditKey ?? random(),
      auditHead: next.auditHead,
      auditHeads: headsOf(before, staying, own, next.auditHead),
      credentials: next.credentials,
      recipients,
      succession: renewed
        ? vouch(identity, { env: folder.env, number, macKey }, staying)
        : (before?.succession ?? null),
      since: renewed ? number : (before?.since ?? 1),
    }
  }

  function random(): string {
    return Buffer.from(randomness(KEY_BYTES)).toString('base64')
  }

  /**
   * Oldest first, without gaps: whoever still finds the version he read then knows that its successor is new.
   *
   * @returns the numbers of those that could not be removed
   */
  async function prune(content: VaultContent, listing: VaultListing): Promise<readonly number[]> {
    const open = content.succession?.number ?? 1
    const first = Math.max(content.number - VERSIONS_KEPT + 1, open)
    const old = listing.versions.filter((version) => version < first)
    for (const [index, version] of old.entries()) {
      try {
        await fs.unlink(folder.vaultPath(version))
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') return old.slice(index)
      }
    }
    return []
  }

  async function told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw fileError(error, folder.path, doing)
    }
  }

  return {
    write: (base, next, call) => told(write(base, next, call)),
    begin: (backup, next, identity, call) => told(begin(backup, next, identity, call)),
    prune: ({ content }) => told(listFolder(fs, folder).then((listing) => prune(content, listing))),
  }
}

function openedOf(content: VaultContent, file: Uint8Array): OpenedVersion {
  // A copy, since the caller's own objects are not ours to freeze.
  const kept = deepFreeze(structuredClone(content))
  return { number: content.number, hash: hashOf(file), content: kept }
}

/** Those of whoever can still open the vault; a log belongs to its machine, so each recipient has a head of his own. */
function headsOf(
  before: VaultContent | null,
  staying: readonly string[],
  own: string,
  head: AuditHead | null,
): Readonly<Record<string, AuditHead>> {
  const kept = Object.entries(before?.auditHeads ?? {}).filter(([of]) => staying.includes(of))
  return { ...Object.fromEntries(kept), ...(head === null ? {} : { [own]: head }) }
}

/**
 * Whether the version just linked follows the one that was read. A writer that slept while others wrote past it, and
 * pruned, finds its number free again, below the newest.
 */
function standsOn(base: OpenedVersion | null, after: VaultListing): boolean {
  if (base !== null) return after.versions.includes(base.number)
  return (after.versions.at(-1) ?? 0) <= VERSIONS_KEPT
}
