import { describe, expect, test } from 'vitest'
import { judgeClock } from '../../src/index.ts'

describe('the clock of this machine', () => {
  test.each([
    ['bybit', 0],
    ['bybit', -999],
    ['bybit', 5000],
    ['binance', -999],
    ['kucoin', -4999],
  ] as const)('passes at %s with an offset of %d ms', (exchange, offsetMs) => {
    expect(judgeClock(exchange, offsetMs)).toMatchObject({ rule: 'clock', verdict: 'pass' })
  })

  test.each([
    ['bybit', -1000, /1\.0 s ahead\. Bybit refuses/],
    ['bybit', 5001, /5\.0 s behind/],
    ['binance', -7200, /7\.2 s ahead/],
    ['kucoin', -6000, /6\.0 s ahead/],
  ] as const)('fails at %s with an offset of %d ms', (exchange, offsetMs, message) => {
    const verdict = judgeClock(exchange, offsetMs)
    expect(verdict).toMatchObject({ verdict: 'fail', fix: 'Set the clock of this machine by NTP.' })
    expect(verdict.message).toMatch(message)
  })

  test('is unknown where it could not be measured', () => {
    expect(judgeClock('bybit', null)).toMatchObject({ verdict: 'unknown' })
  })
})
