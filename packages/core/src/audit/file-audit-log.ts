import { join } from 'node:path'
import type { Environment } from '../credential/exchange.ts'
import { fileError, makePrivateFolder } from '../durable/atomic-file.ts'
import { withLock } from '../durable/lock.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'
import { newCall } from '../runtime/call.ts'
import type { Deps } from '../runtime/deps.ts'
import type { LogFolder } from './append.ts'
import { appendEvents } from './append.ts'
import { readLast } from './end.ts'
import type { AuditEvent, AuditHead, AuditLog, AuditRecord, AuditVerdict } from './event.ts'
import { groupCommit } from './group-commit.ts'
import { readHead } from './head-file.ts'
import type { AuditKey, AuditKeyId, AuditKeys } from './keys.ts'
import { MAX_LINE_BYTES, canonicalJson, eventFields, parseLine } from './record.ts'
import { listFolder, readLines, readTail, segmentsAmong } from './segment.ts'
import type { Claim } from './verify.ts'
import { verifyLog } from './verify.ts'

const SEGMENT_BYTES = 4 * 1024 * 1024
/** Of a line's limit, what sequence, key and mac may take. */
const CHAIN_FIELDS_BYTES = 256

export interface FileAuditLogOptions extends Pick<Deps, 'fs' | 'clock'> {
  /** Absolute path of the home. */
  readonly home: string
  readonly keys: AuditKeys
  /** The heads that each version of the environment's vault carries. Only `verify` asks. */
  readonly knownHeads: (env: Environment, call: Call) => Promise<readonly AuditHead[]>
  /** A segment this long is followed by the next one. @default 4 MiB */
  readonly segmentBytes?: number
}

/**
 * The tamper-evident log: JSON lines in `{home}/{env}/audit/000001.jsonl` and so on, each chained to the one before by
 * an HMAC, and beside them the head. Processes take turns; what one process appends at the same time is written at once.
 */
export function fileAuditLog(options: FileAuditLogOptions): AuditLog {
  const { fs, clock, home, keys } = options
  const commits = new Map<Environment, (event: AuditEvent) => Promise<void>>()
  const folderOf = (env: Environment): string => join(home, env, 'audit')

  async function commit(env: Environment, events: readonly [AuditEvent, ...AuditEvent[]]) {
    const folder = folderOf(env)
    const log: LogFolder = { fs, folder, segmentBytes: options.segmentBytes ?? SEGMENT_BYTES }
    const call = newCall(clock)
    try {
      const key = await keys.current(env, call)
      await makePrivateFolder(fs, folder)
      await withLock(fs, join(folder, 'lock'), clock, call, () =>
        appendEvents(log, key, events, clock.now()),
      )
    } catch (error) {
      throw unavailable(env, fileError(error, folder, 'writing it'))
    }
  }

  return {
    async append(event) {
      checkLength(event)
      const { env } = event
      const known = commits.get(env)
      const join = known ?? groupCommit<AuditEvent>((batch) => commit(env, batch))
      if (known === undefined) commits.set(env, join)
      await join(event)
    },

    async head(env) {
      try {
        return await headOf(fs, folderOf(env))
      } catch (error) {
        throw fileError(error, folderOf(env), `reading the audit log of ${env}`)
      }
    },

    async *records(env) {
      try {
        yield* recordsOf(fs, folderOf(env))
      } catch (error) {
        throw fileError(error, folderOf(env), `reading the audit log of ${env}`)
      }
    },

    async verify(env, exported) {
      const call = newCall(clock)
      try {
        const claims = await claimsOf(options, env, exported, call)
        const look = (): Promise<AuditVerdict> =>
          verifyLog({ fs, folder: folderOf(env), env, claims, find: remembering(keys, env, call) })
        const verdict = await look()
        // A torn tail that a writer replaces while it is read looks broken, once.
        return verdict.broken === null ? verdict : await look()
      } catch (error) {
        throw fileError(error, folderOf(env), `reading the audit log of ${env}`)
      }
    },
  }
}

/**
 * From the head file, whose records are durable: a vault that carried the head of a record which a power failure takes
 * back would bear false witness. Only where there is no such file, the last record.
 */
async function headOf(fs: Deps['fs'], folder: string): Promise<AuditHead | null> {
  const stored = await readHead(fs, folder)
  if (typeof stored === 'object') return placeOf(stored)
  const segments = segmentsAmong(folder, await listFolder(fs, folder))
  const newest = segments.at(-1)
  const last = await readLast(
    fs,
    segments,
    newest === undefined ? null : await readTail(fs, newest),
  )
  return typeof last === 'object' ? placeOf(last) : null
}

function placeOf({ sequence, mac }: AuditHead): AuditHead | null {
  return sequence === 0 ? null : { sequence, mac }
}

async function* recordsOf(fs: Deps['fs'], folder: string): AsyncGenerator<AuditRecord> {
  const segments = segmentsAmong(folder, await listFolder(fs, folder))
  for (const segment of segments) {
    for await (const line of readLines(fs, segment)) {
      // Torn by a crash, or being written just now.
      if (!line.whole && segment === segments.at(-1)) return
      const parsed = line.whole ? parseLine(line.bytes) : null
      if (parsed === null) {
        throw new SecretsError(
          'TAMPERED',
          `${segment.path} line ${line.number} is no audit record.`,
          {
            hint: 'mm-secrets audit verify says what is wrong with the log.',
          },
        )
      }
      yield parsed.record
    }
  }
}

async function claimsOf(
  options: FileAuditLogOptions,
  env: Environment,
  exported: readonly AuditHead[],
  call: Call,
): Promise<readonly Claim[]> {
  const known = await options.knownHeads(env, call)
  return [
    ...known.map((head) => ({ head, by: 'a version of the vault' })),
    ...exported.map((head) => ({ head, by: 'an exported head' })),
  ]
}

/** Asks once for each key, not once for each record. */
function remembering(
  keys: AuditKeys,
  env: Environment,
  call: Call,
): (id: AuditKeyId) => Promise<AuditKey | null> {
  const found = new Map<AuditKeyId, Promise<AuditKey | null>>()
  return (id) => {
    const known = found.get(id) ?? keys.find(env, id, call)
    found.set(id, known)
    return known
  }
}

function checkLength(event: AuditEvent): void {
  const bytes = Buffer.byteLength(canonicalJson(eventFields(event)))
  if (bytes <= MAX_LINE_BYTES - CHAIN_FIELDS_BYTES) return
  throw new SecretsError('INVALID_VALUE', 'The reason is too long for the audit log.', {
    hint: `An event takes at most ${MAX_LINE_BYTES / 1024} KiB.`,
  })
}

function unavailable(env: Environment, cause: SecretsError): SecretsError {
  const instead = 'To record elsewhere meanwhile: MM_AUDIT_SINKS=stderr.'
  return new SecretsError(
    'AUDIT_UNAVAILABLE',
    `The audit log of ${env} cannot be written. ${cause.message}`,
    { hint: cause.hint === null ? instead : `${cause.hint} ${instead}`, cause },
  )
}
