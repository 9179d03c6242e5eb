import { expect } from 'vitest'
import type { BybitSignerErrorCode } from '../src/index.ts'
import { BybitSignerError } from '../src/index.ts'

/** What a call is refused with; fails where it is not. */
export function refusal(call: () => unknown): BybitSignerError {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(BybitSignerError)
    return error as BybitSignerError
  }
  throw new Error('It was not refused.')
}

export function expectRefusal(
  call: () => unknown,
  code: BybitSignerErrorCode,
  message: RegExp,
): void {
  const error = refusal(call)
  expect(error.message).toMatch(message)
  expect(error).toMatchObject({ code, name: 'BybitSignerError' })
  expect(error.hint).toMatch(/^[A-Z].*[^ ]$/)
  expect(error.cause).toBeUndefined()
}
