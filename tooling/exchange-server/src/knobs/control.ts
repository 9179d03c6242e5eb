import { json, type HttpAnswer } from '../http/http-answer.ts'
import type { HttpRequest } from '../http/http-request.ts'
import type { Orders } from '../http/orders.ts'
import type { RequestLog } from '../http/request-log.ts'
import { parseKnobs, type KnobsRequest } from './knobs-request.ts'
import type { Knobs } from './knobs.ts'
import type { ServerClock } from './server-clock.ts'

export interface ControlParts {
  readonly knobs: Knobs
  readonly clock: ServerClock
  readonly requests: RequestLog
  readonly orders: Orders
  /** Everything is as at the start. */
  readonly reset: () => void
}

/** The server's own paths: `GET` and `POST /_knobs`, `POST /_reset`. */
export function control(parts: ControlParts, request: HttpRequest): HttpAnswer | null {
  const { method, target } = request
  if (target === '/_reset' && method === 'POST') {
    parts.reset()
    return json(200, { status: 'ok' })
  }
  if (target !== '/_knobs') return null
  if (method === 'GET') return json(200, state(parts))
  if (method !== 'POST') return json(405, { error: 'GET or POST' })
  const parsed = parseKnobs(request.body.toString('utf8'))
  if (typeof parsed === 'string') return json(400, { error: parsed })
  apply(parts, parsed)
  return json(200, state(parts))
}

function apply({ knobs, clock, requests }: ControlParts, wanted: KnobsRequest): void {
  if (wanted.reset === true) {
    knobs.reset()
    clock.reset()
  }
  knobs.set(wanted.knobs)
  if (wanted.freezeClockAt !== undefined) clock.freeze(wanted.freezeClockAt ?? undefined)
  if (wanted.advanceClockMs !== undefined) clock.advance(wanted.advanceClockMs)
  if (wanted.clearRequests === true) requests.clear()
}

function state({ knobs, clock, requests, orders }: ControlParts): unknown {
  return {
    ...knobs.get(),
    clock: clock.now(),
    orders: orders.count(),
    requests: requests.counts(),
  }
}
