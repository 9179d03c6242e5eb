import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Clock } from '../service/clock.ts'
import { refusal } from './guard.ts'
import { handle, type HandlerParts } from './handle.ts'
import { json, plainText, type HttpAnswer } from './http-answer.ts'
import { readRequest, type HttpRequest } from './http-request.ts'

export interface ListenerParts extends HandlerParts {
  /** Dates the answers, so that a client may correct its own clock. */
  readonly signingClock: Clock
  /** Answers what is not AWS: the knobs and the reset. @returns null: not one of these */
  control(request: HttpRequest): HttpAnswer | null
}

export type Listener = (message: IncomingMessage, response: ServerResponse) => void

export function listener(parts: ListenerParts): Listener {
  return (message, response) => {
    serve(parts, message, response).catch(() => response.destroy())
  }
}

async function serve(
  parts: ListenerParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { requestId, answer } = await handledMessage(parts, message)
  if (answer === null) {
    response.destroy()
    return
  }
  const { status, contentType, body } = answer
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    date: new Date(parts.signingClock.now()).toUTCString(),
    ...(requestId === null ? {} : { 'x-amzn-requestid': requestId }),
    // What was not read is not to be taken for the next request.
    ...(status === TOO_LARGE ? { connection: 'close' } : {}),
  })
  response.end(body)
}

const TOO_LARGE = 413

async function handledMessage(
  parts: ListenerParts,
  message: IncomingMessage,
): Promise<{ requestId: string | null; answer: HttpAnswer | null }> {
  const refused = refusal(message)
  if (refused !== null) return { requestId: null, answer: plainText(403, refused) }
  const request = await readRequest(message)
  if (request === null) {
    const answer = json(TOO_LARGE, { __type: 'RequestEntityTooLargeException' })
    return { requestId: null, answer }
  }
  const answer = parts.control(request)
  return answer === null ? handle(parts, request) : { requestId: null, answer }
}
