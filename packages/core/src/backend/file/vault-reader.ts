import { fileError, systemCode } from '../../durable/file-error.ts'
import type { Call } from '../../runtime/call.ts'
import { checkCall } from '../../runtime/call.ts'
import type { AgeIdentity } from './age-file.ts'
import type { Identities } from './identities.ts'
import { missingIdentity } from './identities.ts'
import type { FileDocumentsOptions } from './options.ts'
import { recipientOf } from './recipient.ts'
import { rolledBack, seenGone, strangeSuccessor, tampered, unknownHash } from './refusals.ts'
import type { Seen } from './seen.ts'
import { keyTagOf, readSeen, replaceSeen, seenNameOf, seenOf, writeSeen } from './seen.ts'
import { isVouchedFor } from './succession.ts'
import { hashOf } from './vault-content.ts'
import type { VaultFolder, VaultListing } from './vault-folder.ts'
import { listFolder } from './vault-folder.ts'
import type { OpenedVersion } from './version-file.ts'
import { openVersion, readVersionFile } from './version-file.ts'

/** Opens the newest version of a vault, once for each version, and keeps watch that it never goes back. */
export interface VaultReader {
  /** @returns null when there is no vault yet. @throws CORRUPT, TAMPERED, ROLLED_BACK, STORE_CREDENTIALS */
  newest(call: Call): Promise<OpenedVersion | null>
  /** Every version that is kept and that this identity can open, oldest first, each checked. */
  kept(call: Call): Promise<readonly OpenedVersion[]>
  /** Takes a version that is known to be good as seen: in memory, and on disk, where failure is only a warning. */
  accept(
    opened: OpenedVersion,
    identity: AgeIdentity,
    listing: VaultListing,
    call: Call,
  ): Promise<void>
  /** The newest version that is there, whether it may be relied on or not; null: there is none. */
  peek(call: Call): Promise<OpenedVersion | null>
  /**
   * Takes the kept version whose file has this SHA-256 for the newest that this identity has seen, whatever its record
   * says, and goes on from there as ever.
   *
   * @throws CHECK_FAILED when no version has it
   */
  trust(sha256: string, call: Call): Promise<OpenedVersion>
  /** Takes a version for the newest that was seen, whatever the records say. @throws what the system says */
  rely(opened: OpenedVersion, identity: AgeIdentity): Promise<void>
  /** SHA-256 of the file of that number; null: there is none. */
  hashAt(number: number): Promise<string | null>
  /** What this identity recorded, or this process saw since; null: nothing that holds. */
  recorded(call: Call): Promise<Seen | null>
  /** The file of a version that was opened; null: it is gone. */
  sealed(opened: OpenedVersion): Promise<Uint8Array | null>
}

interface Latest {
  readonly opened: OpenedVersion
  /** Tells whether the file is still the one that was opened. */
  readonly stamp: string | null
}

export function vaultReader(
  options: FileDocumentsOptions,
  identities: Identities,
  folder: VaultFolder,
): VaultReader {
  const { fs, clock, warn } = options
  const identityPath = identities.pathOf(folder)
  const opening = new Map<string, Promise<OpenedVersion | 'moved' | null>>()
  let latest: Latest | null = null

  async function list(): Promise<VaultListing> {
    try {
      return await listFolder(fs, folder)
    } catch (error) {
      throw fileError(error, folder.path, `reading the vault of ${folder.env}`)
    }
  }

  async function newest(call: Call): Promise<OpenedVersion | null> {
    for (;;) {
      checkCall(call, clock, `reading the vault of ${folder.env}`)
      const found = await look(await list(), call)
      if (found !== 'moved') return found
    }
  }

  /** @returns 'moved' when another process changed the folder meanwhile: look again */
  async function look(listing: VaultListing, call: Call): Promise<OpenedVersion | 'moved' | null> {
    const number = newestIn(listing)
    const highestSeen = listing.seen.at(-1)?.number ?? 0
    const stamp = await stampOf(number)
    if (isLatest(number, stamp) && highestSeen <= number) return latest?.opened ?? null
    if (number === 0 && highestSeen === 0 && latest === null) return null
    const identity = await identityOrThrow(call)
    return once(`${number} ${String(stamp)}`, () => check(listing, identity, stamp, call))
  }

  async function check(
    listing: VaultListing,
    identity: AgeIdentity,
    stamp: string | null,
    call: Call,
  ): Promise<OpenedVersion | 'moved' | null> {
    const number = newestIn(listing)
    const recorded = await readSeen(fs, folder, listing, identity)
    if (recorded === 'moved') return 'moved'
    const known = later(recorded, latest === null ? null : seenOf(latest.opened, identity))
    if (known === null) throw seenGone(folder)
    if (number < known.number) return wentBack(known.number)
    if (number === 0) return null
    const opened = await openVersion(fs, number, {
      folder,
      identity,
      identityPath,
      versions: listing.versions,
    })
    if (opened === null) return 'moved'
    await checkSuccession(opened, known, identity)
    if (number > known.number) await accept(opened, identity, listing, call)
    else keep(opened, stamp)
    return opened
  }

  /** A listing is no snapshot: a version linked while it was made may be missing. A second one has it. */
  async function wentBack(seen: number): Promise<'moved'> {
    const again = newestIn(await list())
    if (again >= seen) return 'moved'
    throw rolledBack(folder, again, seen)
  }

  async function checkSuccession(
    opened: OpenedVersion,
    known: Seen,
    identity: AgeIdentity,
  ): Promise<void> {
    const { number, hash, content } = opened
    const sameKey = keyTagOf(identity, content.macKey) === known.keyTag
    if (!sameKey && !isVouchedFor(content, known, identity)) throw strangeSuccessor(folder, number)
    if (number === known.number && hash !== known.file) {
      throw tampered(folder, number, 'is not the file that was seen under this number')
    }
    if (number === known.number) return
    const parent = await hashAt(number - 1)
    if (parent !== null && parent !== content.parent) {
      throw tampered(folder, number, `was not made from the version ${number - 1} that is there`)
    }
  }

  async function accept(
    opened: OpenedVersion,
    identity: AgeIdentity,
    listing: VaultListing,
    call: Call,
  ): Promise<void> {
    keep(opened, await stampOf(opened.number))
    const seen = seenOf(opened, identity)
    try {
      await writeSeen(options, folder, seen, identity, listing, call)
    } catch (error) {
      const path = folder.seenPath(seenNameOf(identity, opened.number))
      const { message } = fileError(error, path, `recording the newest version of ${folder.env}`)
      warn(`${message}. Until that works, an older vault put back may go unnoticed.`)
    }
  }

  async function kept(call: Call): Promise<readonly OpenedVersion[]> {
    const last = await newest(call)
    if (last === null) return []
    const identity = await identityOrThrow(call)
    const { recipients, since } = last.content
    const own = recipientOf(identity)
    const from = recipients.find(({ recipient }) => recipient === own)?.from ?? 1
    const first = Math.max(since, from)
    const { versions } = await list()
    const opened: OpenedVersion[] = []
    for (const number of versions) {
      checkCall(call, clock, `reading the versions of ${folder.env}`)
      if (number < first) continue
      const version = await openVersion(fs, number, { folder, identity, identityPath, versions })
      if (version === null) continue
      if (version.content.macKey !== last.content.macKey) {
        throw tampered(folder, number, 'was written by someone who could not open the others')
      }
      opened.push(version)
    }
    return opened
  }

  async function peek(call: Call): Promise<OpenedVersion | null> {
    for (;;) {
      checkCall(call, clock, `reading the vault of ${folder.env}`)
      const { versions } = await list()
      const number = versions.at(-1)
      if (number === undefined) return null
      const identity = await identityOrThrow(call)
      const opened = await openVersion(fs, number, { folder, identity, identityPath, versions })
      if (opened !== null) return opened
    }
  }

  async function trust(sha256: string, call: Call): Promise<OpenedVersion> {
    const identity = await identityOrThrow(call)
    const { versions } = await list()
    for (const number of versions.toReversed()) {
      const opening = { folder, identity, identityPath, versions }
      if ((await hashAt(number)) !== sha256) continue
      const opened = await openVersion(fs, number, opening)
      if (opened?.hash !== sha256) break
      await rely(opened, identity)
      return (await newest(call)) ?? opened
    }
    throw unknownHash(folder)
  }

  async function rely(opened: OpenedVersion, identity: AgeIdentity): Promise<void> {
    const seen = seenOf(opened, identity)
    latest = null
    try {
      await replaceSeen(fs, folder, seen, identity, await listFolder(fs, folder))
    } catch (error) {
      throw fileError(error, folder.path, `recording the newest version of ${folder.env}`)
    }
  }

  async function hashAt(number: number): Promise<string | null> {
    const file = await readVersionFile(fs, folder, number)
    return file === null ? null : hashOf(file)
  }

  async function recorded(call: Call): Promise<Seen | null> {
    const identity = await identityOrThrow(call)
    for (;;) {
      checkCall(call, clock, `reading the vault of ${folder.env}`)
      const found = await readSeen(fs, folder, await list(), identity)
      if (found !== 'moved') {
        return later(found, latest === null ? null : seenOf(latest.opened, identity))
      }
    }
  }

  async function sealed({ hash, number }: OpenedVersion): Promise<Uint8Array | null> {
    const file = await readVersionFile(fs, folder, number)
    return file !== null && hashOf(file) === hash ? file : null
  }

  async function identityOrThrow(call: Call): Promise<AgeIdentity> {
    const identity = await identities.open(folder, call)
    if (identity === null) throw missingIdentity(folder.env, identityPath)
    return identity
  }

  /** Files are linked once and never written to again, so their place, size and time tell them apart. */
  async function stampOf(number: number): Promise<string | null> {
    if (number === 0) return null
    const path = folder.vaultPath(number)
    try {
      const { ino, size, mtimeMs } = await fs.lstat(path)
      return `${ino} ${size} ${mtimeMs}`
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null
      throw fileError(error, path, `reading the vault of ${folder.env}`)
    }
  }

  function isLatest(number: number, stamp: string | null): boolean {
    return latest?.opened.number === number && stamp !== null && latest.stamp === stamp
  }

  function keep(opened: OpenedVersion, stamp: string | null): void {
    if (latest === null || opened.number >= latest.opened.number) latest = { opened, stamp }
  }

  /** Concurrent readers of one file share its decryption. */
  async function once(
    key: string,
    work: () => Promise<OpenedVersion | 'moved' | null>,
  ): Promise<OpenedVersion | 'moved' | null> {
    const running = opening.get(key)
    if (running !== undefined) return running
    const started = work()
    opening.set(key, started)
    try {
      return await started
    } finally {
      opening.delete(key)
    }
  }

  return { newest, kept, accept, peek, trust, rely, hashAt, recorded, sealed }
}

function newestIn(listing: VaultListing): number {
  return listing.versions.at(-1) ?? 0
}

function later(one: Seen | null, other: Seen | null): Seen | null {
  if (one === null || other === null) return one ?? other
  return one.number >= other.number ? one : other
}
