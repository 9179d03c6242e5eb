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
import { banError, binanceError, weightError } from './binance-error.ts'
import type { BinanceKey } from './binance-key.ts'
import type { Endpoint } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'
import { signedParameters, unsignedParameters } from './signed-parameters.ts'
import { binanceWeights, type BinanceWeights, type WeightHeaders } from './weights.ts'

interface Parts extends AuthenticateParts {
  readonly weights: BinanceWeights
}

/** The REST API of Binance: https://developers.binance.com/docs/binance-spot-api-docs/rest-api */
export function binance(keys: KeyStore<BinanceKey>, settings: () => KnobSettings): Exchange {
  const propagation = newPropagation(settings)
  const weights = binanceWeights(() => settings().rateLimitFactor)
  const parts = { keys, propagation, weights }
  return {
    name: 'binance',
    owns: (path) => /^\/(?:api\/v3|sapi\/v\d)\//.test(path),
    answer: (request) => answer(parts, request),
    refuse,
    reset() {
      keys.reset()
      propagation.reset()
      weights.reset()
    },
  }
}

function answer(parts: Parts, request: ExchangeRequest): Reply {
  const operation = `${request.method} ${request.path}`
  const endpoint = Object.hasOwn(ENDPOINTS, operation) ? ENDPOINTS[operation] : undefined
  if (endpoint === undefined) return page(404, 'Not Found')
  return replyTo((caller) => {
    parts.weights.admits(request)
    const { value, headers } = perform(parts, request, endpoint, caller)
    return { status: 200, headers: jsonHeaders(headers), body: JSON.stringify(value) }
  }, failed)
}

function perform(
  parts: Parts,
  request: ExchangeRequest,
  endpoint: Endpoint,
  caller: Caller,
): { readonly value: unknown; readonly headers: WeightHeaders } {
  const { weights, keys } = parts
  const { time } = request
  if (endpoint.access === 'public') {
    const headers = weights.count(request, endpoint.weight, 0)
    return { value: endpoint.handle({ parameters: unsignedParameters(request), time }), headers }
  }
  // An address's weight is used whoever signs, an account's once it is known.
  const ofIp = endpoint.weight.of === 'ip' ? weights.count(request, endpoint.weight, 0) : null
  return withHeaders(ofIp, () => {
    const { values: parameters, inQuery, ...signed } = signedParameters(request)
    const key = authenticate(parts, request, { values: parameters, inQuery, ...signed }, caller)
    const headers = ofIp ?? weights.count(request, endpoint.weight, key.account.uid)
    checkPermission(key, endpoint.access)
    return withHeaders(headers, () => {
      const value = endpoint.handle({ parameters, inQuery, time, key, keys })
      return { value, headers }
    })
  })
}

/** A sub-account's key may be managed by one that trades: TRADE stands on each of these pages. */
function checkPermission({ permissions }: BinanceKey, access: 'USER_DATA' | 'TRADE'): void {
  const { enableReading, enableSpotAndMarginTrading } = permissions
  if (!(access === 'TRADE' ? enableSpotAndMarginTrading : enableReading)) {
    throw binanceError('-2015')
  }
}

/** What was used is told with an error too. */
function withHeaders<T>(headers: WeightHeaders | null, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    if (!(thrown instanceof ExchangeError) || headers === null) throw thrown
    const { code, message, status } = thrown
    throw new ExchangeError(code, message, { status, headers: { ...headers, ...thrown.headers } })
  }
}

const BAN_SECONDS = 120

/** https://github.com/ccxt/ccxt/issues/18459 and others: what a country that is not served is told. */
const RESTRICTED =
  "Service unavailable from a restricted location according to 'b. Eligibility' in " +
  'https://www.binance.com/en/terms. Please contact customer service if you believe you received this message in error.'

function refuse(refusal: Refusal, { time }: ExchangeRequest): Reply {
  // HTTP 403: the web application firewall, which speaks no JSON.
  if (refusal === 'blocked') return page(403, 'ERROR: The request could not be satisfied')
  const retryAfter = { 'Retry-After': String(BAN_SECONDS) }
  const error = {
    throttle: () => weightError(6000, { status: 429, headers: retryAfter }),
    banned: () => banError(time + BAN_SECONDS * 1000, { status: 418, headers: retryAfter }),
    restricted: () => new ExchangeError(0, RESTRICTED, { status: 451 }),
    frozen: () => binanceError('-1002'),
    // "the execution status is UNKNOWN and could have been a success"
    error: () => binanceError('-1000'),
  }[refusal]()
  return replyTo(() => {
    throw error
  }, failed)
}

function failed(thrown: unknown): { readonly error: ExchangeError; readonly body: string } {
  const { code, message, status, headers } =
    thrown instanceof ExchangeError ? thrown : binanceError('-1000')
  return {
    error: new ExchangeError(code, message, { status, headers: jsonHeaders(headers) }),
    body: JSON.stringify({ code, msg: message }),
  }
}

function jsonHeaders(headers: WeightHeaders): WeightHeaders {
  return { 'Content-Type': 'application/json;charset=UTF-8', ...headers }
}

function page(status: number, words: string): Reply {
  const body = `<html><head><title>${words}</title></head><body><h1>${status}</h1></body></html>\n`
  return { status, headers: { 'Content-Type': 'text/html' }, body, code: null, keyId: null }
}
