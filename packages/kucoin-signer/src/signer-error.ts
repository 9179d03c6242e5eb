/** USAGE: the request, its time or an option; INVALID_VALUE: a member of the credential; TORN_PAIR: members of two versions. */
export type KucoinSignerErrorCode = 'USAGE' | 'INVALID_VALUE' | 'TORN_PAIR'

/**
 * What was wrong with which field, and what to do next; never a value.
 *
 * Read `code`, not the class.
 */
export class KucoinSignerError extends Error {
  override readonly name = 'KucoinSignerError'
  readonly code: KucoinSignerErrorCode
  readonly hint: string

  constructor(code: KucoinSignerErrorCode, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

export function usage(message: string, hint: string): KucoinSignerError {
  return new KucoinSignerError('USAGE', message, hint)
}

export function invalidValue(message: string, hint: string): KucoinSignerError {
  return new KucoinSignerError('INVALID_VALUE', message, hint)
}
