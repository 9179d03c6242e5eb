import type { ExchangeError } from './exchange-error.ts'

export const EXCHANGES = ['bybit', 'binance', 'kucoin'] as const
export type ExchangeName = (typeof EXCHANGES)[number]

/** One request, as it arrived: nothing is decoded, for signatures are checked over the bytes of the wire. */
export interface ExchangeRequest {
  /** 'mainnet' */
  readonly site: string
  readonly method: string
  /** '/v5/market/time' */
  readonly path: string
  /** What follows the question mark, one character for each byte; '' where nothing does. */
  readonly query: string
  readonly body: Buffer
  readonly sourceIp: string
  /** By the clock of the exchange, in milliseconds since the epoch. */
  readonly time: number
  /** The first header of that name. @param name in lower case */
  header(name: string): string | undefined
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The exchange's own code: '10003', '-2015', '400003'; null: it succeeded, or the answer has none. */
  readonly code: string | null
  /** Whose key signed, where the signature held. */
  readonly keyId: string | null
}

/**
 * throttle, error: as if there were too many requests, as if the exchange had failed. blocked: a page instead of JSON,
 * from what stands before the exchange. banned: this address. restricted: this country or region. frozen: this account.
 */
export type Refusal = 'throttle' | 'error' | 'blocked' | 'banned' | 'restricted' | 'frozen'

/** One exchange: its endpoints, its keys, its way of signing, its errors. */
export interface Exchange {
  readonly name: ExchangeName
  /** Whether paths like this one are its own; no two exchanges here share one. */
  owns(path: string): boolean
  answer(request: ExchangeRequest): Reply
  /** How it says no, whoever asks. */
  refuse(refusal: Refusal, request: ExchangeRequest): Reply
  /** Forgets what was counted, and every key that was not added by hand. */
  reset(): void
}

/** Whom an error is for, as far as that is known when it is thrown. */
export interface Caller {
  keyId: string | null
}

/** @returns what `attempt` answers, or the reply for the error that it throws */
export function replyTo(
  attempt: (caller: Caller) => Omit<Reply, 'code' | 'keyId'>,
  failed: (thrown: unknown) => { readonly error: ExchangeError; readonly body: string },
): Reply {
  const caller: Caller = { keyId: null }
  try {
    return { ...attempt(caller), code: null, keyId: caller.keyId }
  } catch (thrown) {
    const { error, body } = failed(thrown)
    const { status, headers, code } = error
    return { status, headers, body, code: String(code), keyId: caller.keyId }
  }
}
