import { expect, test } from 'vitest'
import { parseCount, parseDuration } from '../../../src/input/duration.ts'

test('hours, days and weeks are spans of time', () => {
  expect(parseDuration('--within', '12h')).toBe(43_200_000)
  expect(parseDuration('--within', '7d')).toBe(604_800_000)
  expect(parseDuration('--within', '2w')).toBe(1_209_600_000)
  expect(parseDuration('--within', '0d')).toBe(0)
})

test.each(['', '7', 'd', '7 d', '7D', '-7d', '1.5d', '99999d', '7m'])(
  '"%s" is no span of time, and the error names the option',
  (text) => {
    expect(() => parseDuration('--within', text)).toThrow('--within is not a span of time.')
  },
)

test('a count lies within its bounds', () => {
  expect(parseCount('--recovery-days', '7', 7, 30)).toBe(7)
  for (const text of ['6', '31', '', '7.5', '1e1', ' 7', '-7']) {
    expect(() => parseCount('--recovery-days', text, 7, 30)).toThrow(
      '--recovery-days is not a whole number from 7 to 30.',
    )
  }
})
