import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellLines } from '../../../src/formats/shell.ts'

test('a real shell gives back every value that a variable can hold', () => {
  const value = fc
    .string({ unit: 'binary', maxLength: 40 })
    .filter((text) => !/\0|[\ud800-\udfff]/.test(text))
  const values = fc.sample(value, 200)
  const variables = new Map(values.map((each, index) => [`V${index}`, each]))
  const print = '\nfor name; do eval "printf \'%s\\0\' \\"\\$$name\\""; done\n'
  const printed = execFileSync('/bin/sh', ['-s', ...variables.keys()], {
    input: shellLines(variables) + print,
    env: {},
  })
  expect(printed.toString('utf8').split('\0').slice(0, -1)).toEqual(values)
})

test('a variable that is set is exported to programs', () => {
  const text = shellLines(new Map([['BYBIT_API_KEY', "it's $(me)"]]))
  expect(text).toBe("export BYBIT_API_KEY='it'\\''s $(me)'\n")
  const printed = execFileSync('/bin/sh', ['-c', `${text}env`], { env: { PATH: '/usr/bin:/bin' } })
  expect(printed.toString('utf8')).toContain("BYBIT_API_KEY=it's $(me)\n")
})

test('a NUL character, which no variable can hold, is refused by the name of the variable', () => {
  expect(() => shellLines(new Map([['BYBIT_API_KEY', 'a\0b']]))).toThrow(/BYBIT_API_KEY has a NUL/)
})
