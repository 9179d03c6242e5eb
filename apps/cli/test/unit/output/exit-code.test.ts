import { ERROR_CODES, SecretsError } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { EXIT_MEANINGS, exitCode } from '../../../src/output/exit-code.ts'

test('every error code has an exit status that the manual explains', () => {
  for (const code of ERROR_CODES) {
    const exit = exitCode(new SecretsError(code, 'x'))
    expect(exit).not.toBe(0)
    expect(exit).not.toBe(1)
    expect(EXIT_MEANINGS).toHaveProperty(String(exit))
  }
})

test.each([
  ['USAGE', 2],
  ['DECLINED', 3],
  ['NOT_FOUND', 4],
  ['STORE_CREDENTIALS', 5],
  ['PROD_FORBIDDEN_IN_CI', 6],
  ['UNAVAILABLE', 7],
  ['CONFLICT', 8],
  ['ROLLED_BACK', 9],
  ['INCOMPLETE', 12],
  ['CHECK_FAILED', 13],
  ['INTERRUPTED', 130],
] as const)('%s exits with %i', (code, exit) => {
  expect(exitCode(new SecretsError(code, 'x'))).toBe(exit)
})

test('an error with a code of ours counts, whichever package threw it', () => {
  expect(exitCode(Object.assign(new Error('x'), { code: 'TORN_PAIR' }))).toBe(9)
})

test('anything else is a bug', () => {
  expect(exitCode(new TypeError('x'))).toBe(1)
  expect(exitCode(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(1)
  expect(exitCode('text')).toBe(1)
})
