import { ExchangeError } from '../exchange/exchange-error.ts'
import {
  replyTo,
  type Caller,
  type Exchange,
  type ExchangeRequest,
  type Refusal,
  type Reply,
} from '../exchange/exchange.ts'
import type { KeyStore } from '../keys/key-store.ts'
import { propagation as newPropagation } from '../keys/propagation.ts'
import type { KnobSettings } from '../knobs/knobs.ts'
import { authenticate, jsonBody, type AuthenticateParts } from './authenticate.ts'
import { bybitError } from './bybit-error.ts'
import type { BybitKey } from './bybit-key.ts'
import type { Answer, Parameters } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'
import { bybitLimits, type BybitLimits, type LimitHeaders } from './rate-limits.ts'

interface Parts extends AuthenticateParts {
  readonly limits: BybitLimits
}

/** Bybit V5: https://bybit-exchange.github.io/docs/v5/intro */
export function bybit(keys: KeyStore<BybitKey>, settings: () => KnobSettings): Exchange {
  const propagation = newPropagation(settings)
  const limits = bybitLimits(() => settings().rateLimitFactor)
  const parts = { keys, propagation, limits }
  return {
    name: 'bybit',
    owns: (path) => path.startsWith('/v5/'),
    answer: (request) => answer(parts, request),
    refuse,
    reset() {
      keys.reset()
      propagation.reset()
      limits.reset()
    },
  }
}

function answer(parts: Parts, request: ExchangeRequest): Reply {
  if (!parts.limits.admits(request)) return page(403, 'access too frequent')
  // "403: You send GET request with an empty json body", https://bybit-exchange.github.io/docs/v5/error
  if (request.method === 'GET' && request.body.length > 0) return page(403, 'Access Denied')
  return replyTo(
    (caller) => {
      const { result, message, headers } = perform(parts, request, caller)
      return respond(request, 0, message ?? 'OK', result, headers)
    },
    (thrown) => failed(request, thrown),
  )
}

function perform(
  parts: Parts,
  request: ExchangeRequest,
  caller: Caller,
): Answer & { readonly headers?: LimitHeaders } {
  const operation = `${request.method} ${request.path}`
  const endpoint = Object.hasOwn(ENDPOINTS, operation) ? ENDPOINTS[operation] : undefined
  if (endpoint === undefined) throw bybitError(10017, { status: 404 })
  const { time } = request
  if (endpoint.access === 'public')
    return endpoint.handle({ parameters: parametersOf(request), time })
  const key = authenticate(parts, request, caller)
  const headers = parts.limits.count(key, operation, endpoint.perSecond, time)
  const call = { parameters: parametersOf(request), time, key, keys: parts.keys }
  return { ...withHeaders(() => endpoint.handle(call), headers), headers }
}

/** The headers of limits come with every answer, an error too. */
function withHeaders(handle: () => Answer, headers: LimitHeaders): Answer {
  try {
    return handle()
  } catch (thrown) {
    if (!(thrown instanceof ExchangeError)) throw thrown
    throw new ExchangeError(thrown.code, thrown.message, { status: thrown.status, headers })
  }
}

function parametersOf({ method, query, body }: ExchangeRequest): Parameters {
  return method === 'GET' ? Object.fromEntries(new URLSearchParams(query)) : jsonBody(body)
}

const REFUSALS = {
  throttle: 10006,
  error: 10016,
  banned: 10009,
  restricted: 10024,
  frozen: 10008,
} as const

function refuse(refusal: Refusal, request: ExchangeRequest): Reply {
  if (refusal === 'blocked') return page(403, 'Access Denied')
  // Bybit's own limits, before any account is known, come without the headers:
  // https://github.com/bybit-exchange/pybit/issues/340
  const code = REFUSALS[refusal]
  const { status, body, headers } = respond(request, code, bybitError(code).message, {})
  return { status, body, headers, code: String(code), keyId: null }
}

function failed(
  request: ExchangeRequest,
  thrown: unknown,
): { readonly error: ExchangeError; readonly body: string } {
  const error = thrown instanceof ExchangeError ? thrown : bybitError(10016)
  const { body, headers } = respond(request, error.code, error.message, {}, error.headers)
  return {
    error: new ExchangeError(error.code, error.message, { status: error.status, headers }),
    body,
  }
}

function respond(
  { time }: ExchangeRequest,
  retCode: number,
  retMsg: string,
  result: unknown,
  headers: LimitHeaders = {},
): Pick<Reply, 'status' | 'headers' | 'body'> {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify({ retCode, retMsg, result, retExtInfo: {}, time }),
  }
}

function page(status: number, words: string): Reply {
  const body = `<html><head><title>${words}</title></head><body><h1>${words}</h1></body></html>\n`
  return { status, headers: { 'Content-Type': 'text/html' }, body, code: null, keyId: null }
}
