import { Overdue } from '../client/within.ts'
import type { Thrown } from './thrown.ts'
import { asText } from './thrown.ts'

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

const NEVER_STOOD = /did not establish a connection/

export function kindOf(error: Thrown): FailureKind {
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
  // The SDK names its timeouts alike: only the words tell a connection that never stood from a socket that fell silent.
  if (name === 'TimeoutError') {
    return NEVER_STOOD.test(asText(error.message) ?? '') ? 'unreachable' : 'lost'
  }
  if (code !== null && LOST_CODES.has(code)) return 'lost'
  // https://nodejs.org/api/errors.html#openssl-error-codes and those of certificates: before anything was sent.
  if (code !== null && /^(?:EPROTO|ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_TO_)/.test(code))
    return 'stranger'
  // An access key or token that does not fit into a header.
  if (code === 'ERR_INVALID_CHAR') return 'credentials'
  return 'unknown'
}
