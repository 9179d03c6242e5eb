import type { IncomingMessage, ServerResponse } from 'node:http'

import { refusal } from './guard.ts'
import { handle, type HandlerParts } from './handle.ts'
import { plainText, type HttpAnswer } from './http-answer.ts'
import { readRequest, type HttpRequest } from './http-request.ts'

export interface ListenerParts extends HandlerParts {
  /** Answers what is no exchange's: the knobs and the reset. @returns null: not one of these */
  control(request: HttpRequest): HttpAnswer | null
}

export type Listener = (message: IncomingMessage, response: ServerResponse) => void

/** What one site answers, all its exchanges on one port. */
export function listener(parts: ListenerParts, site: string): Listener {
  return (message, response) => {
    serve(parts, site, message, response).catch(() => response.destroy())
  }
}

const TOO_LARGE = 413

async function serve(
  parts: ListenerParts,
  site: string,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await answerTo(parts, site, message)
  if (answer === null) {
    response.destroy()
    return
  }
  const { status, headers, body } = answer
  const time = parts.clock.now() + parts.knobs.get().clockOffsetMs
  response.writeHead(status, {
    date: new Date(time).toUTCString(),
    ...headers,
    'content-length': Buffer.byteLength(body),
    // What was not read is not to be taken for the next request.
    ...(status === TOO_LARGE ? { connection: 'close' } : {}),
  })
  response.end(body)
}

async function answerTo(
  parts: ListenerParts,
  site: string,
  message: IncomingMessage,
): Promise<HttpAnswer | null> {
  const refused = refusal(message)
  if (refused !== null) return plainText(403, refused)
  const request = await readRequest(message)
  if (request === null) return plainText(TOO_LARGE, 'The body is too large.')
  const own = parts.control(request)
  if (own !== null) return own
  const reply = await handle(parts, site, request)
  return reply === 'unknown' ? plainText(404, 'No exchange has this path.') : reply
}
