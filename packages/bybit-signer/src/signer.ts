import { bybitCanonicalString } from './canonical-string.ts'
import type { BybitCredential } from './credential.ts'
import { openCredential } from './credential.ts'
import type { SignedRequest, Signer, SigningTime, UnsignedRequest } from './request.ts'
import { usage } from './signer-error.ts'
import type { BybitKeyKind, Sign } from './signing-key.ts'
import { signingKey } from './signing-key.ts'
import { checkPath, checkQuery } from './target.ts'
import { checkRecvWindow, checkTimestamp } from './time.ts'

export interface BybitSignerOptions {
  /** Refuse a secret of the other kind. @default the secret decides: a PEM block is an RSA key */
  readonly keyKind?: BybitKeyKind
}

/** https://bybit-exchange.github.io/docs/v5/guide#parameters-for-authenticated-endpoints */
const DEFAULT_RECV_WINDOW_MS = 5000

/**
 * A signer of Bybit V5 REST requests. It parses the key once, so that each request costs one signature.
 *
 * It signs the bytes that it returns: path, query and body are neither encoded, sorted nor completed. A GET signs its
 * query, a POST its body; V5 has no other methods.
 *
 * @param credential key and secret, from one version where they know theirs
 * @throws INVALID_VALUE for a key or secret that cannot be one, TORN_PAIR for members of different versions
 * @see https://bybit-exchange.github.io/docs/v5/guide#authentication
 */
export function prepareBybitSigner(
  credential: BybitCredential,
  options: BybitSignerOptions = {},
): Signer {
  const { key, secret } = openCredential(credential)
  const sign = signingKey(secret, options.keyKind)
  return (request, time) => signRequest(key, sign, request, time)
}

function signRequest(
  key: string,
  sign: Sign,
  request: UnsignedRequest,
  time: SigningTime,
): SignedRequest {
  const { timestampMs, recvWindowMs = DEFAULT_RECV_WINDOW_MS } = time
  checkTimestamp('timestampMs', timestampMs)
  checkRecvWindow(recvWindowMs)
  const payload = checkRequest(request)
  const { method, path, query = '', body = '' } = request
  const signature = sign(bybitCanonicalString({ timestampMs, key, recvWindowMs, payload }))
  return {
    method,
    url: query === '' ? path : `${path}?${query}`,
    headers: headers(key, timestampMs, recvWindowMs, signature, body !== ''),
    body: body === '' ? null : body,
  }
}

/** @returns what the signature covers beside time and key */
function checkRequest(request: UnsignedRequest): string {
  const { method, path, query = '', body = '' } = request
  checkPath(path)
  if (method === 'GET') {
    if (body !== '') throw usage('A GET has no body.', 'Pass its parameters as query.')
    if (query !== '') checkQuery(query)
    return query
  }
  if (method !== 'POST') {
    throw usage('The method is not GET or POST.', 'Bybit V5 knows these two, in capital letters.')
  }
  // The signature of a POST covers its body alone: a query would travel unsigned.
  if (query !== '') throw usage('A POST has no query.', 'Pass its parameters as body.')
  if (typeof body !== 'string') {
    throw usage('The body is not a string.', 'Build it with bybitBody; what is signed is sent.')
  }
  return body
}

function headers(
  key: string,
  timestampMs: number,
  recvWindowMs: number,
  signature: string,
  hasBody: boolean,
): Record<string, string> {
  const signed = {
    'X-BAPI-API-KEY': key,
    'X-BAPI-TIMESTAMP': String(timestampMs),
    'X-BAPI-RECV-WINDOW': String(recvWindowMs),
    'X-BAPI-SIGN': signature,
    // Not in the documentation; Bybit's own SDK sends it (https://github.com/bybit-exchange/pybit).
    'X-BAPI-SIGN-TYPE': '2',
  }
  return hasBody ? { ...signed, 'Content-Type': 'application/json' } : signed
}
