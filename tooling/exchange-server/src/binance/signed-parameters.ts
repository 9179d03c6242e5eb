import type { ExchangeRequest } from '../exchange/exchange.ts'
import { wireBytes } from '../signing/signature.ts'
import { binanceError, missingError } from './binance-error.ts'

/** The parameters of a request, and what its signature is over. */
export interface SignedParameters {
  /** Decoded, without the signature. One in the query wins over one in the body. */
  readonly values: ReadonlyMap<string, string>
  /** Those that came in the query. */
  readonly inQuery: ReadonlySet<string>
  /** Query and body as they arrived, one behind the other without an ampersand, without the signature. */
  readonly payload: Buffer
  readonly signature: string
}

const SIGNATURE = /(?:^|&)signature=([^&]*)$/

/**
 * "Please make sure the signature is the end part of your query string or request body."
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
 *
 * @throws ExchangeError -1101, -1102
 */
export function signedParameters({ query, body }: ExchangeRequest): SignedParameters {
  const text = body.toString('latin1')
  const [inBody, bodySignature] = withoutSignature(text)
  const [inQuery, querySignature] = withoutSignature(query)
  if (querySignature !== null && bodySignature !== null) throw binanceError('-1101')
  const signature = bodySignature ?? querySignature
  if (signature === null || signature === '') throw missingError('signature')
  const fromQuery = parse(inQuery)
  return {
    values: new Map([...parse(inBody), ...fromQuery]),
    inQuery: new Set(fromQuery.keys()),
    payload: wireBytes(inQuery, inBody),
    // As in any form, a plus sign is a space: base64 has to be encoded.
    signature: new URLSearchParams(`signature=${signature}`).get('signature') ?? '',
  }
}

export function unsignedParameters({ query }: ExchangeRequest): ReadonlyMap<string, string> {
  return parse(query)
}

function withoutSignature(text: string): readonly [text: string, signature: string | null] {
  const [whole, signature] = SIGNATURE.exec(text) ?? []
  if (whole === undefined || signature === undefined) return [text, null]
  return [text.slice(0, -whole.length), signature]
}

function parse(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (values.has(name)) throw binanceError('-1101')
    values.set(name, value)
  }
  return values
}
