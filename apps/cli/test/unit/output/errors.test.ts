import { SecretsError } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { errorJson, errorText, shownError, stackFrames } from '../../../src/output/errors.ts'
const plain = {
  env: {},
  stderr: { isTty: false, columns: 80, write: () => undefined },
}

test('an error is one line that says what happened and one that says what to do', () => {
  const error = new SecretsError('NOT_FOUND', 'There is no prod/bybit.', { hint: 'Save it.' })
  expect(errorText(shownError(error), plain)).toBe(
    'mm-secrets: There is no prod/bybit.\nhint: Save it.\n',
  )
})

test('for programs it is one line of JSON with sorted keys', () => {
  const error = new SecretsError('CONFLICT', 'Someone was first.')
  expect(errorJson(shownError(error))).toBe(
    '{"error":{"code":"CONFLICT","hint":null,"message":"Someone was first."}}\n',
  )
})

test('text from outside cannot move the cursor or forge a line', () => {
  const error = new SecretsError('CONFIG', 'a\u001b[2Jb\nmm-secrets: fine\u202e')
  expect(errorText(shownError(error), plain)).toBe(
    'mm-secrets: a\\u001b[2Jb\\u000amm-secrets: fine\\u202e\n',
  )
})

test('of a bug only the class is told, since its message may hold a value', () => {
  const canary = 'cAnArY0123456789'
  const bug = new RangeError(`cannot handle ${canary}`)
  const shown = shownError(bug)
  expect(shown.code).toBe('BUG')
  expect(errorText(shown, plain)).toContain('RangeError')
  expect(errorText(shown, plain) + errorJson(shown) + stackFrames(bug)).not.toContain(canary)
  expect(stackFrames(bug)).toMatch(/^\s+at /)
})

test('a thrown value that is no error is a bug, too', () => {
  expect(shownError('cAnArY').message).not.toContain('cAnArY')
})
