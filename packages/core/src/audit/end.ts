import type { FileSystem } from '../runtime/deps.ts'
import type { AuditHead } from './event.ts'
import type { StoredHead } from './head-file.ts'
import { isGenuine, readHead } from './head-file.ts'
import type { AuditKey } from './keys.ts'
import { CHAIN_START, parseLine } from './record.ts'
import type { Segment, Tail } from './segment.ts'
import { readTail, segmentsAmong } from './segment.ts'

/** Where the next record goes. */
export interface End {
  /** The chain goes on from here: the further of log and head. */
  readonly from: AuditHead
  readonly newest: { readonly segment: Segment; readonly tail: Tail } | null
  /** Neither a record nor a head: the first append writes the head before the log, so that a missing one is telling. */
  readonly fresh: boolean
  /** Why the log cannot be as it was left, in words. */
  readonly contradiction: string | null
}

/** The last record of a log. */
type Last = AuditHead | 'none' | 'unreadable'

/**
 * Looks at the end of a log alone; the rest is for `verify`.
 *
 * @param names what is in the folder
 * @param key to check the head with, where it was made with that key: another one may need a passphrase
 */
export async function findEnd(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
  key: AuditKey,
): Promise<End> {
  const segments = segmentsAmong(folder, names)
  const segment = segments.at(-1)
  const newest = segment === undefined ? null : { segment, tail: await readTail(fs, segment) }
  const last = await readLast(fs, segments, newest?.tail ?? null)
  const stored = await readHead(fs, folder)
  const head = isForged(stored, key) ? 'unreadable' : stored
  return {
    from: furthest(last, head),
    newest,
    fresh: last === 'none' && head === 'absent',
    contradiction: contradictionOf(last, head),
  }
}

/** The last record, from the segment before while the newest holds none yet. */
export async function readLast(
  fs: FileSystem,
  segments: readonly Segment[],
  newest: Tail | null,
): Promise<Last> {
  if (newest === null) return 'none'
  const before = segments.at(-2)
  const tail = newest.last === null && before !== undefined ? await readTail(fs, before) : newest
  if (tail.last === null) return 'none'
  return parseLine(tail.last)?.record ?? 'unreadable'
}

function isForged(stored: StoredHead | 'absent' | 'unreadable', key: AuditKey): boolean {
  return typeof stored === 'object' && stored.key === key.id && !isGenuine(stored, key)
}

function furthest(last: Last, head: StoredHead | 'absent' | 'unreadable'): AuditHead {
  if (typeof head !== 'object') return typeof last === 'object' ? last : CHAIN_START
  return typeof last === 'object' && last.sequence > head.sequence ? last : head
}

function contradictionOf(last: Last, head: StoredHead | 'absent' | 'unreadable'): string | null {
  if (last === 'unreadable') return 'The last line of the log is no record.'
  if (head === 'unreadable') return 'The head file is not what was written.'
  if (head === 'absent') return last === 'none' ? null : 'The head file is missing.'
  const reached = last === 'none' ? CHAIN_START : last
  if (reached.sequence < head.sequence) {
    return `The log ends at record ${reached.sequence}, the head file at ${head.sequence}.`
  }
  if (reached.sequence === head.sequence && reached.mac !== head.mac) {
    return `Record ${head.sequence} is not the one that the head file names.`
  }
  return null
}
