import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { printablePath } from '../../../src/output/printable-path.ts'
import { someKey, someSecret } from '../fake-cli.ts'

test.each([
  ...['.env', './bot.env', '/media/stick/prod-2026-11.age', 'C:\\Users\\ada\\keys.json'],
  ...[
    'python3.12',
    '/usr/lib/x86_64-linux-gnu/bot',
    'MyTradingBotProject/config.json',
    '~/MAKEFILE',
  ],
  ...['strategies-and-backtests-of-2026', '/tmp/mm-e2e-aB3xY9/file', '', '/', '..'],
])('an ordinary path stays: %s', (path) => {
  expect(printablePath(path)).toBe(path)
})

test('what could deceive a reader is escaped', () => {
  expect(printablePath('a\u202eb')).toBe('a\\u202eb')
})

test('a part of a path that looks like a value is not shown', () => {
  const hex = randomBytes(12).toString('hex')
  for (const value of [`k4${someKey()}`, `k4${someSecret()}`, `a1${hex}`, randomUUID()]) {
    expect(printablePath(value)).toBe('(not shown)')
    expect(printablePath(`/x/${value}`)).toBe('/x/(not shown)')
    expect(printablePath(`${value}.json`)).toBe('(not shown)')
    expect(printablePath(`C:\\${value}\\y`)).toBe('C:\\(not shown)\\y')
  }
})

test('letters of both cases without a digit may be a value too', () => {
  expect(printablePath('kQ'.repeat(9))).toBe('(not shown)')
})

test('nothing is shown of what holds an equals sign', () => {
  for (const text of ['BYBIT_API_KEY=short', `A=b/${someKey()}`, '/x/a=b']) {
    expect(printablePath(text)).toBe('(not shown)')
  }
})
