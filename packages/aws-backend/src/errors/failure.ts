import type { Instant, Redacted } from '@mm-secrets/core'
import { printable, redact } from '@mm-secrets/core'
import type { FailureKind } from './failure-kind.ts'
import { kindOf } from './failure-kind.ts'
import type { Thrown } from './thrown.ts'
import { asText } from './thrown.ts'
import type { Told } from './told.ts'
import { toldBy } from './told.ts'

/**
 * What went wrong with one request, in plain data. The SDK's own error is never passed on: it holds the answer, and
 * the message of a failed parse repeats a part of it.
 */
export interface Failure {
  readonly kind: FailureKind
  /** AWS's name of the error, or the code of the system: `ThrottlingException`, `ECONNRESET`. */
  readonly name: string
  /** What more its text tells; it is read before values are taken out of it. */
  readonly tells: Told | null
  /** Printable, and free of the values that were sent. */
  readonly message: string
  readonly requestId: string | null
  readonly status: number | null
  /** AWS's clock, by the `Date` of its answer. */
  readonly serverTime: Instant | null
  /** Attempts made so far, this one included. */
  readonly attempts: number
}

/** Validation errors repeat what was sent: `Value 'x' at 'secretString' failed to satisfy constraint`. */
const ECHO = /\bValue '[\s\S]*' at '/g

/**
 * @param thrown what the SDK threw while sending
 * @param values what was sent and must not be repeated
 */
export function readFailure(
  thrown: unknown,
  values: readonly Redacted[],
  attempts: number,
): Failure {
  const error: Thrown = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const kind = kindOf(error)
  const status = error.$metadata?.httpStatusCode
  // An answer may have a field `code` too.
  const name = asText(typeof status === 'number' ? error.name : (error.code ?? error.name)) ?? ''
  const text = kind === 'refused' || kind === 'throttled' ? (asText(error.message) ?? '') : ''
  const tells = toldBy(kind, name, text)
  return {
    kind,
    name: isCommon(name) || isHarmless(name, values) ? name : 'Error',
    tells,
    message: clean(text, values),
    requestId: requestId(error, values),
    status: typeof status === 'number' ? status : null,
    serverTime: dateOf(error),
    attempts,
  }
}

/** AWS's own text, without what was sent and without what could deceive a reader. */
function clean(text: string, values: readonly Redacted[]): string {
  return printable(redact(text.replaceAll(ECHO, "Value '***' at '"), values))
}

/** The names that are decided by are kept whatever the values are: a passphrase may be a word of theirs. */
function isCommon(name: string): boolean {
  return /^(?:AccessDenied|Invalid(?:Parameter|Request)|Resource(?:Exists|NotFound))(?:Exception)?$/.test(
    name,
  )
}

/** It looks like a name or an id, and repeats nothing that was sent. */
function isHarmless(text: string, values: readonly Redacted[]): boolean {
  return /^[\w.:=/+-]{1,80}$/.test(text) && redact(text, values) === text
}

function requestId(error: Thrown, values: readonly Redacted[]): string | null {
  const id = asText(error.$metadata?.requestId)
  return id !== null && isHarmless(id, values) ? id : null
}

function dateOf(error: Thrown): number | null {
  const date = error.$response?.headers?.['date']
  const time = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isNaN(time) ? null : time
}
