import { expect, test } from 'vitest'
import { DAY_MS, formatAge, formatRemaining, formatSpan } from '../../../src/output/ages.ts'

test.each([
  [0, 'under a minute'],
  [59_999, 'under a minute'],
  [60_000, '1 minute'],
  [3 * 3_600_000, '3 hours'],
  [DAY_MS - 1, '23 hours'],
  [DAY_MS, '1 day'],
  [400 * DAY_MS, '400 days'],
  [-2 * DAY_MS, '2 days'],
])('a span of %i ms reads "%s"', (ms, words) => {
  expect(formatSpan(ms)).toBe(words)
})

test.each([
  [30_000, 'under a minute'],
  [59.6 * 60_000, '1 hour'],
  [20.25 * 3_600_000, '20 hours'],
  [23.7 * 3_600_000, '1 day'],
  [25 * 3_600_000, '1 day'],
  [30 * DAY_MS - 5000, '30 days'],
  [3.8 * DAY_MS, '4 days'],
])('what is %d ms away is "%s" away', (ms, words) => {
  expect(formatRemaining(ms)).toBe(words)
})

test('an age that is not known is said to be so', () => {
  expect(formatAge(null, DAY_MS)).toBe('unknown')
})

test('a clock that runs behind gives no negative age', () => {
  expect(formatAge(5 * DAY_MS, DAY_MS)).toBe('under a minute')
})
