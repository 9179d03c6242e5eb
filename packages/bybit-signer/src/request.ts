/** A request before it is signed. What it says is sent as it is: nothing here encodes or sorts. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Percent-encoded, from the first `/`, without host and query: `/v5/order/realtime`. */
  readonly path: string
  /** Percent-encoded, without the `?`, as `bybitQuery` makes it. */
  readonly query?: string
  /** The text that will be sent, as `bybitBody` makes it. */
  readonly body?: string
}

/** When a request was made, and for how long it may be served. */
export interface SigningTime {
  /** Milliseconds since 1970, as the exchange's clock has them. */
  readonly timestampMs: number
  /** @default 5000 */
  readonly recvWindowMs?: number
}

/** Exactly what must be sent. It holds the API key and a signature: mask it before it is shown. */
export interface SignedRequest {
  readonly method: string
  /** Path and query. The caller puts the host before it, `https://api.bybit.com` + url, and changes nothing. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as UTF-8; null: no body. */
  readonly body: string | null
}

/** Holds a credential ready for use; printing or serialising it shows nothing. @throws USAGE naming the field */
export type Signer = (request: UnsignedRequest, time: SigningTime) => SignedRequest
