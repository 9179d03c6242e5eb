import type { SignedRequest } from '@mm-secrets/bybit-signer'
import type { Redacted } from '@mm-secrets/core'
import { mask, redact } from '@mm-secrets/core'

/** The request that would be sent, fit to be printed: the key and the signature are masked. */
export interface DryRunRequest {
  readonly dryRun: true
  readonly method: 'GET' | 'POST'
  /** With the host: `https://api.bybit.com/v5/order/create`. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The text that would be sent; null: none. */
  readonly body: string | null
}

/** @param values that must not be shown, wherever in the request they stand */
export function dryRun(
  origin: string,
  request: SignedRequest,
  values: readonly Redacted[],
): DryRunRequest {
  const { method, url, headers, body } = request
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    name === 'X-BAPI-SIGN' ? mask(value) : redact(value, values),
  ])
  return Object.freeze({
    dryRun: true,
    method: method === 'POST' ? 'POST' : 'GET',
    url: redact(`${origin}${url}`, values),
    headers: Object.freeze(Object.fromEntries(shown) as Record<string, string>),
    body: body === null ? null : redact(body, values),
  })
}
