import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonNode } from '../../../src/formats/json-tree.ts'
import { entriesOf, parseJsonTree } from '../../../src/formats/json-tree.ts'

/** What the tree keeps of a value: the kind, and of text and objects all of it. */
function kept(node: JsonNode): unknown {
  if (node.kind === 'string') return node.text
  if (node.kind === 'object') return node.entries.map(({ key, value }) => [key, kept(value)])
  return node.kind
}

function expected(value: unknown): unknown {
  if (typeof value === 'string') return value
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value !== 'object') return 'other'
  return Object.entries(value).map(([key, inner]) => [key, expected(inner)])
}

test('whatever JSON.stringify writes is read back, indented or not', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
      expect(kept(parseJsonTree(JSON.stringify(value, null, indent)))).toEqual(expected(value))
    }),
  )
})

test('comments and trailing commas are taken, and every value knows its line', () => {
  const tree = parseJsonTree(
    [
      '{ // first',
      '  "a": "x", /* over',
      'two lines */ "b":',
      '"https://y", "c": [1, 2,],',
      '}',
    ].join('\r\n'),
  )
  expect(entriesOf(tree, 'x').map(({ key, value }) => [key, value.kind, value.line])).toEqual([
    ['a', 'string', 2],
    ['b', 'string', 4],
    ['c', 'array', 4],
  ])
})

test('both of two equal keys are kept, since readers differ in which one counts', () => {
  const keys = entriesOf(parseJsonTree('{"a":"1","a":"2"}'), 'x').map(({ key }) => key)
  expect(keys).toEqual(['a', 'a'])
})

test.each([
  ['a missing comma', '{\n"a": "x"\n"b": "y"}', 3],
  ['a string that is not closed', '{\n"a": "secret', 2],
  ['a string over two lines', '{"a":\n"sec\nret"}', 2],
  ['an escape that there is not', '{\n\n"a": "\\x41"}', 3],
  ['a word', '{"a": secret}', 1],
  ['more behind the end', '{}\n}', 2],
  ['an unquoted key', '{a: 1}', 1],
  ['nothing', '  ', 1],
])('%s is refused by its line, and nothing of the text is repeated', (_, text, line) => {
  expect(() => parseJsonTree(text)).toThrow(
    expect.objectContaining({
      code: 'INVALID_VALUE',
      message: `The file is not valid JSON in line ${line}.`,
    }),
  )
})

test('a document nested a million deep is refused, as is one that is no object', () => {
  expect(() => parseJsonTree('['.repeat(1_000_000))).toThrow('nested too deeply in line 1')
  expect(() => parseJsonTree('{"a":'.repeat(1_000_000))).toThrow('nested too deeply in line 1')
  expect(() => entriesOf(parseJsonTree('\n[]'), 'of settings')).toThrow(
    'has no object of settings in line 2',
  )
})

test('a string of ten megabytes is no danger to the stack', () => {
  const tree = parseJsonTree(`{"a":"${'\\n'.repeat(5_000_000)}"}`)
  expect(entriesOf(tree, 'x')[0]?.value).toMatchObject({ kind: 'string' })
})
