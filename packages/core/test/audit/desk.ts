import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import * as system from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEvent, AuditHead, AuditLog, AuditRecord } from '../../src/audit/event.ts'
import { fileAuditLog } from '../../src/audit/file-audit-log.ts'
import type { AuditKeyId, AuditKeys } from '../../src/audit/keys.ts'
import { canonicalJson } from '../../src/audit/record.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { FileSystem } from '../../src/runtime/deps.ts'

const KEYS: Readonly<Record<AuditKeyId, Uint8Array>> = {
  vault: new Uint8Array(32).fill(1),
  home: new Uint8Array(32).fill(2),
}

/** Fixed keys of both kinds. @param missing the one that is not at hand */
export function testKeys(current: AuditKeyId, missing?: AuditKeyId): AuditKeys {
  return {
    current: () => Promise.resolve({ id: current, key: KEYS[current] }),
    find: (_env, id) => Promise.resolve(id === missing ? null : { id, key: KEYS[id] }),
  }
}

export interface LogOptions {
  readonly fs?: FileSystem
  readonly keys?: AuditKeys
  readonly knownHeads?: readonly AuditHead[]
  readonly segmentBytes?: number
}

export function openLog(home: string, options: LogOptions = {}): AuditLog {
  const { fs = system, keys = testKeys('vault'), knownHeads = [], segmentBytes } = options
  return fileAuditLog({
    home,
    fs,
    clock: systemClock,
    keys,
    knownHeads: () => Promise.resolve(knownHeads),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  })
}

export function eventOf(reason: string, facts: Partial<AuditEvent> = {}): AuditEvent {
  return {
    at: Date.UTC(2026, 10, 1),
    actor: { face: 'library', user: 'ops', host: 'desk' },
    caller: null,
    action: 'note',
    env: 'dev',
    credential: 'dev/bybit',
    versionId: null,
    fingerprint: null,
    outcome: 'done',
    code: null,
    reason,
    incident: null,
    ...facts,
  }
}

export async function recordsIn(log: AuditLog): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of log.records('dev')) records.push(record)
  return records
}

/** A home of its own for the length of `work`. */
export async function withHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'mm-audit-'))
  try {
    return await work(home)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

export const auditFolder = (home: string): string => join(home, 'dev', 'audit')
export const segmentPath = (home: string, number = 1): string =>
  join(auditFolder(home), `${String(number).padStart(6, '0')}.jsonl`)
export const headPath = (home: string): string => join(auditFolder(home), 'head.json')

export function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1)
}

/** A record's line as it is before it is changed, and after. */
export function changedLine(line: string, facts: Record<string, unknown>): string {
  return canonicalJson({ ...(JSON.parse(line) as object), ...facts })
}
