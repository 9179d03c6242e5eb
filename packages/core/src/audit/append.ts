import { constants } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '../durable/sync-folder.ts'
import type { FileSystem } from '../runtime/deps.ts'
import type { Instant } from '../credential/version.ts'
import type { AuditEvent } from './event.ts'
import type { End } from './end.ts'
import { findEnd } from './end.ts'
import { HEAD_TEMPORARY, writeHead } from './head-file.ts'
import type { AuditKey } from './keys.ts'
import { CHAIN_START, formatRecord } from './record.ts'
import type { Segment } from './segment.ts'
import { listFolder, openSegment, segmentAt } from './segment.ts'

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND

/** The log of one environment. */
export interface LogFolder {
  readonly fs: FileSystem
  /** `{home}/{env}/audit` */
  readonly folder: string
  /** A segment this long is followed by the next one. */
  readonly segmentBytes: number
}

/**
 * Appends events, durably, by one write; the caller holds the log's lock.
 *
 * Order makes it crash-safe: the records are on disk before the head names them, and the head is before they are
 * acknowledged. So a head that is ahead of the log is never the work of a crash.
 *
 * A tail torn by a crash is cut off and recorded. Where the head contradicts the log, nothing is cut and nothing
 * mended, since that would launder it: the log goes on in a new segment, from wherever head and log came furthest, and
 * the first record there says what was found. Whatever was taken away stays missing between the two, and `verify`
 * says so for ever.
 *
 * @throws the system's own error; the log is then cut back to what it was, as far as the system lets it
 */
export async function appendEvents(
  log: LogFolder,
  key: AuditKey,
  events: readonly [AuditEvent, ...AuditEvent[]],
  now: Instant,
): Promise<void> {
  const names = await listFolder(log.fs, log.folder)
  await removeTemporaries(log, names)
  const end = await findEnd(log.fs, log.folder, names, key)
  if (end.fresh) await writeHead(log.fs, log.folder, CHAIN_START, key)
  const repair = repairOf(end, events[0], now)
  let head = end.from
  let text = ''
  for (const event of repair === null ? events : [repair, ...events]) {
    const next = formatRecord(event, head, key)
    head = next.head
    text += `${next.line}\n`
  }
  await write(log, end, Buffer.from(text))
  await writeHead(log.fs, log.folder, head, key)
}

function repairOf(end: End, first: AuditEvent, now: Instant): AuditEvent | null {
  const torn = end.newest === null ? 0 : end.newest.tail.size - end.newest.tail.whole
  if (end.contradiction === null && torn === 0) return null
  const facts =
    end.contradiction === null
      ? {
          outcome: 'done' as const,
          code: null,
          reason: `${torn} bytes torn by a crash were cut off`,
        }
      : { outcome: 'failed' as const, code: 'TAMPERED' as const, reason: end.contradiction }
  return {
    at: now,
    actor: first.actor,
    caller: first.caller,
    action: 'repair',
    env: first.env,
    credential: null,
    versionId: null,
    fingerprint: null,
    incident: null,
    ...facts,
  }
}

async function write(log: LogFolder, end: End, bytes: Buffer): Promise<void> {
  const { newest } = end
  const fits =
    newest !== null &&
    (newest.tail.size === 0 || (end.contradiction === null && newest.tail.whole < log.segmentBytes))
  if (fits) {
    await writeTo(log.fs, newest.segment, newest.tail.whole, newest.tail.size, bytes)
    // The one who made it may have died before its name was durable.
    if (newest.tail.whole === 0) await syncFolder(log.fs, log.folder)
    return
  }
  // Its last records may be those of a writer that died before its own fsync.
  if (newest !== null) await finish(log.fs, newest, end.contradiction === null)
  const next = segmentAt(log.folder, (newest?.segment.number ?? 0) + 1)
  await writeTo(log.fs, next, 0, 0, bytes)
  await syncFolder(log.fs, log.folder)
}

async function writeTo(
  fs: FileSystem,
  segment: Segment,
  whole: number,
  size: number,
  bytes: Buffer,
): Promise<void> {
  const file = await openSegment(fs, segment, APPEND)
  try {
    if (size > whole) await file.truncate(whole)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } catch (error) {
      // A full disk takes a part of a write. What cannot be cut back is a torn tail for the next append.
      await file.truncate(whole).catch(() => undefined)
      throw error
    }
  } finally {
    await file.close()
  }
}

/** Makes a segment durable before the next one begins, and cuts off what a crash tore. */
async function finish(
  fs: FileSystem,
  { segment, tail }: NonNullable<End['newest']>,
  cut: boolean,
): Promise<void> {
  const file = await openSegment(fs, segment, APPEND)
  try {
    if (cut && tail.size > tail.whole) await file.truncate(tail.whole)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function removeTemporaries(log: LogFolder, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (HEAD_TEMPORARY.test(name)) {
      await log.fs.unlink(join(log.folder, name)).catch(() => undefined)
    }
  }
}
