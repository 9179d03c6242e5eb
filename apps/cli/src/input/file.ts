import type { FileSystem } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import { printablePath } from '../output/printable-path.ts'

/** Twice the largest value for each of three members, and their names. */
export const MAX_INPUT_BYTES = 512 * 1024

/** Others may read it or write it. */
const SHARED_MODE = 0o077

export interface GivenFile {
  readonly text: string
  /** Others than its owner may read or write it. */
  readonly shared: boolean
}

/**
 * Reads a file that a person named.
 *
 * @param option named in errors: `--value-file`
 * @throws USAGE when it cannot be read, is no regular file or pipe, or is too large
 */
export async function readGivenFile(
  fs: Pick<FileSystem, 'open'>,
  platform: NodeJS.Platform,
  option: string,
  path: string,
  maxBytes: number,
): Promise<GivenFile> {
  const { bytes, mode } = await readGivenBytes(fs, option, path, maxBytes)
  const shared = platform !== 'win32' && mode !== null && (mode & SHARED_MODE) !== 0
  return { text: decode(bytes), shared }
}

/**
 * The same for what is no text.
 *
 * @returns `mode` null: it is a pipe
 */
export async function readGivenBytes(
  fs: Pick<FileSystem, 'open'>,
  option: string,
  path: string,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer; readonly mode: number | null }> {
  try {
    const handle = await fs.open(path, 'r')
    try {
      const stat = await handle.stat()
      if (stat.isDirectory()) throw unreadable(option, path, 'it is a folder')
      // A pipe (`<(pass show key)`) has no size; what is read counts.
      const bytes = await readUpTo(handle, maxBytes + 1)
      if (bytes.length > maxBytes) throw unreadable(option, path, 'it is too large to be one')
      return { bytes, mode: stat.isFile() ? stat.mode : null }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof SecretsError) throw error
    throw unreadable(option, path, reason(error))
  }
}

/** Text of bytes: UTF-8, without a byte order mark. @throws USAGE otherwise */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new SecretsError('INVALID_VALUE', 'What was given is not UTF-8 text.')
  }
}

async function readUpTo(
  handle: Awaited<ReturnType<FileSystem['open']>>,
  most: number,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  while (length < most) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(65_536, most - length)))
    if (bytesRead === 0) break
    chunks.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(chunks)
}

function unreadable(option: string, path: string, why: string): SecretsError {
  return new SecretsError('USAGE', `${option}: ${printablePath(path)} cannot be used: ${why}.`)
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'you may not read it'
  return `the system says ${code ?? 'nothing more'}`
}
