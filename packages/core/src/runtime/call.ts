import type { Instant } from '../credential/version.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Clock } from './clock.ts'

const DEFAULT_TIMEOUT_MS = 30_000

/** What ends one operation of a port, retries included. */
export interface Call {
  /** Always counts. */
  readonly deadline: Instant
  /** The person's wish to stop; it counts until the commit. */
  readonly signal?: AbortSignal
  /** Whoever would have to ask the person for a passphrase throws STORE_CREDENTIALS instead. */
  readonly neverPrompt?: true
}

/** A call that ends 30 s from now. */
export function newCall(clock: Clock, signal?: AbortSignal): Call {
  const deadline = clock.now() + DEFAULT_TIMEOUT_MS
  return signal === undefined ? { deadline } : { deadline, signal }
}

/** The same call without the person's signal: from the commit on, nothing stops half way. */
export function unstoppable(call: Call): Call {
  const { signal: _dropped, ...rest } = call
  return rest
}

/**
 * Ends an operation whose time is over or whose person has left.
 *
 * @param doing what was going on, for the message: 'writing the vault of prod'
 * @throws UNAVAILABLE past the deadline, INTERRUPTED when the signal aborted
 */
export function checkCall(call: Call, clock: Clock, doing: string): void {
  if (call.signal?.aborted === true) {
    throw new SecretsError('INTERRUPTED', `Interrupted while ${doing}.`, {
      hint: 'Nothing that was reported as done is lost; run the command again.',
    })
  }
  if (clock.now() > call.deadline) {
    throw new SecretsError('UNAVAILABLE', `Out of time while ${doing}.`, {
      hint: 'Another process may be busy with the same store; try again.',
    })
  }
}
