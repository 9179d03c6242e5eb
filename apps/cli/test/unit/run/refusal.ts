import { SecretsError } from '@mm-secrets/core'
import { expect } from 'vitest'
import { thrown } from '../thrown.ts'

/** The error of ours by which something is refused. */
export function refusal(work: () => unknown): SecretsError {
  const error = thrown(work)
  expect(error).toBeInstanceOf(SecretsError)
  return error as SecretsError
}
