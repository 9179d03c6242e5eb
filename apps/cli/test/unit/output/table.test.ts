import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tableLines } from '../../../src/output/table.ts'

const COLUMNS = [
  { title: 'CREDENTIAL', drop: 0 },
  { title: 'MEMBERS', drop: 2, shortest: 12 },
  { title: 'AGE', drop: 1 },
  { title: 'LAYOUT', drop: 3 },
  { title: 'STATE', drop: 0 },
]
const ROWS = [
  ['dev/bybit', 'api_key api_secret', '3 days', 'pair', 'fine'],
  [
    'prod/kucoin@market-making',
    'api_key api_secret api_passphrase',
    '112 days',
    'json',
    'exposed, rotate it',
  ],
]

test('at 200 columns everything is shown', () => {
  expect(tableLines(COLUMNS, ROWS, 200)).toMatchInlineSnapshot(`
    [
      "CREDENTIAL                 MEMBERS                            AGE       LAYOUT  STATE",
      "dev/bybit                  api_key api_secret                 3 days    pair    fine",
      "prod/kucoin@market-making  api_key api_secret api_passphrase  112 days  json    exposed, rotate it",
    ]
  `)
})

test('at 80 columns cells are cut first', () => {
  expect(tableLines(COLUMNS, ROWS, 80)).toMatchInlineSnapshot(`
    [
      "CREDENTIAL                 MEMBERS          AGE       LAYOUT  STATE",
      "dev/bybit                  api_key api_se…  3 days    pair    fine",
      "prod/kucoin@market-making  api_key api_se…  112 days  json    exposed, rotate it",
    ]
  `)
})

test('at 60 columns the least needed columns go', () => {
  expect(tableLines(COLUMNS, ROWS, 60)).toMatchInlineSnapshot(`
    [
      "CREDENTIAL                 AGE       STATE",
      "dev/bybit                  3 days    fine",
      "prod/kucoin@market-making  112 days  exposed, rotate it",
    ]
  `)
})

test('a column in which no row has anything is left out', () => {
  const rows = ROWS.map(([name = '', , age = '', , state = '']) => [name, '', age, '', state])
  expect(tableLines(COLUMNS, rows, 200)[0]).toMatch(/^CREDENTIAL +AGE +STATE$/)
})

test('no line is wider than the terminal, and the first column always stays', () => {
  const cell = fc.string({ maxLength: 40 })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell, cell, cell), { maxLength: 5 }),
      fc.integer({ min: 12, max: 120 }),
      (rows, width) => {
        const lines = tableLines(COLUMNS, rows, width)
        expect(lines).toHaveLength(rows.length + 1)
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
        expect(lines[0]).toMatch(/^C/)
      },
    ),
  )
})
