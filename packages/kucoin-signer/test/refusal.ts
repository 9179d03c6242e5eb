import { expect } from 'vitest'
import type { KucoinSignerErrorCode } from '../src/index.ts'
import { KucoinSignerError } from '../src/index.ts'

/** What a call is refused with; fails where it is not. */
export function refusal(call: () => unknown): KucoinSignerError {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(KucoinSignerError)
    return error as KucoinSignerError
  }
  throw new Error('It was not refused.')
}

export function expectRefusal(
  call: () => unknown,
  code: KucoinSignerErrorCode,
  message: RegExp,
): void {
  const error = refusal(call)
  expect(error.message).toMatch(message)
  expect(error).toMatchObject({ code, name: 'KucoinSignerError' })
  expect(error.hint).toMatch(/^[A-Z].*[^ ]$/)
  expect(error.cause).toBeUndefined()
}
