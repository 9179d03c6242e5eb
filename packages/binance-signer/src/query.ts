import { checkPlainObject, checkScalar } from './parameter.ts'
import { usage } from './signer-error.ts'

/** Values as the exchange should read them, not yet encoded. What is undefined is left out. */
export type BinanceQueryParameters = Readonly<
  Record<string, string | number | boolean | readonly (string | number)[] | undefined>
>

/**
 * A query string, or a form-encoded body, from parameters: each name and value percent-encoded once as UTF-8, in the
 * order given, undefined left out.
 *
 * A list becomes a JSON list, which is how the API takes several values: `symbols=["BTCUSDT","BNBBTC"]`
 * (https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information). Where
 * an endpoint says otherwise, pass a string.
 *
 * @returns without the `?`; empty where there is nothing to send
 * @throws USAGE naming the parameter: null, NaN, Infinity, BigInt, objects, lists in lists, integers beyond 2^53,
 *   numbers that would be written with an exponent
 */
export function binanceQuery(parameters: BinanceQueryParameters): string {
  checkPlainObject(parameters)
  let query = ''
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    if (name === '') throw usage('A parameter has no name.', 'Name every parameter.')
    const pair = `${encode(name)}=${encode(text(name, value))}`
    query = query === '' ? pair : `${query}&${pair}`
  }
  return query
}

function text(name: string, value: string | number | boolean | readonly unknown[]): string {
  if (!Array.isArray(value)) return String(checkScalar(name, value))
  return JSON.stringify(Array.from(value, (item, index) => checkScalar(`${name}[${index}]`, item)))
}

/** URL parsers encode `'` in a query, which `encodeURIComponent` leaves (https://url.spec.whatwg.org/#query-state). */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27')
}
