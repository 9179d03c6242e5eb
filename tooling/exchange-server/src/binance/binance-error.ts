import { ExchangeError, type ExchangeErrorOptions } from '../exchange/exchange-error.ts'

interface Known {
  readonly status: number
  readonly message: string
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/errors.md; statuses as they are seen. */
const ERRORS = {
  '-1000': { status: 500, message: 'An unknown error occurred while processing the request.' },
  '-1002': { status: 401, message: 'You are not authorized to execute this request.' },
  '-1021': { status: 400, message: 'Timestamp for this request is outside of the recvWindow.' },
  '-1022': { status: 400, message: 'Signature for this request is not valid.' },
  '-1101': { status: 400, message: 'Duplicate values for a parameter detected.' },
  '-1131': { status: 400, message: 'recvWindow must be less than 60000' },
  '-2014': { status: 401, message: 'API-key format invalid.' },
  '-2015': { status: 401, message: 'Invalid API-key, IP, or permissions for action.' },
  '-9000': { status: 400, message: 'Unsupported operation' },
} as const satisfies Readonly<Record<string, Known>>

export type BinanceCode = keyof typeof ERRORS

export function binanceError(code: BinanceCode): ExchangeError {
  const { status, message } = ERRORS[code]
  return new ExchangeError(Number(code), message, { status })
}

/** The other message of -1021: the client's clock runs fast, which no window helps. */
export function aheadError(): ExchangeError {
  const message = "Timestamp for this request was 1000ms ahead of the server's time."
  return new ExchangeError(-1021, message, { status: 400 })
}

export function missingError(name: string): ExchangeError {
  const message = `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`
  return new ExchangeError(-1102, message, { status: 400 })
}

export function illegalError(name: string, range: string): ExchangeError {
  const message = `Illegal characters found in parameter '${name}'; legal range is '${range}'.`
  return new ExchangeError(-1100, message, { status: 400 })
}

export function invalidError(name: string): ExchangeError {
  return new ExchangeError(-1130, `Data sent for parameter '${name}' is not valid.`, {
    status: 400,
  })
}

export function unwantedError(name: string): ExchangeError {
  return new ExchangeError(-1106, `Parameter '${name}' sent when not required.`, { status: 400 })
}

/** @param options 429, or 418 where the address is banned, with Retry-After */
export function weightError(limit: number, options: ExchangeErrorOptions): ExchangeError {
  const message =
    `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. ` +
    'Please use WebSocket Streams for live updates to avoid polling the API.'
  return new ExchangeError(-1003, message, options)
}

/** @param until milliseconds since the epoch */
export function banError(until: number, options: ExchangeErrorOptions): ExchangeError {
  const message =
    `Way too much request weight used; IP banned until ${until}. ` +
    'Please use WebSocket Streams for live updates to avoid bans.'
  return new ExchangeError(-1003, message, options)
}
