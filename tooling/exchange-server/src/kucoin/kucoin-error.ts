import { ExchangeError, type ExchangeErrorOptions } from '../exchange/exchange-error.ts'

interface Known {
  readonly status: number
  readonly message: string
}

/**
 * https://www.kucoin.com/docs-new/error-code; the statuses are those that are seen, as in
 * https://github.com/Kucoin/kucoin-python-sdk/issues/82, https://github.com/JKorf/Kucoin.Net/issues/61 and
 * https://github.com/Kucoin/kucoin-api-docs/issues/395. The words of 400001 are those that are sent:
 * https://github.com/sieblyio/kucoin-api/issues/44
 */
const ERRORS = {
  400001: {
    status: 400,
    message:
      'Please check the header of your request for KC-API-KEY, KC-API-SIGN, KC-API-TIMESTAMP, KC-API-PASSPHRASE',
  },
  400002: { status: 400, message: 'Invalid KC-API-TIMESTAMP.' },
  400003: { status: 401, message: 'KC-API-KEY does not exist.' },
  400004: { status: 401, message: 'Invalid KC-API-PASSPHRASE.' },
  400005: { status: 401, message: 'Invalid KC-API-SIGN.' },
  400007: { status: 403, message: 'Access denied, requires more permission.' },
  400009: { status: 400, message: 'Invalid KC-API-KEY-VERSION.' },
  400301: {
    status: 403,
    message: 'Operation restricted due to local laws, regulations, or policies.',
  },
  404000: { status: 404, message: 'Url Not Found' },
  411100: { status: 403, message: 'User are frozen' },
  415000: { status: 415, message: 'Unsupported Media Type' },
  429000: {
    status: 429,
    message: 'Too many requests in a short period of time, please retry later',
  },
  500000: { status: 500, message: 'Internal Server Error' },
} as const satisfies Readonly<Record<number, Known>>

export type KucoinCode = keyof typeof ERRORS

export function kucoinError(code: KucoinCode, options: ExchangeErrorOptions = {}): ExchangeError {
  const { status, message } = ERRORS[code]
  return new ExchangeError(code, message, { status, ...options })
}

export function addressError(sourceIp: string): ExchangeError {
  const message = `Invalid request IP, the current client IP is: ${sourceIp}.`
  return new ExchangeError(400006, message, { status: 403 })
}

/** 400100, "Parameter Error". @param name of the parameter that is missing or wrong */
export function parameterError(name: string): ExchangeError {
  return new ExchangeError(400100, `Parameter Error: ${name}`, { status: 400 })
}
