import type { Redacted } from '@mm-secrets/core'
import { printable, redact } from '@mm-secrets/core'
import { Overdue } from '../client/within.ts'

/**
 * - `refused`: the service said no, for good.
 * - `throttled`: refused before anything was done; sending it again is safe, whatever it is.
 * - `broken`: the service failed, perhaps after it had done it.
 * - `lost`: sent, and no answer or no whole one came; perhaps it was done.
 * - `unreachable`: nothing was sent.
 * - `absent`: nothing was sent, since there is no such host or nobody listens.
 * - `stranger`: what answered is not AWS.
 * - `credentials`: nothing was sent, for want of credentials.
 * - `unknown`: the SDK itself failed.
 */
export type FailureKind =
  | 'refused'
  | 'throttled'
  | 'broken'
  | 'lost'
  | 'unreachable'
  | 'absent'
  | 'stranger'
  | 'credentials'
  | 'unknown'

/**
 * What went wrong with one request, in plain data. The SDK's own error is never passed on: it holds the answer, and
 * the message of a failed parse repeats a part of it.
 */
export interface Failure {
  readonly kind: FailureKind
  /** AWS's name of the error, or the code of the system: `ThrottlingException`, `ECONNRESET`. */
  readonly name: string
  /** Printable, and free of the values that were sent. */
  readonly message: string
  readonly requestId: string | null
  readonly status: number | null
  /** What AWS's clock says, by the `Date` of its answer, epoch ms. */
  readonly serverTime: number | null
  /** Attempts made so far, this one included. */
  readonly attempts: number
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and the SDKs' common list. */
const THROTTLING: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
])

/** The service waited in vain for the rest of the request. */
const REQUEST_TIMEOUT: ReadonlySet<string> = new Set(['RequestTimeout', 'RequestTimeoutException'])

const ABSENT_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND'])

const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
])

const LOST_CODES: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
])

/** Validation errors repeat what was sent: `Value 'x' at 'secretString' failed to satisfy constraint`. */
const ECHO = /\bValue '[\s\S]*' at '/g

/** What is read of an error of the SDK; any of it may be absent. */
interface Thrown {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly syscall?: unknown
  readonly $fault?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown }
  readonly $response?: { readonly headers?: Readonly<Record<string, unknown>> }
}

/**
 * @param thrown what the SDK threw while sending
 * @param values what was sent and must not be repeated
 */
export function readFailure(
  thrown: unknown,
  values: Iterable<Redacted>,
  attempts: number,
): Failure {
  const error: Thrown = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const kind = kindOf(error)
  const status = error.$metadata?.httpStatusCode
  return {
    kind,
    name: nameOf(error),
    message: kind === 'refused' || kind === 'throttled' ? clean(error.message, values) : '',
    requestId: asText(error.$metadata?.requestId),
    status: typeof status === 'number' ? status : null,
    serverTime: dateOf(error),
    attempts,
  }
}

/** AWS's own text, without what was sent and without what could deceive a reader. */
function clean(message: unknown, values: Iterable<Redacted>): string {
  const text = typeof message === 'string' ? message : ''
  return printable(redact(text.replaceAll(ECHO, "Value '***' at '"), values))
}

function kindOf(error: Thrown): FailureKind {
  const name = asText(error.name) ?? ''
  const status = error.$metadata?.httpStatusCode
  if (typeof status === 'number') return kindOfAnswer(error, name, status)
  if (error instanceof Overdue) return 'lost'
  return kindOfSilence(name, asText(error.code), error)
}

function kindOfAnswer(error: Thrown, name: string, status: number): FailureKind {
  if (THROTTLING.has(name) || status === 429) return 'throttled'
  if (REQUEST_TIMEOUT.has(name)) return 'lost'
  if (status >= 500) return 'broken'
  const requestId = asText(error.$metadata?.requestId)
  // `$fault` is there where the body was an error of AWS's form; 'Unknown' where it named none.
  if (error.$fault !== undefined && name !== 'Unknown') return 'refused'
  if (requestId === null) return 'stranger'
  return status < 300 ? 'lost' : 'refused'
}

function kindOfSilence(name: string, code: string | null, error: Thrown): FailureKind {
  if (code !== null && ABSENT_CODES.has(code)) return 'absent'
  if (code !== null && UNREACHABLE_CODES.has(code)) return 'unreachable'
  if (error.syscall === 'connect') return 'unreachable'
  // The SDK gives the timeout of a connection that never stood no code, and that of a request ETIMEDOUT.
  if (name === 'TimeoutError') return code === null ? 'unreachable' : 'lost'
  if (code !== null && LOST_CODES.has(code)) return 'lost'
  // https://nodejs.org/api/errors.html#openssl-error-codes and those of certificates: before anything was sent.
  if (code !== null && /^(?:EPROTO|ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_TO_)/.test(code))
    return 'stranger'
  // An access key or token that does not fit into a header.
  if (code === 'ERR_INVALID_CHAR') return 'credentials'
  return 'unknown'
}

function nameOf(error: Thrown): string {
  const name = asText(error.code) ?? asText(error.name) ?? 'Error'
  return printable(name).slice(0, 80)
}

function dateOf(error: Thrown): number | null {
  const date = error.$response?.headers?.['date']
  const time = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isNaN(time) ? null : time
}

function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
