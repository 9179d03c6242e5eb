import { checkParameters, checkScalar } from './parameter.ts'
import { usage } from './signer-error.ts'

/** Values as the exchange should read them, not yet encoded. What is undefined is left out. */
export type KucoinQueryParameters = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * A query string from parameters: each name and value percent-encoded once as UTF-8, in the order given, undefined
 * left out. So it is sent; signed it is decoded, by the signer.
 *
 * KuCoin documents no rule for lists and objects in a query; where an endpoint takes several values they are one
 * string, comma-separated.
 *
 * @returns without the `?`; empty where there is nothing to send
 * @throws USAGE naming the parameter: null, NaN, Infinity, BigInt, lists, objects, integers beyond 2^53, numbers that
 *   would be written with an exponent
 */
export function kucoinQuery(parameters: KucoinQueryParameters): string {
  checkParameters(parameters)
  let query = ''
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    if (name === '') throw usage('A parameter has no name.', 'Name every parameter.')
    const pair = `${encode(name)}=${encode(String(checkScalar(name, value)))}`
    query = query === '' ? pair : `${query}&${pair}`
  }
  return query
}

/** URL parsers encode `'` in a query, which `encodeURIComponent` leaves (https://url.spec.whatwg.org/#query-state). */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27')
}
