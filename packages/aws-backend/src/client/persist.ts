import type { Call } from '@mm-secrets/core'
import { Redacted, SecretsError } from '@mm-secrets/core'
import { readCredentialsFailure } from '../errors/credentials-failure.ts'
import type { Failure } from '../errors/failure.ts'
import { readFailure } from '../errors/failure.ts'
import type { AwsOptions } from '../options.ts'
import { Overdue, within } from './within.ts'

/** What a request came to. A failure may be an answer too (there is no such secret), so it is not thrown. */
export type Reply<Output> =
  | { readonly output: Output; readonly failure: null }
  | { readonly output: null; readonly failure: Failure }

export interface Attempt<Output> {
  /** Gets credentials; not part of an attempt, for a person or a process may have to give them. */
  readonly prepare: () => Promise<Credentials>
  readonly send: (signal: AbortSignal) => Promise<Output>
  /** What was not certainly undone is not sent again. */
  readonly once: boolean
  /** Values that it sends, which no error repeats. */
  readonly values: readonly Redacted[]
}

/** As the SDK has them. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const FIRST_ATTEMPT_MS = 2000

const OVERDUE = new Overdue().name

/** An answer later than the first two attempts allow is not a lost one but a slow network: later attempts get longer. */
const LONGEST_FACTOR = 4

/** https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/: full jitter under a cap. */
const FIRST_BACKOFF_MS = 50
const FIRST_THROTTLED_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 2000

/** A host that is not there is more often a typing error than a moment's trouble. */
const ATTEMPTS_AT_NOBODY = 4

/**
 * Sends a request until it is answered: what was throttled, broken, lost or not sent is sent again, after a pause with
 * jitter, until the call's deadline.
 *
 * @returns the answer, or the last failure
 * @throws INTERRUPTED as soon as the call's signal aborts
 */
export async function persist<Output>(
  attempt: Attempt<Output>,
  options: Pick<AwsOptions, 'clock' | 'randomness' | 'attemptMs'>,
  call: Call,
): Promise<Reply<Output>> {
  const { clock } = options
  let slow = 0
  for (let attempts = 1; ; attempts++) {
    const reply = await tryOnce(attempt, limitOf(slow, options), options, call, attempts)
    if (reply.failure === null) return reply
    const { failure } = reply
    if (failure.name === OVERDUE) slow++
    const pause = backoff(failure, options.randomness)
    if (!isWorthwhile(failure, attempt.once) || clock.now() + pause >= call.deadline) return reply
    await clock.sleep(pause, call.signal).catch(orInterrupted(call))
  }
}

async function tryOnce<Output>(
  attempt: Attempt<Output>,
  limitMs: number,
  options: Pick<AwsOptions, 'clock'>,
  call: Call,
  attempts: number,
): Promise<Reply<Output>> {
  const left = () => Math.max(0, call.deadline - options.clock.now())
  let credentials: Credentials
  try {
    credentials = await within(left(), call.signal, attempt.prepare)
  } catch (error) {
    if (call.signal?.aborted === true) throw interrupted()
    if (error instanceof SecretsError) throw error
    return { output: null, failure: readCredentialsFailure(error, attempts) }
  }
  try {
    const output = await within(Math.min(limitMs, left()), call.signal, attempt.send)
    return { output, failure: null }
  } catch (error) {
    if (call.signal?.aborted === true) throw interrupted()
    if (error instanceof SecretsError) throw error
    const sent = [...attempt.values, ...secretsOf(credentials)]
    return { output: null, failure: readFailure(error, sent, attempts) }
  }
}

/** What whoever answers might repeat. */
function secretsOf({ secretAccessKey, sessionToken }: Credentials): readonly Redacted[] {
  return [secretAccessKey, sessionToken ?? ''].map((value) => new Redacted(value))
}

function isWorthwhile(failure: Failure, once: boolean): boolean {
  switch (failure.kind) {
    case 'throttled':
    case 'unreachable':
      return true
    case 'absent':
      return failure.attempts < ATTEMPTS_AT_NOBODY
    case 'broken':
    case 'lost':
      return !once
    default:
      return false
  }
}

function limitOf(slow: number, options: Pick<AwsOptions, 'attemptMs'>): number {
  const factor = Math.min(LONGEST_FACTOR, 2 ** Math.max(0, slow - 1))
  return (options.attemptMs ?? FIRST_ATTEMPT_MS) * factor
}

function backoff(failure: Failure, randomness: AwsOptions['randomness']): number {
  const first = failure.kind === 'throttled' ? FIRST_THROTTLED_BACKOFF_MS : FIRST_BACKOFF_MS
  const cap = Math.min(LONGEST_BACKOFF_MS, first * 2 ** failure.attempts)
  const [byte = 0] = randomness(1)
  return Math.round((cap * (byte + 1)) / 256)
}

function orInterrupted(call: Call): (error: unknown) => never {
  return (error) => {
    if (call.signal?.aborted === true) throw interrupted()
    throw error
  }
}

export function interrupted(): SecretsError {
  return new SecretsError('INTERRUPTED', 'Interrupted while waiting for AWS.', {
    hint: 'Nothing that was reported as done is lost; run the command again.',
  })
}

/** @param doing `GetSecretValue of mm-bot/dev/bybit/api_key` */
export function outOfTime(doing: string): SecretsError {
  return new SecretsError('UNAVAILABLE', `${doing}: out of time before AWS answered.`, {
    hint: 'Check the network, proxies and VPC endpoints on the way, then try again.',
  })
}
