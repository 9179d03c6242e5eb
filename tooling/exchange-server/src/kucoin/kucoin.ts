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
import { authenticate, type AuthenticateParts } from './authenticate.ts'
import type { Endpoint } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'
import { kucoinError, parameterError } from './kucoin-error.ts'
import type { KucoinKey } from './kucoin-key.ts'
import { kucoinLimits, type KucoinLimits, type LimitHeaders } from './rate-limits.ts'

interface Parts extends AuthenticateParts {
  readonly limits: KucoinLimits
}

/** The REST API of KuCoin: https://www.kucoin.com/docs-new/introduction */
export function kucoin(keys: KeyStore<KucoinKey>, settings: () => KnobSettings): Exchange {
  const propagation = newPropagation(settings)
  const limits = kucoinLimits(() => settings().rateLimitFactor)
  const parts = { keys, propagation, limits }
  return {
    name: 'kucoin',
    owns: (path) => /^\/api\/v[12]\//.test(path),
    answer: (request) => answer(parts, request),
    refuse,
    reset() {
      keys.reset()
      propagation.reset()
      limits.reset()
    },
  }
}

/** "200000" is success. */
const SUCCESS = '200000'

function answer(parts: Parts, request: ExchangeRequest): Reply {
  return replyTo((caller) => {
    const operation = `${request.method} ${request.path}`
    const endpoint = Object.hasOwn(ENDPOINTS, operation) ? ENDPOINTS[operation] : undefined
    if (endpoint === undefined) throw kucoinError(404000)
    const { data, headers } = perform(parts, request, endpoint, caller)
    const body = JSON.stringify({ code: SUCCESS, data })
    return { status: 200, headers: { ...JSON_HEADERS, ...headers }, body }
  }, failed)
}

function perform(
  { limits, ...parts }: Parts,
  request: ExchangeRequest,
  endpoint: Endpoint,
  caller: Caller,
): { readonly data: unknown; readonly headers: LimitHeaders } {
  const { site, sourceIp, time } = request
  if (endpoint.access === 'public') {
    const headers = limits.count(`${site} ${sourceIp}`, endpoint.weight, time)
    return { data: endpoint.handle({ parameters: parametersOf(request), time }), headers }
  }
  const key = authenticate(parts, request, caller)
  const headers = limits.count(`${site} ${key.account.uid}`, endpoint.weight, time)
  if (!key.permissions.includes('General')) throw kucoinError(400007, { headers })
  const parameters = parametersOf(request)
  return { data: endpoint.handle({ parameters, time, key, keys: parts.keys }), headers }
}

/** A POST has a JSON body, everything else a query. */
function parametersOf(request: ExchangeRequest): Readonly<Record<string, unknown>> {
  const { method, query, body } = request
  if (method !== 'POST') return Object.fromEntries(new URLSearchParams(query))
  // "All requests and responses are application/json content type."
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw kucoinError(415000)
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>
    }
  } catch {
    // Said below.
  }
  throw parameterError('the body is no JSON object')
}

const REFUSALS = {
  throttle: 429000,
  error: 500000,
  restricted: 400301,
  frozen: 411100,
} as const

function refuse(refusal: Refusal, request: ExchangeRequest): Reply {
  if (refusal === 'blocked' || refusal === 'banned') {
    // Cloudflare stands before KuCoin and limits addresses, with a page of its own:
    // https://www.kucoin.com/docs/basic-info/request-rate-limit/rest-api
    const body =
      '<html><head><title>Access denied</title></head><body>error code: 1015</body></html>\n'
    const status = refusal === 'banned' ? 429 : 403
    return { status, headers: { 'Content-Type': 'text/html' }, body, code: null, keyId: null }
  }
  const code = REFUSALS[refusal]
  const headers = refusal === 'throttle' ? exhausted(request) : {}
  return replyTo(() => {
    throw kucoinError(code, { headers })
  }, failed)
}

function exhausted({ time }: ExchangeRequest): LimitHeaders {
  const left = String(30_000 - (time % 30_000))
  return {
    'gw-ratelimit-limit': '2000',
    'gw-ratelimit-remaining': '0',
    'gw-ratelimit-reset': left,
  }
}

const JSON_HEADERS = { 'Content-Type': 'application/json' }

function failed(thrown: unknown): { readonly error: ExchangeError; readonly body: string } {
  const { code, message, status, headers } =
    thrown instanceof ExchangeError ? thrown : kucoinError(500000)
  return {
    error: new ExchangeError(code, message, { status, headers: { ...JSON_HEADERS, ...headers } }),
    body: JSON.stringify({ code: String(code), msg: message }),
  }
}
