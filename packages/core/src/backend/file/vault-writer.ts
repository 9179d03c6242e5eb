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
import { firstMacKey, keyTagOf, writeSeen } from './seen.ts'
import type { VaultContent } from './vault-content.ts'
import { formatVault, hashOf } from './vault-content.ts'
import type { VaultFolder, VaultListing } from './vault-folder.ts'
import { listFolder } from './vault-folder.ts'
import type { VaultReader } from './vault-reader.ts'
import type { OpenedVersion } from './version-file.ts'

/** How many versions of a vault there are at most, once a writer has pruned. */
export const VERSIONS_KEPT = 32
const AUDIT_KEY_BYTES = 32

/** What the next version holds. */
interface NextVersion {
  readonly credentials: VaultDocument['credentials']
  readonly auditHead: AuditHead | null
}

/**
 * Writes the version that follows `base`, or the first one, by linking it under the next number.
 *
 * @returns false when someone was first
 */
export type WriteVersion = (
  base: OpenedVersion | null,
  next: NextVersion,
  call: Call,
) => Promise<boolean>

export function vaultWriter(
  options: FileDocumentsOptions,
  identities: Identities,
  folder: VaultFolder,
  reader: VaultReader,
): WriteVersion {
  const { fs, clock, randomness } = options
  const doing = `writing the vault of ${folder.env}`

  async function write(
    base: OpenedVersion | null,
    next: NextVersion,
    call: Call,
  ): Promise<boolean> {
    const identity = await identities.openOrMake(folder, call)
    await makePrivateFolder(fs, folder.path)
    const listing = await listFolder(fs, folder)
    if ((listing.versions.at(-1) ?? 0) !== (base?.number ?? 0)) return false
    if (base === null) await begin(identity, listing, call)
    const content = successor(base, next, identity)
    const file = await sealAgeFile(formatVault(content), identity)
    checkCall(call, clock, doing)
    const path = folder.vaultPath(content.number)
    if (!(await createFile(fs, path, file, { clock, call }))) return false
    const after = await listFolder(fs, folder)
    if (!standsOn(base, after)) {
      await unlinkQuietly(fs, path)
      return false
    }
    // A copy, since the caller's own objects are not ours to freeze.
    const kept = deepFreeze(structuredClone(content))
    const opened = { number: content.number, hash: hashOf(file), content: kept }
    await reader.accept(opened, identity, after, call)
    await prune(content.number, after)
    await removeDeadTemporaries(fs, clock, folder.path, after.temporaries)
    return true
  }

  /** Before the first version: from here on, a vault without a record of it is one that lost it. */
  async function begin(identity: AgeIdentity, listing: VaultListing, call: Call): Promise<void> {
    const keyTag = keyTagOf(identity, firstMacKey(identity, folder.env))
    await writeSeen(options, folder, { number: 0, file: null, keyTag }, identity, listing, call)
  }

  function successor(
    base: OpenedVersion | null,
    next: NextVersion,
    identity: AgeIdentity,
  ): VaultContent {
    const random = (): string => Buffer.from(randomness(AUDIT_KEY_BYTES)).toString('base64')
    return {
      env: folder.env,
      number: (base?.number ?? 0) + 1,
      parent: base?.hash ?? null,
      writtenAt: new Date(clock.now()).toISOString(),
      macKey: base?.content.macKey ?? firstMacKey(identity, folder.env),
      auditKey: base?.content.auditKey ?? random(),
      auditHead: next.auditHead,
      credentials: next.credentials,
    }
  }

  /** Oldest first, without gaps: whoever still finds the version he read then knows that its successor is new. */
  async function prune(number: number, listing: VaultListing): Promise<void> {
    for (const version of listing.versions) {
      if (version > number - VERSIONS_KEPT) return
      try {
        await fs.unlink(folder.vaultPath(version))
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') return
      }
    }
  }

  return async (base, next, call) => {
    try {
      return await write(base, next, call)
    } catch (error) {
      throw fileError(error, folder.path, doing)
    }
  }
}

/**
 * Whether the version just linked follows the one that was read. A writer that slept while others wrote past it, and
 * pruned, finds its number free again, below the newest.
 */
function standsOn(base: OpenedVersion | null, after: VaultListing): boolean {
  if (base !== null) return after.versions.includes(base.number)
  return (after.versions.at(-1) ?? 0) <= VERSIONS_KEPT
}
