import { describe, expect, test } from 'vitest'
import { printable } from '../../src/errors/printable.ts'
import { errorCode, SecretsError } from '../../src/errors/secrets-error.ts'
import { didYouMean, suggest } from '../../src/errors/suggestion.ts'

describe('a suggestion', () => {
  const known = ['dev', 'shadow', 'soak', 'prod']

  test.each([
    ['pord', 'prod'],
    ['PROD', 'prod'],
    ['shadwo', 'shadow'],
    ['sok', 'soak'],
  ])('for %s is %s', (typed, meant) => {
    expect(suggest(typed, known)).toBe(meant)
    expect(didYouMean(typed, known)).toBe(` Did you mean "${meant}"?`)
  })

  test.each(['production', 'x', '', 'staging'])('for %j is none', (typed) => {
    expect(suggest(typed, known)).toBeNull()
    expect(didYouMean(typed, known)).toBe('')
  })
})

describe('text from outside', () => {
  test('shows control and bidirectional characters as escapes', () => {
    const bidirectional = String.fromCharCode(0x202e)
    expect(printable(`a\u001b[31mb${bidirectional}c\r\n`)).toBe(
      'a\\u001b[31mb\\u202ec\\u000d\\u000a',
    )
    expect(printable('Zürich 東京 🔑')).toBe('Zürich 東京 🔑')
  })
})

describe('the code of an error', () => {
  test('is read from any error that carries one of ours, whatever its class', () => {
    expect(errorCode(new SecretsError('DENIED', 'no'))).toBe('DENIED')
    expect(errorCode(Object.assign(new Error('torn'), { code: 'TORN_PAIR' }))).toBe('TORN_PAIR')
    expect(errorCode(Object.assign(new Error('system'), { code: 'ENOENT' }))).toBeNull()
    expect(errorCode('DENIED')).toBeNull()
    expect(errorCode(null)).toBeNull()
  })
})
