import { createHmac } from 'node:crypto'
import type { AuditEvent, AuditHead, AuditRecord } from './event.ts'
import type { AuditKey } from './keys.ts'

/** Longer lines are neither written nor read, so that no file makes a reader run out of memory. */
export const MAX_LINE_BYTES = 1_048_576

/** Before the first record. */
export const CHAIN_START: AuditHead = { sequence: 0, mac: '' }

/** JSON with sorted keys and no space: one text for one value. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value))
}

/** An event as files and streams have it: the time in ISO 8601. */
export function eventFields(event: AuditEvent): Record<string, unknown> {
  return { ...event, at: new Date(event.at).toISOString() }
}

/** The line of a record, without its newline, and where the chain stands after it. */
export function formatRecord(
  event: AuditEvent,
  before: AuditHead,
  key: AuditKey,
): { readonly line: string; readonly head: AuditHead } {
  const sequence = before.sequence + 1
  const fields = { ...eventFields(event), sequence, key: key.id }
  const mac = recordMac(before.mac, canonicalJson(fields), key)
  return { line: canonicalJson({ ...fields, mac }), head: { sequence, mac } }
}

/** A line that is a record, and its text without the mac, which the mac is over. */
export interface ParsedLine {
  readonly record: AuditRecord
  readonly body: string
}

/**
 * Reads one line, byte for byte: another way to write the same record is no record.
 *
 * @returns null for anything that `formatRecord` does not write
 */
export function parseLine(bytes: Buffer): ParsedLine | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value !== 'object' || value === null || !isRecord(value)) return null
    if (!Buffer.from(canonicalJson(value)).equals(bytes)) return null
    const { mac: _mac, ...body } = value
    const record = { ...value, at: Date.parse(value.at) }
    return { record, body: canonicalJson(body) }
  } catch {
    return null
  }
}

/** Whether the record was made with this key after one that ends in `before`. */
export function isAuthentic({ record, body }: ParsedLine, before: string, key: AuditKey): boolean {
  return record.mac === recordMac(before, body, key)
}

function recordMac(before: string, body: string, key: AuditKey): string {
  return createHmac('sha256', key.key).update(`${before}\n${body}`).digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, field]) => [name, sorted(field)]))
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTextOrNull = (value: unknown): boolean => value === null || isText(value)
const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => isText((value as Record<string, unknown>)[name]))

/** Words (actions, outcomes, codes) are not looked up, so that the log of a newer version can be read. */
const FIELDS: Readonly<Record<keyof AuditRecord, (value: unknown) => boolean>> = {
  at: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  actor: (value) => hasTexts(value, ['face', 'user', 'host']),
  caller: isTextOrNull,
  action: isText,
  env: isText,
  credential: isTextOrNull,
  versionId: isTextOrNull,
  fingerprint: isTextOrNull,
  outcome: isText,
  code: isTextOrNull,
  reason: isTextOrNull,
  incident: (value) => value === null || hasTexts(value, ['id', 'step']),
  sequence: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  mac: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  key: (value) => value === 'vault' || value === 'home',
}

function isRecord(value: object): value is Omit<AuditRecord, 'at'> & { readonly at: string } {
  const fields = value as Record<string, unknown>
  return Object.entries(FIELDS).every(([name, fits]) => fits(fields[name]))
}
