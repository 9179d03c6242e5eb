/** USAGE: the request, its time or an option; INVALID_VALUE: a member of the credential; TORN_PAIR: members of two versions. */
export type BybitSignerErrorCode = 'USAGE' | 'INVALID_VALUE' | 'TORN_PAIR'

/**
 * What was wrong with which field, and what to do next; never a value.
 *
 * Read `code`, not the class.
 */
export class BybitSignerError extends Error {
  override readonly name = 'BybitSignerError'
  readonly code: BybitSignerErrorCode
  readonly hint: string

  constructor(code: BybitSignerErrorCode, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

export function usage(message: string, hint: string): BybitSignerError {
  return new BybitSignerError('USAGE', message, hint)
}

export function invalidValue(message: string, hint: string): BybitSignerError {
  return new BybitSignerError('INVALID_VALUE', message, hint)
}
