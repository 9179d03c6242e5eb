import { expect, test } from 'vitest'
import { statement } from '../../../src/output/statement.ts'

const terminal = { columns: 40, isTty: true }
const same = (text: string): string => text
const marked = (text: string): string => `<${text}>`

test('what fits stays on one line', () => {
  expect(statement(terminal, 'note:', marked, 'Nothing was written.')).toBe(
    '<note:> Nothing was written.\n',
  )
})

test('a program gets one line, however long', () => {
  const text = 'word '.repeat(100).trim()
  const piped = { columns: 40, isTty: false }
  expect(statement(piped, 'warning:', same, text)).toBe(`warning: ${text}\n`)
})

test('a terminal that is too narrow breaks between words', () => {
  const text = 'dev/kucoin is not taken: api_secret and api_passphrase are missing.'
  expect(statement(terminal, 'warning:', marked, text)).toBe(
    '<warning:> dev/kucoin is not taken:\n  api_secret and api_passphrase are\n  missing.\n',
  )
})

test('a command at the end is on a line of its own, unbroken, so that it can be copied', () => {
  const command = 'mm-secrets rotate --env prod --exchange bybit --old-revoked'
  const text = `The old key works until it is revoked; then run: ${command}`
  expect(statement(terminal, 'note:', same, text)).toBe(
    `note: The old key works until it is\n  revoked; then run:\n  ${command}\n`,
  )
})
