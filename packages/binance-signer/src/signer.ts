import { binanceCanonicalString } from './canonical-string.ts'
import type { BinanceCredential } from './credential.ts'
import { openCredential } from './credential.ts'
import type { SignedRequest, Signer, SigningTime, UnsignedRequest } from './request.ts'
import { usage } from './signer-error.ts'
import type { BinanceKeyKind, SigningKey } from './signing-key.ts'
import { signingKey } from './signing-key.ts'
import { checkParameters, checkPath } from './target.ts'
import { checkRecvWindow, checkTimestamp } from './time.ts'

export interface BinanceSignerOptions {
  /** Refuse a secret of another kind. @default the secret decides: a PEM block is an RSA or Ed25519 key */
  readonly keyKind?: BinanceKeyKind
}

const METHODS: ReadonlySet<string> = new Set<UnsignedRequest['method']>([
  'GET',
  'POST',
  'PUT',
  'DELETE',
])

/**
 * A signer of Binance REST requests (spot, margin, futures and the wallet's `/sapi`). It parses the key once, so that
 * each request costs one signature.
 *
 * It adds `recvWindow` (where given), `timestamp` and `signature` to the query and signs the bytes that it returns:
 * path, query and body are neither encoded nor sorted.
 *
 * @param credential key and secret, from one version where they know theirs
 * @throws INVALID_VALUE for a key or secret that cannot be one, TORN_PAIR for members of different versions
 * @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
 */
export function prepareBinanceSigner(
  credential: BinanceCredential,
  options: BinanceSignerOptions = {},
): Signer {
  const { key, secret } = openCredential(credential)
  const signing = signingKey(secret, options.keyKind)
  return (request, time) => signRequest(key, signing, request, time)
}

function signRequest(
  key: string,
  { kind, sign }: SigningKey,
  request: UnsignedRequest,
  time: SigningTime,
): SignedRequest {
  const { timestampMs, recvWindowMs } = time
  checkTimestamp(timestampMs)
  if (recvWindowMs !== undefined) checkRecvWindow(recvWindowMs)
  checkRequest(request)
  const { method, path, query = '', body = '' } = request
  const window = recvWindowMs === undefined ? '' : `recvWindow=${recvWindowMs}&`
  const timed = `${query === '' ? '' : `${query}&`}${window}timestamp=${timestampMs}`
  const signature = sign(binanceCanonicalString(timed, body))
  return {
    method,
    // Base64 has +, / and =, which a query must not; hex needs no encoding.
    url: `${path}?${timed}&signature=${kind === 'hmac' ? signature : encodeURIComponent(signature)}`,
    headers:
      body === ''
        ? { 'X-MBX-APIKEY': key }
        : { 'X-MBX-APIKEY': key, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: body === '' ? null : body,
  }
}

function checkRequest({ method, path, query = '', body = '' }: UnsignedRequest): void {
  if (!METHODS.has(method)) {
    throw usage(
      'The method is not GET, POST, PUT or DELETE.',
      'Binance knows these four, in capital letters.',
    )
  }
  checkPath(path)
  if (method === 'GET' && body !== '') {
    throw usage('A GET has no body.', 'Pass its parameters as query.')
  }
  if (query !== '' || body !== '') checkParameters(query, body)
}
