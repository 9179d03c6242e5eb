import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../durable/file-error.ts'
import { openRegularFile } from '../durable/private-file.ts'
import type { FileSystem } from '../runtime/deps.ts'
import { MAX_LINE_BYTES } from './record.ts'

const CHUNK_BYTES = 65_536
const NEWLINE = 0x0a
const FILE_MODE = 0o600

/** One file of the log; numbers count from 1 without a gap. */
export interface Segment {
  readonly number: number
  /** '000001.jsonl' */
  readonly name: string
  readonly path: string
}

export function segmentAt(folder: string, number: number): Segment {
  const name = `${String(number).padStart(6, '0')}.jsonl`
  return { number, name, path: join(folder, name) }
}

/** The segments among the files of a log's folder, oldest first. */
export function segmentsAmong(folder: string, names: readonly string[]): readonly Segment[] {
  return names
    .filter((name) => /^\d{6,15}\.jsonl$/.test(name))
    .map((name) => segmentAt(folder, Number.parseInt(name, 10)))
    .filter(({ number, name }) => number > 0 && names.includes(name))
    .sort((a, b) => a.number - b.number)
}

/** What is in a log's folder; nothing when there is none. */
export async function listFolder(fs: FileSystem, folder: string): Promise<readonly string[]> {
  try {
    return await fs.readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

export interface Line {
  /** From 1. */
  readonly number: number
  /** Without the newline; empty for a line that is too long to be a record. */
  readonly bytes: Buffer
  /** false: the file ends before the newline. */
  readonly whole: boolean
}

/** The lines that a segment had when it was opened, in constant memory. */
export async function* readLines(fs: FileSystem, segment: Segment): AsyncGenerator<Line> {
  const file = await openSegment(fs, segment, constants.O_RDONLY)
  try {
    const { size } = await file.stat()
    let rest = Buffer.alloc(0)
    let number = 1
    for (let position = 0; position < size;) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - position))
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
      // Cut back by a writer meanwhile.
      if (bytesRead === 0) break
      position += bytesRead
      const text = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      let start = 0
      for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, start)) {
        yield { number, bytes: text.subarray(start, end), whole: true }
        number += 1
        start = end + 1
      }
      rest = text.subarray(start)
      if (rest.length > MAX_LINE_BYTES) {
        yield { number, bytes: Buffer.alloc(0), whole: true }
        return
      }
    }
    if (rest.length > 0) yield { number, bytes: rest, whole: false }
  } finally {
    await file.close()
  }
}

/** How a segment ends. */
export interface Tail {
  readonly size: number
  /** Bytes of whole lines; what follows was torn by a crash. */
  readonly whole: number
  /** The last whole line; null where there is none; empty when it is too long to be a record. */
  readonly last: Buffer | null
}

/** Reads from the end no more than it needs. */
export async function readTail(fs: FileSystem, segment: Segment): Promise<Tail> {
  const file = await openSegment(fs, segment, constants.O_RDONLY)
  try {
    const { size } = await file.stat()
    let text = Buffer.alloc(0)
    for (let start = size; start > 0;) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, start))
      start -= chunk.length
      await file.read(chunk, 0, chunk.length, start)
      text = Buffer.concat([chunk, text])
      const end = text.lastIndexOf(NEWLINE)
      const before = end > 0 ? text.lastIndexOf(NEWLINE, end - 1) : -1
      if (end >= 0 && (before >= 0 || start === 0)) {
        return { size, whole: start + end + 1, last: text.subarray(before + 1, end) }
      }
      if (text.length > 2 * MAX_LINE_BYTES) return { size, whole: size, last: Buffer.alloc(0) }
    }
    return { size, whole: 0, last: null }
  } finally {
    await file.close()
  }
}

/** @throws CONFIG naming what is no regular file in its place; the system's own error */
export function openSegment(fs: FileSystem, segment: Segment, flags: number): Promise<FileHandle> {
  return openRegularFile(fs, segment.path, 'a segment of the audit log', flags, FILE_MODE)
}
