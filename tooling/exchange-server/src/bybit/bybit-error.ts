import { ExchangeError, type ExchangeErrorOptions } from '../exchange/exchange-error.ts'

/** https://bybit-exchange.github.io/docs/v5/error; 10004's is below, for it echoes what was to be signed. */
const MESSAGES = {
  10001: 'Request parameter error.',
  10003: 'API key is invalid.',
  10005: 'Permission denied, please check your API key permissions.',
  10006: 'Too many visits. Exceeded the API Rate Limit.',
  10007: 'User authentication failed.',
  10008: 'Common banned, please check your account mode',
  10009: 'IP has been banned.',
  10010: "Unmatched IP, please check your API key's bound IP addresses.",
  10016: 'Server error.',
  10017: 'Route not found.',
  10024: 'Compliance rules triggered',
  33004: 'Your api key has expired.',
} as const

export type BybitCode = keyof typeof MESSAGES

export function bybitError(code: BybitCode, options: ExchangeErrorOptions = {}): ExchangeError {
  return new ExchangeError(code, MESSAGES[code], options)
}

/** @param name of the parameter that is missing or wrong; it follows the documented words */
export function parameterError(name: string): ExchangeError {
  return new ExchangeError(10001, `${MESSAGES[10001]} (${name})`)
}

/**
 * Bybit's message names the string that it expected to be signed, the whole API key included.
 * https://github.com/sieblyio/bybit-api/issues/448
 *
 * @param origin one character for each byte of the wire
 */
export function signatureError(origin: Buffer): ExchangeError {
  return new ExchangeError(10004, `error sign! origin_string[${origin.toString('utf8')}]`)
}

/** The words of Bybit's answers: https://github.com/sieblyio/bybit-api/issues/236 */
export function windowError(timestamp: string, time: number, recvWindow: string): ExchangeError {
  return new ExchangeError(
    10002,
    'invalid request, please check your server timestamp or recv_window param. ' +
      `req_timestamp[${timestamp}],server_timestamp[${time}],recv_window[${recvWindow}]`,
  )
}
