/** A request before it is signed: nothing here encodes or sorts, only time and signature are added. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Percent-encoded, from the first `/`, without host and query: `/api/v3/order`. */
  readonly path: string
  /** Percent-encoded, without the `?`, as `binanceQuery` makes it. */
  readonly query?: string
  /** Form-encoded, as `binanceQuery` makes it; parameters may stand here or in the query, not in both. */
  readonly body?: string
}

/** When a request was made, and for how long it may be served. */
export interface SigningTime {
  /** Milliseconds since 1970, as the exchange's clock has them. */
  readonly timestampMs: number
  /** At most 60000, with at most three decimals. @default left out: Binance takes 5000 */
  readonly recvWindowMs?: number
}

/** Exactly what must be sent. It holds the API key and a signature: mask it before it is shown. */
export interface SignedRequest {
  readonly method: string
  /** Path and query. The caller puts the host before it, `https://api.binance.com` + url, and changes nothing. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** null: no body. */
  readonly body: string | null
}

/** Holds a credential ready for use; printing or serialising it shows nothing. @throws USAGE naming the field */
export type Signer = (request: UnsignedRequest, time: SigningTime) => SignedRequest
