import type { BybitQueryParameters } from '@mm-secrets/bybit-signer'
import { bybitQuery } from '@mm-secrets/bybit-signer'
import type { Credential } from '@mm-secrets/core'
import { SecretsError, errorCode, formatRef } from '@mm-secrets/core'
import type { BybitAnswer, Envelope } from './answer.ts'
import { parseEnvelope } from './answer.ts'
import type { ClockWatch } from './clock-watch.ts'
import type { Credentials } from './credentials.ts'
import type { Fetch, HttpReply } from './http-get.ts'
import { httpGet } from './http-get.ts'
import type { Configuration } from './options.ts'
import type { Patience } from './rate-limits.ts'
import { rateLimitOf, rateLimits, waitMsOf } from './rate-limits.ts'
import type { BybitReadPath } from './reads.ts'
import { accessOf } from './reads.ts'
import { redactAnswer } from './redaction.ts'
import type { RefusalContext } from './refusal-context.ts'
import type { Refusal } from './refusal.ts'
import { pageRefusal, refusalOf } from './refusal.ts'
import { signing } from './signing.ts'

/** All tickers of a category are under one megabyte. */
const MAX_BYTES = 8 * 1024 * 1024

/** Sends one read of the allow-list. @throws UNAVAILABLE, DENIED, REVOKED, USAGE, and what the provider throws */
export type NetworkRead = (
  path: BybitReadPath,
  parameters: BybitQueryParameters,
) => Promise<BybitAnswer>

type Outcome = BybitAnswer | Refusal

/**
 * Reads over the network: signed, limited, and after an authentication failure tried once more, if the store has a
 * newer credential.
 */
export function networkReads(
  configuration: Configuration,
  fetch: Fetch,
  credentials: Credentials,
  watch: ClockWatch,
): NetworkRead {
  const { origin, clock, recvWindowMs, timeoutMs } = configuration
  const limits = rateLimits(clock)
  const http = { fetch, timeoutMs, maxBytes: MAX_BYTES }

  async function send(
    path: BybitReadPath,
    query: string,
    credential: Credential | null,
  ): Promise<{ readonly outcome: Outcome; readonly waitMs: number }> {
    const sentMs = clock.now()
    const signed =
      credential === null
        ? { url: query === '' ? path : `${path}?${query}`, headers: {} }
        : signing(formatRef(credential.ref), credentials.values(), () =>
            credentials.signer(credential)(
              { method: 'GET', path, query },
              { timestampMs: sentMs, recvWindowMs },
            ),
          )
    const reply = await httpGet(http, `${origin}${signed.url}`, signed.headers)
    const envelope = parseEnvelope(reply)
    const offset = watch.note(envelope?.timeMs ?? null, sentMs, clock.now())
    const values = credentials.values()
    const context: RefusalContext = {
      path,
      subject: credential === null ? null : formatRef(credential.ref),
      host: new URL(origin).host,
      site: configuration.siteOnRecord,
      recvWindowMs,
      offset,
      values,
    }
    return {
      outcome: outcomeOf(reply, envelope, context),
      waitMs: waitMsOf(reply.headers, envelope?.timeMs ?? null),
    }
  }

  /** Waits and sends again while Bybit says that there is no room, for as long as there is patience. */
  async function attempt(
    path: BybitReadPath,
    query: string,
    credential: Credential | null,
    patience: Patience,
  ): Promise<Outcome> {
    for (;;) {
      await limits.admit(path, patience)
      const { outcome, waitMs } = await send(path, query, credential)
      if (!('kind' in outcome) || outcome.kind !== 'rate-limit') return outcome
      limits.close(path, waitMs)
    }
  }

  /** @returns null: there is no newer one, or the store does not say */
  async function newerThan(refused: Credential, error: SecretsError): Promise<Credential | null> {
    try {
      return await credentials.readNewer(refused)
    } catch (failure) {
      // The refusal is what must be known first; the store's own error is told by its code.
      throw new SecretsError(
        error.code,
        `${error.message} Whether the store has a newer key is unknown (${errorCode(failure) ?? 'it failed'}).`,
        { hint: error.hint ?? '' },
      )
    }
  }

  return async (path, parameters) => {
    const access = accessOf(path)
    const credential = access === 'signed' ? await credentials.read() : null
    const query = signing(`GET ${path}`, credentials.values(), () => bybitQuery(parameters))
    const patience = { leftMs: configuration.maxRateLimitWaitMs }
    const first = await attempt(path, query, credential, patience)
    if (!('kind' in first)) return first
    if (first.kind !== 'authentication' || credential === null) throw first.error
    const newer = await newerThan(credential, first.error)
    if (newer === null) throw first.error
    const second = await attempt(path, query, newer, patience)
    if ('kind' in second) throw second.error
    return second
  }
}

function outcomeOf(reply: HttpReply, envelope: Envelope | null, context: RefusalContext): Outcome {
  if (envelope === null) return pageRefusal(reply, context)
  if (envelope.retCode !== 0) return refusalOf(envelope, context)
  return Object.freeze({
    dryRun: false,
    result: redactAnswer(envelope.result, context.values) as BybitAnswer['result'],
    timeMs: envelope.timeMs,
    clockOffset: context.offset,
    rateLimit: rateLimitOf(reply.headers),
  })
}
