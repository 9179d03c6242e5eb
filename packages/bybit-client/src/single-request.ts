import type { Credential } from '@mm-secrets/core'
import { formatRef } from '@mm-secrets/core'
import type { BybitAnswer, Envelope } from './answer.ts'
import { parseEnvelope } from './answer.ts'
import type { ClockWatch } from './clock-watch.ts'
import type { Credentials } from './credentials.ts'
import type { Fetch, HttpReply } from './http-get.ts'
import { httpGet } from './http-get.ts'
import type { Configuration } from './options.ts'
import { rateLimitOf, waitMsOf } from './rate-limits.ts'
import type { BybitReadPath } from './reads.ts'
import { redactAnswer } from './redaction.ts'
import type { RefusalContext } from './refusal-context.ts'
import type { Refusal } from './refusal.ts'
import { pageRefusal, refusalOf } from './refusal.ts'
import { signing } from './signing.ts'

/** All tickers of a category are under one megabyte. */
const MAX_BYTES = 8 * 1024 * 1024

export type Outcome = BybitAnswer | Refusal

interface Sent {
  readonly outcome: Outcome
  /** How long to wait if there was no room in a rate limit. */
  readonly waitMs: number
}

/**
 * One request, sent once, with a timestamp of its own.
 *
 * @param credential null: it is not signed
 * @throws UNAVAILABLE, and what the signer refuses
 */
export type SingleRequest = (
  path: BybitReadPath,
  query: string,
  credential: Credential | null,
) => Promise<Sent>

export function singleRequests(
  configuration: Configuration,
  fetch: Fetch,
  credentials: Credentials,
  watch: ClockWatch,
): SingleRequest {
  const { origin, clock, recvWindowMs, timeoutMs, siteOnRecord } = configuration
  const { host } = new URL(origin)
  const http = { fetch, timeoutMs, maxBytes: MAX_BYTES }

  return async (path, query, credential) => {
    const subject = credential === null ? null : formatRef(credential.ref)
    const sentMs = clock.now()
    const { url, headers } =
      credential === null || subject === null
        ? { url: query === '' ? path : `${path}?${query}`, headers: {} }
        : signing(subject, credentials.values(), () =>
            credentials.signer(credential)(
              { method: 'GET', path, query },
              { timestampMs: sentMs, recvWindowMs },
            ),
          )
    const reply = await httpGet(http, `${origin}${url}`, headers)
    const envelope = parseEnvelope(reply)
    const serverMs = envelope?.timeMs ?? null
    const offset = watch.note(serverMs, sentMs, clock.now())
    const values = credentials.values()
    const context = { path, subject, host, site: siteOnRecord, recvWindowMs, offset, values }
    return {
      outcome: outcomeOf(reply, envelope, context),
      waitMs: waitMsOf(reply.headers, serverMs),
    }
  }
}

function outcomeOf(reply: HttpReply, envelope: Envelope | null, context: RefusalContext): Outcome {
  if (envelope !== null && envelope.retCode !== 0) return refusalOf(envelope, context)
  const { status } = reply
  if (envelope === null || status < 200 || status > 299) return pageRefusal(reply, context)
  return Object.freeze({
    dryRun: false,
    result: redactAnswer(envelope.result, context.values) as BybitAnswer['result'],
    timeMs: envelope.timeMs,
    clockOffset: context.offset,
    rateLimit: rateLimitOf(reply.headers),
  })
}
