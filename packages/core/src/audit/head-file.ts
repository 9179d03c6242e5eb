import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { readPrivateFile, replaceFile } from '../durable/atomic-file.ts'
import type { FileSystem } from '../runtime/deps.ts'
import type { AuditHead } from './event.ts'
import type { AuditKey, AuditKeyId } from './keys.ts'
import { canonicalJson } from './record.ts'

const NAME = 'head.json'

/** Left by a writer that died before it renamed them; only the holder of the log's lock makes them. */
export const HEAD_TEMPORARY: RegExp = /^\.head\.json\..+\.tmp$/

/** Where the chain stood after the last append, beside the log: what is cut off the end is missed by it. */
export interface StoredHead extends AuditHead {
  readonly key: AuditKeyId
  /** By the key, so that only who may append can write it. */
  readonly tag: string
}

/** @returns 'unreadable' for a file that holds no head */
export async function readHead(
  fs: FileSystem,
  folder: string,
): Promise<StoredHead | 'absent' | 'unreadable'> {
  const bytes = await readPrivateFile(fs, join(folder, NAME), 'the head of the audit log')
  if (bytes === null) return 'absent'
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isStoredHead(value) && bytes.toString('utf8') === text(value) ? value : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

/** Durable: until it returns, the records are not acknowledged. */
export async function writeHead(
  fs: FileSystem,
  folder: string,
  { sequence, mac }: AuditHead,
  key: AuditKey,
): Promise<void> {
  const tag = headTag(sequence, mac, key)
  await replaceFile(fs, join(folder, NAME), text({ sequence, mac, key: key.id, tag }))
}

export function isGenuine({ sequence, mac, tag }: StoredHead, key: AuditKey): boolean {
  return tag === headTag(sequence, mac, key)
}

function text({ sequence, mac, key, tag }: StoredHead): string {
  return `${canonicalJson({ sequence, mac, key, tag })}\n`
}

/** No record's mac is over a text that begins like this. */
function headTag(sequence: number, mac: string, key: AuditKey): string {
  return createHmac('sha256', key.key).update(`head\n${sequence}\n${mac}`).digest('hex')
}

function isStoredHead(value: unknown): value is StoredHead {
  if (typeof value !== 'object' || value === null) return false
  const { sequence, mac, key, tag } = value as Record<string, unknown>
  return (
    Number.isSafeInteger(sequence) &&
    (sequence as number) >= 0 &&
    typeof mac === 'string' &&
    (key === 'vault' || key === 'home') &&
    typeof tag === 'string'
  )
}
