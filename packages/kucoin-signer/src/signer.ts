import { kucoinCanonicalString } from './canonical-string.ts'
import type { KucoinCredential } from './credential.ts'
import { openCredential, VISIBLE_ASCII } from './credential.ts'
import type { SignedRequest, Signer, SigningTime, UnsignedRequest } from './request.ts'
import { invalidValue, usage } from './signer-error.ts'
import type { Sign } from './signing-key.ts'
import { signingKey } from './signing-key.ts'
import { checkPath, checkQuery } from './target.ts'
import { checkTimestamp } from './time.ts'

/** As KuCoin's page of API keys shows it; new keys are of version 3. */
export type KucoinKeyVersion = 1 | 2 | 3

export interface KucoinSignerOptions {
  /** Keys of version 1 send their passphrase in clear. @default 3 */
  readonly keyVersion?: KucoinKeyVersion
}

/** What is the same in every request of one credential. */
interface Prepared {
  readonly key: string
  readonly passphrase: string
  readonly keyVersion: string
  readonly sign: Sign
}

const METHODS: ReadonlySet<string> = new Set<UnsignedRequest['method']>([
  'GET',
  'POST',
  'PUT',
  'DELETE',
])

/**
 * A signer of KuCoin REST requests (spot, margin, futures). It prepares key and passphrase once, so that each request
 * costs one HMAC.
 *
 * It returns path, query and body as they were given and signs them as KuCoin reads them: path and query decoded, the
 * body as it is. WebSocket feeds need no signature of their own: a signed `POST /api/v1/bullet-private` gives their
 * token (https://www.kucoin.com/docs/websocket/basic-info/apply-connect-token/private-channels-authentication-request-required-).
 *
 * @param credential key, secret and passphrase, from one version where they know theirs
 * @throws INVALID_VALUE for a member that cannot be one, TORN_PAIR for members of different versions
 * @see https://www.kucoin.com/docs-new/authentication
 */
export function prepareKucoinSigner(
  credential: KucoinCredential,
  options: KucoinSignerOptions = {},
): Signer {
  const { key, secret, passphrase } = openCredential(credential)
  const { keyVersion = 3 } = options
  const sign = signingKey(secret)
  const prepared = {
    key,
    passphrase: sentPassphrase(passphrase, keyVersion, sign),
    keyVersion: String(keyVersion),
    sign,
  }
  return (request, time) => signRequest(prepared, request, time)
}

function sentPassphrase(passphrase: string, keyVersion: KucoinKeyVersion, sign: Sign): string {
  switch (keyVersion) {
    case 1:
      if (!VISIBLE_ASCII.test(passphrase)) {
        throw invalidValue(
          'The passphrase has characters other than visible ASCII, and a key of version 1 sends it as a header.',
          'Make a new key: KuCoin has not issued keys of version 1 since 2021.',
        )
      }
      return passphrase
    case 2:
    case 3:
      return sign(passphrase)
    default:
      throw usage('The keyVersion is not 1, 2 or 3.', 'KuCoin shows it beside the key.')
  }
}

function signRequest(
  prepared: Prepared,
  request: UnsignedRequest,
  time: SigningTime,
): SignedRequest {
  const { timestampMs } = time
  checkTimestamp(timestampMs)
  if (time.recvWindowMs !== undefined) {
    throw usage(
      'KuCoin has no recvWindowMs.',
      'Leave it out: a request is served within 5 seconds.',
    )
  }
  checkRequest(request)
  const { method, path, query = '', body = '' } = request
  return {
    method,
    url: query === '' ? path : `${path}?${query}`,
    headers: {
      'KC-API-KEY': prepared.key,
      'KC-API-SIGN': prepared.sign(
        kucoinCanonicalString({ timestampMs, method, path, query, body }),
      ),
      'KC-API-TIMESTAMP': String(timestampMs),
      'KC-API-PASSPHRASE': prepared.passphrase,
      'KC-API-KEY-VERSION': prepared.keyVersion,
      'Content-Type': 'application/json',
    },
    body: body === '' ? null : body,
  }
}

function checkRequest({ method, path, query = '', body = '' }: UnsignedRequest): void {
  if (!METHODS.has(method)) {
    throw usage(
      'The method is not GET, POST, PUT or DELETE.',
      'KuCoin knows these four, in capital letters.',
    )
  }
  checkPath(path)
  if (query !== '') checkQuery(query)
  if (typeof body !== 'string') {
    throw usage('The body is not a string.', 'Build it with kucoinBody; what is signed is sent.')
  }
  if (method === 'GET' && body !== '') {
    throw usage('A GET has no body.', 'Pass its parameters as query.')
  }
}
