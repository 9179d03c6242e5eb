import type { IncomingMessage } from 'node:http'

/** No request of a key or an account comes near this. */
const MAX_BODY_BYTES = 256 * 1024

export interface HttpRequest {
  readonly method: string
  /** Path and query as they arrived, one character for each byte. */
  readonly target: string
  readonly body: Buffer
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
  return {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    body: Buffer.concat(chunks),
    sourceIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    header(name) {
      const index = raw.findIndex((each, at) => at % 2 === 0 && each.toLowerCase() === name)
      return index < 0 ? undefined : raw[index + 1]
    },
  }
}
