import type { Caller, ExchangeRequest } from '../exchange/exchange.ts'
import { boundElsewhere } from '../keys/ip-binding.ts'
import type { KeyStore } from '../keys/key-store.ts'
import type { Propagation } from '../keys/propagation.ts'
import { hmac, sameText, wireBytes } from '../signing/signature.ts'
import { addressError, kucoinError } from './kucoin-error.ts'
import type { KucoinKey } from './kucoin-key.ts'

export interface AuthenticateParts {
  readonly keys: KeyStore<KucoinKey>
  readonly propagation: Propagation
}

const MAX_SKEW_MS = 5000

/**
 * Whose request this is; the codes are in the order of their numbers, which is the order in which KuCoin seems to look.
 * https://www.kucoin.com/docs-new/authentication
 *
 * @throws ExchangeError 400001 to 400006, 400009
 */
export function authenticate(
  { keys, propagation }: AuthenticateParts,
  request: ExchangeRequest,
  caller: Caller,
): KucoinKey {
  const [apiKey, signature, timestamp, passphrase] = [
    'kc-api-key',
    'kc-api-sign',
    'kc-api-timestamp',
    'kc-api-passphrase',
  ].map((name) => request.header(name) ?? '')
  if (!apiKey || !signature || !timestamp || !passphrase) throw kucoinError(400001)
  if (!fresh(timestamp, request.time)) throw kucoinError(400002)
  const key = keys.find(apiKey, request.site)
  const ended = key?.expiresAt != null && key.expiresAt <= request.time
  if (key === null || ended || !propagation.reached(key, request.time)) throw kucoinError(400003)
  const version = request.header('kc-api-key-version') ?? '1'
  if (!['1', '2', '3'].includes(version)) throw kucoinError(400009)
  if (!passphraseHolds(key, version, passphrase)) throw kucoinError(400004)
  if (!signatureHolds(key, timestamp, request, signature)) throw kucoinError(400005)
  caller.keyId = key.id
  if (boundElsewhere(key, request.sourceIp)) throw addressError(request.sourceIp)
  return key
}

/** "Time differs from server time by more than 5 seconds", to either side. */
function fresh(timestamp: string, time: number): boolean {
  return /^\d{1,15}$/.test(timestamp) && Math.abs(Number(timestamp) - time) <= MAX_SKEW_MS
}

/** The header says how the passphrase was sent; 2 and 3 are alike. A key of version 1 knows neither. */
function passphraseHolds(key: KucoinKey, version: string, sent: string): boolean {
  if ((version === '1') !== (key.version === 1)) return false
  if (version === '1') return sameText(key.passphrase, sent)
  const digest = hmac(secretOf(key), Buffer.from(key.passphrase, 'utf8'))
  return sameText(digest.toString('base64'), sent)
}

/** The path is signed as it was before it was encoded for the wire, the body as it is. */
function signatureHolds(
  key: KucoinKey,
  timestamp: string,
  { method, path, query, body }: ExchangeRequest,
  signature: string,
): boolean {
  const target = query === '' ? path : `${path}?${query}`
  const payload = wireBytes(timestamp, method, percentDecoded(target), body)
  return sameText(hmac(secretOf(key), payload).toString('base64'), signature)
}

/** Bytes, for what was encoded need not be UTF-8. */
function percentDecoded(text: string): Buffer {
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(decoded, 'latin1')
}

/** KuCoin knows HMAC alone. */
function secretOf({ credential }: KucoinKey): string {
  return credential.kind === 'hmac' ? credential.secret : ''
}
