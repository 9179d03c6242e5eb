import { ExchangeError } from '../exchange/exchange-error.ts'
import type { Caller, ExchangeRequest } from '../exchange/exchange.ts'
import { boundElsewhere } from '../keys/ip-binding.ts'
import type { KeyStore } from '../keys/key-store.ts'
import type { Propagation } from '../keys/propagation.ts'
import { asymmetricHolds, hmac, sameText, wireBytes } from '../signing/signature.ts'
import { bybitError, parameterError, signatureError, windowError } from './bybit-error.ts'
import type { BybitKey } from './bybit-key.ts'

export interface AuthenticateParts {
  readonly keys: KeyStore<BybitKey>
  readonly propagation: Propagation
}

const DEFAULT_RECV_WINDOW = '5000'

/**
 * Whose request this is. In which order Bybit looks is not documented: here the time comes before the key, and what a
 * key is bound to only after its signature.
 * https://bybit-exchange.github.io/docs/v5/guide#authentication
 *
 * @throws ExchangeError 10001, 10002, 10003, 10004, 10007, 10010, 33004
 */
export function authenticate(
  { keys, propagation }: AuthenticateParts,
  request: ExchangeRequest,
  caller: Caller,
): BybitKey {
  const apiKey = request.header('x-bapi-api-key') ?? ''
  const signature = request.header('x-bapi-sign') ?? ''
  const timestamp = request.header('x-bapi-timestamp') ?? ''
  const recvWindow = request.header('x-bapi-recv-window')
  if (apiKey === '' || signature === '' || timestamp === '') {
    // "401: Need to put authentication params in the request header", says the page of errors.
    throw bybitError(10007, { status: 401 })
  }
  checkTime(timestamp, recvWindow ?? DEFAULT_RECV_WINDOW, request.time)
  const key = keys.find(apiKey, request.site)
  if (key === null || !propagation.reached(key, request.time)) throw bybitError(10003)
  const payload = request.method === 'GET' ? request.query : request.body
  // Of a window that was not sent, nothing can have been signed.
  const origin = wireBytes(timestamp, apiKey, recvWindow ?? '', payload)
  if (!holds(key, origin, signature)) throw signatureError(origin)
  caller.keyId = key.id
  if (key.expiresAt !== null && key.expiresAt <= request.time) throw bybitError(33004)
  if (boundElsewhere(key, request.sourceIp)) throw bybitError(10010)
  return key
}

/** server_time - recv_window <= timestamp < server_time + 1000 */
function checkTime(timestamp: string, recvWindow: string, time: number): void {
  if (!/^-?\d{1,15}$/.test(recvWindow)) throw parameterError('recv_window')
  if (!/^\d{1,15}$/.test(timestamp)) throw parameterError('timestamp')
  const sent = Number(timestamp)
  if (sent < time - Number(recvWindow) || sent >= time + 1000) {
    throw windowError(timestamp, time, recvWindow)
  }
}

function holds({ credential }: BybitKey, origin: Buffer, signature: string): boolean {
  if (credential.kind === 'hmac') {
    return sameText(hmac(credential.secret, origin).toString('hex'), signature)
  }
  return asymmetricHolds(credential, origin, signature)
}

/** @returns the members of a JSON body */
export function jsonBody(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>
    }
  } catch {
    // Said below.
  }
  throw new ExchangeError(10001, 'The request body is not a JSON object.')
}
