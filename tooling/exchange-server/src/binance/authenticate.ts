import type { Caller, ExchangeRequest } from '../exchange/exchange.ts'
import { boundElsewhere } from '../keys/ip-binding.ts'
import type { KeyStore } from '../keys/key-store.ts'
import type { Propagation } from '../keys/propagation.ts'
import { asymmetricHolds, hmac, sameText } from '../signing/signature.ts'
import { aheadError, binanceError, illegalError, missingError } from './binance-error.ts'
import type { BinanceKey } from './binance-key.ts'
import type { SignedParameters } from './signed-parameters.ts'

export interface AuthenticateParts {
  readonly keys: KeyStore<BinanceKey>
  readonly propagation: Propagation
}

const MAX_RECV_WINDOW = 60_000
const DEFAULT_RECV_WINDOW = '5000'
/** From here on a timestamp is one of microseconds. */
const MICROSECONDS = 1e14

/**
 * Whose request this is. In which order Binance looks is not documented; an address or a key that is not allowed is
 * answered with one and the same -2015.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
 *
 * @throws ExchangeError -1021, -1022, -1100, -1102, -1131, -2014, -2015
 */
export function authenticate(
  { keys, propagation }: AuthenticateParts,
  request: ExchangeRequest,
  signed: SignedParameters,
  caller: Caller,
): BinanceKey {
  const apiKey = request.header('x-mbx-apikey') ?? ''
  if (!/^[A-Za-z0-9]{64}$/.test(apiKey)) throw binanceError('-2014')
  checkTime(signed.values, request.time)
  const key = keys.find(apiKey, request.site)
  if (key === null || !propagation.reached(key, request.time)) throw binanceError('-2015')
  if (!holds(key, signed)) throw binanceError('-1022')
  caller.keyId = key.id
  const ended = key.expiresAt !== null && key.expiresAt <= request.time
  if (ended || boundElsewhere(key, request.sourceIp)) throw binanceError('-2015')
  return key
}

/** timestamp < serverTime + 1 second, and serverTime - timestamp <= recvWindow */
function checkTime(values: ReadonlyMap<string, string>, time: number): void {
  const timestamp = values.get('timestamp') ?? ''
  if (timestamp === '') throw missingError('timestamp')
  if (!/^\d{1,20}$/.test(timestamp)) throw illegalError('timestamp', '^[0-9]{1,20}$')
  const recvWindow = values.get('recvWindow') ?? DEFAULT_RECV_WINDOW
  if (!/^\d{1,20}(?:\.\d{1,3})?$/.test(recvWindow)) {
    throw illegalError('recvWindow', '^[0-9]{1,20}(\\.[0-9]{1,3})?$')
  }
  if (Number(recvWindow) > MAX_RECV_WINDOW) throw binanceError('-1131')
  const sent = Number(timestamp) >= MICROSECONDS ? Number(timestamp) / 1000 : Number(timestamp)
  if (sent >= time + 1000) throw aheadError()
  if (time - sent > Number(recvWindow)) throw binanceError('-1021')
}

/** Hexadecimal of an HMAC may be in either case, base64 may not. */
function holds({ credential }: BinanceKey, { payload, signature }: SignedParameters): boolean {
  if (credential.kind === 'hmac') {
    return sameText(hmac(credential.secret, payload).toString('hex'), signature.toLowerCase())
  }
  return asymmetricHolds(credential, payload, signature)
}
