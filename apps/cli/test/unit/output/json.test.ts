import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../../../src/output/json.ts'
import { isoTime, jsonLine } from '../../../src/output/json.ts'

test('keys are sorted at every depth, on one line with a newline', () => {
  expect(jsonLine({ b: [{ z: 1, a: null }], a: 'x' })).toBe('{"a":"x","b":[{"a":null,"z":1}]}\n')
})

test('what is printed reads back as what it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const line = jsonLine(value as Json)
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('a time is ISO 8601 in UTC', () => {
  expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z')
  expect(isoTime(null)).toBeNull()
})
