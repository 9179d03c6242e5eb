import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonErrorOffset, parseJson } from '../../src/settings/json.ts'
import { thrownBy } from './settings-for.ts'

test.each([
  ['', 0],
  ['  ', 2],
  ['{', 1],
  ['{]', 1],
  ['[1,]', 3],
  ['[,1]', 1],
  ['{"a":1,}', 7],
  ['{"a" 1}', 5],
  ["{'a':1}", 1],
  ['{"a":01}', 6],
  ['{"a":"x\ny"}', 5],
  ['{"a":"\\x"}', 5],
  ['[1}', 2],
  ['1 2', 2],
  ['nul', 0],
  ['{"a":-}', 5],
  ['{"a":tru}', 5],
  ['[[[', 3],
])('%j stops being JSON at %i', (text, offset) => {
  expect(jsonErrorOffset(text)).toBe(offset)
})

describe('laws', () => {
  test('JSON is JSON to its end', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonErrorOffset(text)).toBe(text.length)
      }),
    )
  })

  test('a text that JSON.parse refuses is refused at or before its end, whatever was cut or put in', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', ',', '{', ']', '\\', 'x', '0'))
      .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put)
      .filter((text) => !isJson(text))
    fc.assert(
      fc.property(broken, (text) => {
        const offset = jsonErrorOffset(text)
        expect(offset).toBeLessThanOrEqual(text.length)
        expect(() => parseJson(text, 'config.json')).toThrow('config.json is not valid JSON: line')
      }),
    )
  })
})

test('the error says line and column, and repeats nothing of the text', () => {
  const error = thrownBy(() => parseJson('{\n  "api_key": Sq7vT2\n}', 'MM_FAKE_SECRETS_JSON'))
  expect(error.message).toBe('MM_FAKE_SECRETS_JSON is not valid JSON: line 2, column 14.')
  expect(error.cause).toBeUndefined()
})

test('a text of a megabyte that never closes its quote is refused too', () => {
  expect(jsonErrorOffset(`["${'a'.repeat(1_048_576)}`)).toBe(1)
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
