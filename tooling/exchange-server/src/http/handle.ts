import { setTimeout as sleep } from 'node:timers/promises'

import type { Exchange, ExchangeRequest, Refusal, Reply } from '../exchange/exchange.ts'
import type { Faults } from '../knobs/faults.ts'
import type { Fault, Knobs } from '../knobs/knobs.ts'
import type { ServerClock } from '../knobs/server-clock.ts'
import type { HttpRequest } from './http-request.ts'
import type { OrderCounter } from './orders.ts'
import type { RequestLog } from './request-log.ts'

export interface HandlerParts {
  readonly exchanges: readonly Exchange[]
  readonly clock: ServerClock
  readonly knobs: Knobs
  readonly faults: Faults
  readonly requests: RequestLog
  readonly orders: OrderCounter
  /** Ends what hangs when the server closes. */
  readonly closing: AbortSignal
}

/** @returns null: no answer, the connection is to be broken; 'unknown': the path is no exchange's */
export async function handle(
  parts: HandlerParts,
  site: string,
  request: HttpRequest,
): Promise<Reply | 'unknown' | null> {
  const question = request.target.indexOf('?')
  const path = question < 0 ? request.target : request.target.slice(0, question)
  parts.orders.note(site, request.method, path)
  const exchange = parts.exchanges.find((each) => each.owns(path))
  if (exchange === undefined) return 'unknown'
  const operation = `${request.method} ${path}`
  const end = parts.requests.begin({ exchange: exchange.name, site, operation })
  const fault = parts.faults.draw(operation)
  await wait(parts, fault)
  const reply = attempt(exchange, fault, {
    site,
    method: request.method,
    path,
    query: question < 0 ? '' : request.target.slice(question + 1),
    body: request.body,
    sourceIp: parts.knobs.get().sourceIp ?? request.sourceIp,
    time: parts.clock.now() + parts.knobs.get().clockOffsetMs,
    header: (name) => request.header(name),
  })
  end({
    keyId: reply?.keyId ?? null,
    status: reply?.status ?? null,
    code: reply?.code ?? null,
  })
  return reply
}

async function wait({ knobs, closing }: HandlerParts, fault: Fault | null): Promise<void> {
  const { latencyMs, hangMs } = knobs.get()
  const ms = fault === 'hang' ? hangMs : latencyMs
  if (ms > 0) await sleep(ms, undefined, { signal: closing }).catch(() => undefined)
}

function attempt(exchange: Exchange, fault: Fault | null, request: ExchangeRequest): Reply | null {
  if (fault === 'hang' || fault === 'reset') return null
  if (fault !== null && isRefusal(fault)) return exchange.refuse(fault, request)
  const reply = exchange.answer(request)
  if (fault === 'lost-reply') return null
  return fault === 'late-error' ? exchange.refuse('error', request) : reply
}

function isRefusal(fault: Fault): fault is Refusal {
  return fault !== 'hang' && fault !== 'reset' && fault !== 'lost-reply' && fault !== 'late-error'
}
