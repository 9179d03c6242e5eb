import { expect, test } from 'vitest'
import { parseInterval } from '../../../src/run/interval.ts'
import { refusal } from './refusal.ts'

test.each([
  ['200ms', 200],
  ['60s', 60_000],
  ['5m', 300_000],
  ['24h', 86_400_000],
  ['0s', 0],
] as const)('%s is %i ms', (text, ms) => {
  expect(parseInterval('--watch', text)).toBe(ms)
})

test.each(['', '60', 's', '-1s', '1.5s', '25h', '2d', '1 s', '999999h'])(
  '%j is refused',
  (text) => {
    expect(refusal(() => parseInterval('--grace', text))).toMatchObject({
      code: 'USAGE',
      message: '--grace is not a short span of time.',
    })
  },
)
