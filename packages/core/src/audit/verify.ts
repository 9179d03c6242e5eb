import type { Environment } from '../credential/exchange.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { FileSystem } from '../runtime/deps.ts'
import type { AuditHead, AuditVerdict } from './event.ts'
import type { StoredHead } from './head-file.ts'
import { isGenuine, readHead } from './head-file.ts'
import type { AuditKey, AuditKeyId } from './keys.ts'
import type { ParsedLine } from './record.ts'
import { CHAIN_START, isAuthentic, parseLine } from './record.ts'
import type { Line, Segment } from './segment.ts'
import { listFolder, readLines, segmentsAmong } from './segment.ts'

/** A head that the chain must contain, and who says so. */
export interface Claim {
  readonly head: AuditHead
  /** 'the head file', 'a version of the vault', 'an exported head' */
  readonly by: string
}

export interface VerifyOptions {
  readonly fs: FileSystem
  readonly folder: string
  readonly env: Environment
  /** @returns null where the key is not at hand */
  readonly find: (id: AuditKeyId) => Promise<AuditKey | null>
  readonly claims: readonly Claim[]
}

/** Records made with a key that is not at hand. */
interface Unchecked {
  readonly key: AuditKeyId
  readonly first: number
  last: number
}

interface Walk {
  reached: AuditHead
  /** The number of whole lines. */
  records: number
  homeKeyRecords: number
  torn: boolean
  readonly claims: readonly Claim[]
  readonly unchecked: Unchecked[]
}

/** Found broken: ends the walk. */
class Broken extends Error {}

/**
 * Reads a whole log and holds it against its MACs and against every head that somebody kept.
 *
 * A tail torn by a crash is fine as long as no head says that a record stood there. What passes: log, head file and
 * vault put back together to an earlier state or removed together, records since the last write of the vault replaced by
 * invented ones under the home's key, and a rewrite by who has the keys. Exported heads are against these.
 */
export async function verifyLog(options: VerifyOptions): Promise<AuditVerdict> {
  // Before the log, which only grows: a head that is read later may be ahead of it.
  const stored = await readHead(options.fs, options.folder)
  const beside: Claim[] = typeof stored === 'object' ? [{ head: stored, by: 'the head file' }] : []
  const claims = [...beside, ...options.claims].filter(({ head }) => head.sequence > 0)
  const walk: Walk = {
    reached: CHAIN_START,
    records: 0,
    homeKeyRecords: 0,
    torn: false,
    claims,
    unchecked: [],
  }
  try {
    await walkSegments(options, walk)
    await checkHeadFile(options, stored, walk)
    checkClaimsBeyond(walk)
  } catch (error) {
    if (error instanceof Broken) return verdictOf(walk, error.message)
    throw error
  }
  if (walk.unchecked.length > 0) throw keyMissing(options.env, walk.unchecked)
  return verdictOf(walk, null)
}

function verdictOf({ records, homeKeyRecords }: Walk, broken: string | null): AuditVerdict {
  return { records, homeKeyRecords, broken }
}

async function walkSegments(options: VerifyOptions, walk: Walk): Promise<void> {
  const segments = segmentsAmong(options.folder, await listFolder(options.fs, options.folder))
  for (const [index, segment] of segments.entries()) {
    if (segment.number !== index + 1) {
      throw new Broken(
        `A segment is missing: ${segment.name} is number ${index + 1} of those there.`,
      )
    }
    // Whatever else is there is no work of ours, and may be a pipe.
    if (!(await options.fs.lstat(segment.path)).isFile()) {
      throw new Broken(`${segment.name} is no regular file, though records should be in it.`)
    }
    const before = walk.records
    for await (const line of readLines(options.fs, segment)) {
      const isLast = index === segments.length - 1
      if (!line.whole && isLast) walk.torn = true
      else await checkLine(options, walk, segment, line)
    }
    if (walk.records === before && index < segments.length - 1) {
      throw new Broken(`${segment.name} is empty, though others follow it.`)
    }
  }
}

async function checkLine(
  options: VerifyOptions,
  walk: Walk,
  segment: Segment,
  line: Line,
): Promise<void> {
  const place = `${segment.name} line ${line.number}`
  const due = walk.reached.sequence + 1
  if (!line.whole) throw new Broken(`${place}: cut off, where record ${due} should be.`)
  const parsed = parseLine(line.bytes)
  if (parsed === null) throw new Broken(`${place}: no record, where record ${due} should be.`)
  const { record } = parsed
  if (record.sequence !== due) {
    throw new Broken(
      `${place}: record ${record.sequence}, where record ${due} should be: lines were removed, added or moved.`,
    )
  }
  await checkMac(options, walk, parsed, place)
  for (const { head, by } of walk.claims) {
    if (head.sequence === due && head.mac !== record.mac) {
      throw new Broken(`${place}: record ${due} is not the one that ${by} names.`)
    }
  }
  if (record.action === 'repair' && record.code === 'TAMPERED') {
    throw new Broken(
      `${place}: record ${due} says what was found before it was written: ${record.reason ?? ''}`,
    )
  }
  walk.reached = { sequence: due, mac: record.mac }
  walk.records += 1
  if (record.key === 'home') walk.homeKeyRecords += 1
}

async function checkMac(
  options: VerifyOptions,
  walk: Walk,
  parsed: ParsedLine,
  place: string,
): Promise<void> {
  const { record } = parsed
  const key = await options.find(record.key)
  if (key === null) {
    noteUnchecked(walk, record.key, record.sequence)
  } else if (!isAuthentic(parsed, walk.reached.mac, key)) {
    throw new Broken(
      `${place}: record ${record.sequence} does not fit its MAC: it, the one before it, or the ${record.key} key was changed.`,
    )
  }
}

function noteUnchecked({ unchecked }: Walk, key: AuditKeyId, sequence: number): void {
  const range = unchecked.at(-1)
  if (range?.key === key && range.last === sequence - 1) range.last = sequence
  else unchecked.push({ key, first: sequence, last: sequence })
}

async function checkHeadFile(
  options: VerifyOptions,
  stored: StoredHead | 'absent' | 'unreadable',
  walk: Walk,
): Promise<void> {
  if (stored === 'absent') {
    if (walk.records > 0) throw new Broken('The head file is missing.')
    return
  }
  if (stored === 'unreadable') throw new Broken('The head file is not what was written.')
  const key = await options.find(stored.key)
  if (key !== null && !isGenuine(stored, key)) {
    throw new Broken(`The head file does not fit its tag: it or the ${stored.key} key was changed.`)
  }
}

function checkClaimsBeyond({ claims, reached, records, torn }: Walk): void {
  for (const { head, by } of claims) {
    if (head.sequence <= reached.sequence) continue
    const end =
      records === 0 && !torn
        ? 'The log is gone'
        : `The log ends at record ${reached.sequence}${torn ? ' and a line that is cut off' : ''}`
    throw new Broken(`${end}, though ${by} says that it goes on to record ${head.sequence}.`)
  }
}

function keyMissing(env: Environment, unchecked: readonly Unchecked[]): SecretsError {
  const ranges = unchecked.map(({ key, first, last }) =>
    first === last ? `${first} (${key} key)` : `${first} to ${last} (${key} key)`,
  )
  const shown = ranges.length > 8 ? [...ranges.slice(0, 8), `${ranges.length - 8} more`] : ranges
  return new SecretsError(
    'STORE_CREDENTIALS',
    `Records of the audit log of ${env} could not be checked for want of their key: ${shown.join(', ')}.`,
    {
      hint: 'The vault key is read by SECRETS_BACKEND=file, the home key from audit.key beside the log; put a lost one back from a backup.',
    },
  )
}
