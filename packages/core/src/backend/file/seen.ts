import { createHmac, hkdfSync } from 'node:crypto'
import type { Environment } from '../../credential/exchange.ts'
import { createFile, replaceFile } from '../../durable/atomic-file.ts'
import { readRegularFile } from '../../durable/private-file.ts'
import { unlinkQuietly } from '../../durable/temporary-file.ts'
import type { Call } from '../../runtime/call.ts'
import type { AgeIdentity } from './age-file.ts'
import type { FileDocumentsOptions } from './options.ts'
import { sortedJson } from './sorted-json.ts'
import { sameText } from './vault-content.ts'
import type { OpenedVersion } from './version-file.ts'
import type { SeenName, VaultFolder, VaultListing } from './vault-folder.ts'

const KEY_INFO = 'mm-secrets/seen/1'
const FIRST_MAC_KEY_INFO = 'mm-secrets/mac/1'
const KEY_BYTES = 32
const TAG_DIGITS = 12
const MEMBER_DIGITS = 32

/**
 * How far the vault had come when it was last opened. It lies in the open beside the vault, authenticated by a key that
 * only who has the identity can derive.
 */
export interface Seen {
  readonly number: number
  /** SHA-256 of that version's file; null for number 0, when there was none. */
  readonly file: string | null
  /** Recognises the vault's `macKey` without telling it. */
  readonly keyTag: string
  /** Recognises who could open that version; absent from a record that is older than this field. */
  readonly members?: readonly string[]
}

/** The `macKey` of a vault that this identity begins: known before the first version, so that none can be slipped in. */
export function firstMacKey(identity: AgeIdentity, env: Environment): string {
  return derive(identity, `${FIRST_MAC_KEY_INFO}/${env}`).toString('base64')
}

/** What `Seen` remembers of a vault's `macKey`. */
export function keyTagOf(identity: AgeIdentity, macKey: string): string {
  return hmac(derive(identity, KEY_INFO), `tag ${macKey}`)
}

/** What `Seen` remembers of somebody who could open the vault. */
export function memberTagOf(identity: AgeIdentity, recipient: string): string {
  return hmac(derive(identity, KEY_INFO), `member ${recipient}`).slice(0, MEMBER_DIGITS)
}

/** What is to be remembered of a version. */
export function seenOf(opened: OpenedVersion, identity: AgeIdentity): Seen {
  const { number, hash, content } = opened
  const members = content.recipients.map(({ recipient }) => memberTagOf(identity, recipient))
  return { number, file: hash, keyTag: keyTagOf(identity, content.macKey), members }
}

/** The name of this identity's record of a number. */
export function seenNameOf(identity: AgeIdentity, number: number): SeenName {
  return { number, tag: hmac(derive(identity, KEY_INFO), 'name').slice(0, TAG_DIGITS) }
}

/**
 * The record of the highest number that holds; one that was tampered with counts as missing.
 *
 * @returns 'moved' when a record went away while it was looked for: list again
 */
export async function readSeen(
  fs: FileDocumentsOptions['fs'],
  folder: VaultFolder,
  listing: VaultListing,
  identity: AgeIdentity,
): Promise<Seen | 'moved' | null> {
  const { tag } = seenNameOf(identity, 0)
  for (const name of listing.seen.toReversed()) {
    if (name.tag !== tag && name.tag !== null) continue
    const file = await readRecord(fs, folder, name)
    if (file === null) return 'moved'
    const seen = parseSeen(file, folder.env, name.number, identity)
    if (seen !== null) return seen
  }
  return null
}

/**
 * Makes a record, then removes the identity's own of lower numbers.
 *
 * @throws the system's own error, for `fileError`
 */
export async function writeSeen(
  options: Pick<FileDocumentsOptions, 'clock' | 'fs'>,
  folder: VaultFolder,
  seen: Seen,
  identity: AgeIdentity,
  listing: VaultListing,
  call: Call,
): Promise<void> {
  const { fs, clock } = options
  const name = seenNameOf(identity, seen.number)
  const path = folder.seenPath(name)
  const text = formatSeen(seen, folder.env, identity)
  if (!(await createFile(fs, path, text, { clock, call }))) {
    const there = await readRecord(fs, folder, name)
    // Put there in advance by someone who wants no record of this number.
    const valid = there !== null && parseSeen(there, folder.env, seen.number, identity) !== null
    if (!valid) await replaceFile(fs, path, text)
  }
  for (const record of await ownRecords(fs, folder, identity, listing)) {
    if (record.number < seen.number) await unlinkQuietly(fs, folder.seenPath(record))
    // Of before there were tags: the new one says the same.
    else if (record.tag === null && record.number === seen.number) {
      await unlinkQuietly(fs, folder.seenPath(record))
    }
  }
}

/** Makes this the identity's only record, whatever the others say. @throws the system's own error, for `fileError` */
export async function replaceSeen(
  fs: FileDocumentsOptions['fs'],
  folder: VaultFolder,
  seen: Seen,
  identity: AgeIdentity,
  listing: VaultListing,
): Promise<void> {
  const name = seenNameOf(identity, seen.number)
  await replaceFile(fs, folder.seenPath(name), formatSeen(seen, folder.env, identity))
  for (const record of await ownRecords(fs, folder, identity, listing)) {
    if (record.number === name.number && record.tag === name.tag) continue
    await fs.unlink(folder.seenPath(record))
  }
}

/** The records by the tag of this identity, and those without a tag that it made. */
async function ownRecords(
  fs: FileDocumentsOptions['fs'],
  folder: VaultFolder,
  identity: AgeIdentity,
  listing: VaultListing,
): Promise<readonly SeenName[]> {
  const { tag } = seenNameOf(identity, 0)
  const own: SeenName[] = []
  for (const record of listing.seen) {
    if (record.tag === tag) own.push(record)
    if (record.tag !== null) continue
    const file = await readRecord(fs, folder, record)
    if (file !== null && parseSeen(file, folder.env, record.number, identity) !== null) {
      own.push(record)
    }
  }
  return own
}

function readRecord(
  fs: FileDocumentsOptions['fs'],
  folder: VaultFolder,
  name: SeenName,
): Promise<Buffer | null> {
  const what = `the record of the newest version seen of ${folder.env}`
  return readRegularFile(fs, folder.seenPath(name), what)
}

function formatSeen(seen: Seen, env: Environment, identity: AgeIdentity): string {
  return `${sortedJson({ ...seen, mac: macOf(seen, env, identity) })}\n`
}

function parseSeen(
  text: Buffer,
  env: Environment,
  number: number,
  identity: AgeIdentity,
): Seen | null {
  let parsed: Partial<Record<keyof Seen | 'mac', unknown>> | null
  try {
    parsed = JSON.parse(text.toString('utf8')) as typeof parsed
  } catch {
    return null
  }
  const { file, keyTag, mac, members } = parsed ?? {}
  if (parsed?.number !== number || typeof keyTag !== 'string' || typeof mac !== 'string')
    return null
  if (file !== null && typeof file !== 'string') return null
  if (members !== undefined && !isTexts(members)) return null
  const seen = { number, file, keyTag, ...(members === undefined ? {} : { members }) }
  return sameText(mac, macOf(seen, env, identity)) ? seen : null
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function macOf(seen: Seen, env: Environment, identity: AgeIdentity): string {
  return hmac(derive(identity, KEY_INFO), `record ${sortedJson({ env, ...seen })}`)
}

function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

function derive(identity: AgeIdentity, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', identity.scalar, '', info, KEY_BYTES))
}
