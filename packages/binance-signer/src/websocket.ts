import { binanceWebSocketCanonicalString } from './canonical-string.ts'
import type { BinanceCredential } from './credential.ts'
import { openCredential } from './credential.ts'
import { checkPlainObject, checkScalar } from './parameter.ts'
import type { SigningTime } from './request.ts'
import { usage } from './signer-error.ts'
import type { BinanceSignerOptions } from './signer.ts'
import type { SigningKey } from './signing-key.ts'
import { signingKey } from './signing-key.ts'
import { checkRecvWindow, checkTimestamp } from './time.ts'

/** A signed request of the WebSocket API before time, key and signature are added. */
export interface BinanceWebSocketRequest {
  /** Comes back with the reply. */
  readonly id: string | number | null
  /** `order.place`, `session.logon`, … */
  readonly method: string
  /** Decimals as strings, as the API wants them. What is undefined is left out. */
  readonly params?: Readonly<Record<string, string | number | boolean | undefined>>
}

/** Holds a credential ready for use; printing or serialising it shows nothing. @returns the text frame to send */
export type BinanceWebSocketSigner = (request: BinanceWebSocketRequest, time: SigningTime) => string

const ADDED: ReadonlySet<string> = new Set(['apiKey', 'recvWindow', 'timestamp', 'signature'])

/**
 * A signer of requests of Binance's WebSocket API. Each frame carries `apiKey`, `timestamp` and `signature`; a
 * connection that sent a signed `session.logon` (Ed25519 keys only) needs none of them afterwards.
 *
 * A frame holds the API key and a signature: mask it before it is shown.
 *
 * @throws INVALID_VALUE for a key or secret that cannot be one, TORN_PAIR; the signer: USAGE naming the field
 * @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/request-security
 */
export function prepareBinanceWebSocketSigner(
  credential: BinanceCredential,
  options: BinanceSignerOptions = {},
): BinanceWebSocketSigner {
  const { key, secret } = openCredential(credential)
  const signing = signingKey(secret, options.keyKind)
  return (request, time) => signFrame(key, signing, request, time)
}

function signFrame(
  key: string,
  { kind, sign }: SigningKey,
  request: BinanceWebSocketRequest,
  { timestampMs, recvWindowMs }: SigningTime,
): string {
  const { id, method } = request
  checkTimestamp(timestampMs)
  if (recvWindowMs !== undefined) checkRecvWindow(recvWindowMs)
  checkId(id)
  checkMethod(method, kind)
  const params = {
    ...checkedParams(request.params ?? {}),
    apiKey: key,
    ...(recvWindowMs === undefined ? {} : { recvWindow: recvWindowMs }),
    timestamp: timestampMs,
  }
  const signature = sign(binanceWebSocketCanonicalString(params))
  return JSON.stringify({ id, method, params: { ...params, signature } })
}

function checkId(id: unknown): void {
  if (id !== null && typeof id !== 'string' && !Number.isSafeInteger(id)) {
    throw usage('The id is not a string, a whole number or null.', 'A UUID or a counter will do.')
  }
}

function checkMethod(method: string, kind: SigningKey['kind']): void {
  if (typeof method !== 'string' || !/^[\w./-]+$/.test(method)) {
    throw usage('The method is not a name like order.place.', 'Pass a method of the WebSocket API.')
  }
  // https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/authentication-requests
  if (method.endsWith('session.logon') && kind !== 'ed25519') {
    throw usage(
      'The method session.logon takes Ed25519 keys only.',
      'Sign each request, or use an Ed25519 key.',
    )
  }
}

function checkedParams(
  given: NonNullable<BinanceWebSocketRequest['params']>,
): Record<string, string | number | boolean> {
  checkPlainObject(given)
  const entries = Object.entries(given).filter((entry) => entry[1] !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, checkParam(name, value)]))
}

function checkParam(name: string, value: unknown): string | number | boolean {
  if (name === '') throw usage('A parameter has no name.', 'Name every parameter.')
  if (ADDED.has(name)) {
    throw usage(
      `The parameter ${name} is added by the signer.`,
      'Leave it out; time and window are arguments.',
    )
  }
  const scalar = checkScalar(name, value)
  if (typeof scalar === 'number' && !Number.isInteger(scalar)) {
    throw usage(
      `The parameter ${name} is a fraction.`,
      'Pass decimals as strings, as the WebSocket API wants them.',
    )
  }
  return scalar
}
