import type { AuditHead, Environment } from '@mm-secrets/core'
import { ENVIRONMENTS, SecretsError } from '@mm-secrets/core'
import type { Terminal } from '../context.ts'
import { readGivenFile } from './file.ts'

/** A head of the log of one environment, as `audit export` prints it. */
export interface ExportedHead extends AuditHead {
  readonly env: Environment
}

/** An export with its records may be large. */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Heads from a file that `audit export` wrote.
 *
 * @throws USAGE when it is not such a file
 */
export async function readHeads(
  { fs, platform }: Pick<Terminal, 'fs' | 'platform'>,
  path: string,
): Promise<readonly ExportedHead[]> {
  const { text } = await readGivenFile(fs, platform, '--heads', path, MAX_BYTES)
  const heads = parseHeads(text)
  if (heads !== null) return heads
  throw new SecretsError('USAGE', '--heads is not a file that audit export wrote.', {
    hint: 'It holds {"heads":[{"env","mac","sequence"}]}.',
  })
}

function parseHeads(text: string): readonly ExportedHead[] | null {
  try {
    const { heads } = JSON.parse(text) as { readonly heads?: unknown }
    return Array.isArray(heads) && heads.every(isHead) ? heads : null
  } catch {
    return null
  }
}

function isHead(value: unknown): value is ExportedHead {
  if (typeof value !== 'object' || value === null) return false
  const { env, mac, sequence } = value as Partial<Record<string, unknown>>
  return (
    (ENVIRONMENTS as readonly unknown[]).includes(env) &&
    typeof mac === 'string' &&
    /^[0-9a-f]{64}$/.test(mac) &&
    Number.isSafeInteger(sequence)
  )
}
