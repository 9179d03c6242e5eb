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
import type { VaultFolder, VaultListing } from './vault-folder.ts'

const KEY_INFO = 'mm-secrets/seen/1'
const FIRST_MAC_KEY_INFO = 'mm-secrets/mac/1'
const KEY_BYTES = 32

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
}

/** The `macKey` of a vault that this identity begins: known before the first version, so that none can be slipped in. */
export function firstMacKey(identity: AgeIdentity, env: Environment): string {
  return derive(identity, `${FIRST_MAC_KEY_INFO}/${env}`).toString('base64')
}

/** What `Seen` remembers of a vault's `macKey`. */
export function keyTagOf(identity: AgeIdentity, macKey: string): string {
  return hmac(derive(identity, KEY_INFO), `tag ${macKey}`)
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
  for (const number of listing.seen.toReversed()) {
    const file = await readRecord(fs, folder, number)
    if (file === null) return 'moved'
    const seen = parseSeen(file, folder.env, number, identity)
    if (seen !== null) return seen
  }
  return null
}

/** Makes a record, then removes those of lower numbers. @throws the system's own error, for `fileError` */
export async function writeSeen(
  options: Pick<FileDocumentsOptions, 'clock' | 'fs'>,
  folder: VaultFolder,
  seen: Seen,
  identity: AgeIdentity,
  listing: VaultListing,
  call: Call,
): Promise<void> {
  const { fs, clock } = options
  const path = folder.seenPath(seen.number)
  const text = formatSeen(seen, folder.env, identity)
  if (!(await createFile(fs, path, text, { clock, call }))) {
    const there = await readRecord(fs, folder, seen.number)
    // Put there in advance by someone who wants no record of this number.
    const valid = there !== null && parseSeen(there, folder.env, seen.number, identity) !== null
    if (!valid) await replaceFile(fs, path, text)
  }
  for (const number of listing.seen) {
    if (number < seen.number) await unlinkQuietly(fs, folder.seenPath(number))
  }
}

function readRecord(
  fs: FileDocumentsOptions['fs'],
  folder: VaultFolder,
  number: number,
): Promise<Buffer | null> {
  const what = `the record of the newest version seen of ${folder.env}`
  return readRegularFile(fs, folder.seenPath(number), what)
}

function formatSeen(seen: Seen, env: Environment, identity: AgeIdentity): string {
  const { number, file, keyTag } = seen
  return `${sortedJson({ number, file, keyTag, mac: macOf(seen, env, identity) })}\n`
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
  const { file, keyTag, mac } = parsed ?? {}
  if (parsed?.number !== number || typeof keyTag !== 'string' || typeof mac !== 'string')
    return null
  if (file !== null && typeof file !== 'string') return null
  const seen = { number, file, keyTag }
  return sameText(mac, macOf(seen, env, identity)) ? seen : null
}

function macOf(seen: Seen, env: Environment, identity: AgeIdentity): string {
  const { number, file, keyTag } = seen
  return hmac(derive(identity, KEY_INFO), `record ${sortedJson({ env, number, file, keyTag })}`)
}

function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

function derive(identity: AgeIdentity, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', identity.scalar, '', info, KEY_BYTES))
}
