/** USAGE: the request, its time or an option; INVALID_VALUE: a member of the credential; TORN_PAIR: members of two versions. */
export type BinanceSignerErrorCode = 'USAGE' | 'INVALID_VALUE' | 'TORN_PAIR'

/**
 * What was wrong with which field, and what to do next; never a value.
 *
 * Read `code`, not the class.
 */
export class BinanceSignerError extends Error {
  override readonly name = 'BinanceSignerError'
  readonly code: BinanceSignerErrorCode
  readonly hint: string

  constructor(code: BinanceSignerErrorCode, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

export function usage(message: string, hint: string): BinanceSignerError {
  return new BinanceSignerError('USAGE', message, hint)
}

export function invalidValue(message: string, hint: string): BinanceSignerError {
  return new BinanceSignerError('INVALID_VALUE', message, hint)
}
