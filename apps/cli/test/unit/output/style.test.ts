import { expect, test } from 'vitest'
import { styleFor } from '../../../src/output/style.ts'

test('colour is for terminals that want it', () => {
  expect(styleFor(true, {}).red('x')).toBe('\u001b[31mx\u001b[39m')
  for (const style of [
    styleFor(false, {}),
    styleFor(true, { NO_COLOR: '1' }),
    styleFor(true, { TERM: 'dumb' }),
  ]) {
    expect(style.red('x')).toBe('x')
  }
})

test('an empty NO_COLOR asks for nothing', () => {
  expect(styleFor(true, { NO_COLOR: '' }).bold('x')).not.toBe('x')
})
