import { expect } from 'vitest'
import type { BinanceSignerErrorCode } from '../src/index.ts'
import { BinanceSignerError } from '../src/index.ts'

/** What a call is refused with; fails where it is not. */
export function refusal(call: () => unknown): BinanceSignerError {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(BinanceSignerError)
    return error as BinanceSignerError
  }
  throw new Error('It was not refused.')
}

export function expectRefusal(
  call: () => unknown,
  code: BinanceSignerErrorCode,
  message: RegExp,
): void {
  const error = refusal(call)
  expect(error.message).toMatch(message)
  expect(error).toMatchObject({ code, name: 'BinanceSignerError' })
  expect(error.hint).toMatch(/^[A-Z].*[^ ]$/)
  expect(error.cause).toBeUndefined()
}
