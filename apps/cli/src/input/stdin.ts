import type { Readable } from 'node:stream'
import { SecretsError } from '@mm-secrets/core'

/**
 * Everything that a stream gives.
 *
 * @throws INVALID_VALUE when there is more than `maxBytes`, INTERRUPTED when the signal aborts
 */
export async function readAll(
  stream: Readable,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const stop = (): void => {
    stream.destroy()
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk as Uint8Array)
      chunks.push(bytes)
      length += bytes.length
      if (length > maxBytes) throw tooLong()
    }
    if (signal.aborted) throw interrupted()
    return Buffer.concat(chunks)
  } catch (error) {
    throw signal.aborted ? interrupted() : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function tooLong(): SecretsError {
  return new SecretsError('INVALID_VALUE', 'Standard input is too long to be a credential.')
}

function interrupted(): SecretsError {
  return new SecretsError(
    'INTERRUPTED',
    'Interrupted while reading standard input; nothing was done.',
  )
}
