import type { IncomingMessage } from 'node:http'

import type { SignedRequest } from '../sigv4/canonical-request.ts'

/** A value of 65,536 bytes is far below this, however it is escaped. */
const MAX_BODY_BYTES = 1024 * 1024

export interface HttpRequest extends SignedRequest {
  readonly sourceIp: string
  /** The first header of that name. @param name in lower case */
  header(name: string): string | undefined
}

/** @returns null where the body is too large */
export async function readRequest(message: IncomingMessage): Promise<HttpRequest | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  const raw = message.rawHeaders
  const headers = Array.from(
    { length: raw.length / 2 },
    (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? ''] as const,
  )
  return {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    headers,
    body: Buffer.concat(chunks),
    sourceIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    header: (name) => headers.find(([each]) => each.toLowerCase() === name)?.[1],
  }
}
