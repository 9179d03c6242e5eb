import type { BybitQueryParameters } from '@mm-secrets/bybit-signer'
import { bybitQuery } from '@mm-secrets/bybit-signer'
import type { Credential } from '@mm-secrets/core'
import { SecretsError, errorCode } from '@mm-secrets/core'
import type { BybitAnswer } from './answer.ts'
import type { ClockWatch } from './clock-watch.ts'
import type { Credentials } from './credentials.ts'
import type { Fetch } from './http-get.ts'
import type { Configuration } from './options.ts'
import type { Patience } from './rate-limits.ts'
import { rateLimits } from './rate-limits.ts'
import type { BybitReadPath } from './reads.ts'
import { accessOf } from './reads.ts'
import { signing } from './signing.ts'
import type { Outcome } from './single-request.ts'
import { singleRequests } from './single-request.ts'

/** Sends one read of the allow-list. @throws UNAVAILABLE, DENIED, REVOKED, USAGE, and what the provider throws */
export type NetworkRead = (
  path: BybitReadPath,
  parameters: BybitQueryParameters,
) => Promise<BybitAnswer>

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
  const limits = rateLimits(configuration.clock)
  const send = singleRequests(configuration, fetch, credentials, watch)

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

  return async (path, parameters) => {
    const credential = accessOf(path) === 'signed' ? await credentials.read() : null
    const query = signing(`GET ${path}`, credentials.values(), () => bybitQuery(parameters))
    const patience = { leftMs: configuration.maxRateLimitWaitMs }
    const first = await attempt(path, query, credential, patience)
    if (!('kind' in first)) return first
    if (first.kind !== 'authentication' || credential === null) throw first.error
    const newer = await newerThan(credentials, credential, first.error)
    if (newer === null) throw first.error
    const second = await attempt(path, query, newer, patience)
    if ('kind' in second) throw second.error
    return second
  }
}

/** The refusal is what must be known first; the store's own error is told by its code. */
async function newerThan(
  credentials: Credentials,
  refused: Credential,
  { code, message, hint }: SecretsError,
): Promise<Credential | null> {
  try {
    return await credentials.readNewer(refused)
  } catch (failure) {
    const why = errorCode(failure) ?? 'it failed'
    const unknown = `Whether the store has a newer key is unknown (${why}).`
    throw new SecretsError(code, `${message} ${unknown}`, hint === null ? {} : { hint })
  }
}
