/** A request before it is signed. What it says is sent as it is: nothing here encodes or sorts. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Percent-encoded, from the first `/`, without host and query: `/api/v1/accounts`. */
  readonly path: string
  /** Percent-encoded, without the `?`, as `kucoinQuery` makes it: so it is sent, and signed decoded. */
  readonly query?: string
  /** The text that will be sent, as `kucoinBody` makes it. */
  readonly body?: string
}

/** When a request was made. */
export interface SigningTime {
  /** Milliseconds since 1970; KuCoin serves a request within 5 seconds of it. */
  readonly timestampMs: number
  /** KuCoin has no such window: giving one is refused rather than ignored. */
  readonly recvWindowMs?: number
}

/**
 * Exactly what must be sent. It holds the API key, a signature and the passphrase (hashed; plain for a key of
 * version 1): mask it before it is shown. Where an endpoint takes a passphrase as a parameter, as deleting a
 * sub-account key does, the URL holds that too.
 */
export interface SignedRequest {
  readonly method: string
  /** Path and query. The caller puts the host before it, `https://api.kucoin.com` + url, and changes nothing. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as UTF-8; null: no body. */
  readonly body: string | null
}

/** Holds a credential ready for use; printing or serialising it shows nothing. @throws USAGE naming the field */
export type Signer = (request: UnsignedRequest, time: SigningTime) => SignedRequest
