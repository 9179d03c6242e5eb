import { expect } from 'vitest'
import type { ErrorCode } from '../src/errors/secrets-error.ts'

/** Matches a SecretsError by its code and, where given, what its message says. */
export function refusal(code: ErrorCode, message: RegExp = /./): unknown {
  const says: unknown = expect.stringMatching(message)
  return expect.objectContaining({ code, message: says })
}
