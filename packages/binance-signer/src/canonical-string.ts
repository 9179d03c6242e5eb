/**
 * The string that Binance has signed for a REST request: the query (time included, signature not) and the body,
 * percent-encoded as they are sent, with nothing between them.
 *
 * @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#signed-endpoint-security
 */
export function binanceCanonicalString(query: string, body: string): string {
  return query + body
}

/**
 * The string that Binance has signed for a request of its WebSocket API: all parameters but the signature, sorted by
 * name, values as raw UTF-8 without any encoding.
 *
 * @param parameters with `apiKey` and `timestamp`
 * @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/request-security#signed-request-security
 */
export function binanceWebSocketCanonicalString(
  parameters: Readonly<Record<string, string | number | boolean>>,
): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${String(parameters[name])}`)
    .join('&')
}
