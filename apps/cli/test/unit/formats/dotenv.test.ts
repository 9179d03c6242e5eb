import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDotenv } from '../../../src/formats/dotenv.ts'
import { shellLines } from '../../../src/formats/shell.ts'
import { dotenv } from '../../../src/run/dotenv.ts'
import { someKey, someSecret } from '../fake-cli.ts'

/** Name, value and line of all that a file holds. */
function values(text: string): readonly (readonly [string, string, number])[] {
  return readDotenv(text).found.map(({ line, name, value }) => [name, value.reveal(), line])
}

describe('one value, however it is written', () => {
  const value = someSecret()
  test.each([
    ['plainly', `BYBIT_API_SECRET=${value}`],
    ['with export', `export BYBIT_API_SECRET=${value}`],
    ['with spaces', `  BYBIT_API_SECRET = ${value}  `],
    ['in double quotes', `BYBIT_API_SECRET="${value}"`],
    ['in single quotes', `BYBIT_API_SECRET='${value}'`],
    ['before a comment', `BYBIT_API_SECRET=${value} # of the desk`],
    ['in quotes before a comment', `BYBIT_API_SECRET='${value}' # it's here`],
    ['in a file of Windows', `BYBIT_API_SECRET=${value}\r\n`],
  ])('%s', (_, text) => {
    expect(values(text)).toEqual([['BYBIT_API_SECRET', value, 1]])
  })
})

test('every value knows its lines, comments and empty lines counted', () => {
  const { privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const key = someKey()
  const text = `# keys\n\nBINANCE_API_SECRET="${privateKey}"\nBINANCE_API_KEY=${key}\n`
  expect(readDotenv(text).found).toMatchObject([
    { name: 'BINANCE_API_SECRET', line: 3, lastLine: 6 },
    { name: 'BINANCE_API_KEY', line: 7, lastLine: 7 },
  ])
  expect(values(text)[0]?.[1]).toBe(privateKey)
  // And in one line, as npm's dotenv has it.
  const escaped = `BINANCE_API_SECRET="${privateKey.replaceAll('\n', '\\n')}"`
  expect(values(escaped)[0]?.[1]).toBe(privateKey)
})

test('what our own writers write for run and for a shell is read back', () => {
  const plain = fc
    .string({ unit: 'grapheme-ascii', minLength: 1 })
    .filter((text) => text.trim() === text && !/[$`]/.test(text))
  fc.assert(
    fc.property(plain, (value) => {
      const variables = new Map([['KUCOIN_API_PASSPHRASE', value]])
      let text: string
      try {
        text = dotenv(variables)
      } catch {
        return
      }
      expect(values(text)).toEqual([['KUCOIN_API_PASSPHRASE', value, 1]])
      if (value.includes("'")) return
      expect(values(shellLines(variables))).toEqual([['KUCOIN_API_PASSPHRASE', value, 1]])
    }),
  )
})

test('a variable that is there twice is refused by its lines, also with the same value', () => {
  const key = someKey()
  expect(() => readDotenv(`BYBIT_API_KEY=${key}\nA=1\nexport BYBIT_API_KEY=${key}`)).toThrow(
    expect.objectContaining({
      code: 'INVALID_VALUE',
      message: 'The file has BYBIT_API_KEY twice, on lines 1 and 3.',
    }),
  )
})

test.each([
  ['an unclosed quote', 'A=1\nBYBIT_API_KEY="abc\nB=2', /quote in line 2 that is never closed/],
  ['text behind a quote', "BYBIT_API_KEY='abc'def", /behind the closing quote in line 1/],
  ['no assignment', 'A=1\nBYBIT_API_KEY: abc', /line 2, which is no assignment/],
])('%s is refused by its line, without the value', (_, text, message) => {
  expect(() => readDotenv(text)).toThrow(message)
  expect(() => readDotenv(text)).not.toThrow(/abc/)
})

test('lines that are not about an exchange are not ours to judge', () => {
  expect(readDotenv('set -a\nlayout node\nDEBUG=1\nDEBUG=2\nPATH_add bin\n')).toEqual({
    found: [],
    leftOut: [],
  })
})

test('what refers to another place is left out, and empty values of a template are nothing', () => {
  const text = [
    'BYBIT_API_KEY=$(pass show bybit)',
    'BYBIT_API_SECRET="${OTHER}"',
    'BINANCE_API_KEY=',
    'BINANCE_API_SECRET=""',
    "KUCOIN_API_PASSPHRASE='pa$word'",
  ].join('\n')
  const { found, leftOut } = readDotenv(text)
  expect(found.map(({ name }) => name)).toEqual(['KUCOIN_API_PASSPHRASE'])
  expect(leftOut.map(({ line, name }) => [line, name])).toEqual([
    [1, 'BYBIT_API_KEY'],
    [2, 'BYBIT_API_SECRET'],
  ])
})

test.each([
  `export BYBIT_API_KEY=${someKey()} BYBIT_API_SECRET=${someSecret()}`,
  `BYBIT_API_KEY=${someKey()}; export BYBIT_API_KEY`,
  `BYBIT_API_KEY=${someKey()};`,
])('two commands in a line are not taken for one long value', (text) => {
  expect(readDotenv(text)).toMatchObject({
    found: [],
    leftOut: [{ why: expect.stringContaining('one assignment in a line') as string }],
  })
})

test('a value in a comment is named, as is a variable whose name is not understood', () => {
  const { found, leftOut } = readDotenv(
    `# BYBIT_API_KEY=${someKey()}\n#BYBIT_API_SECRET=\nBYBIT_KEY_OF_HEDGE=${someKey()}\n`,
  )
  expect(found).toEqual([])
  expect(leftOut).toMatchObject([
    { line: 3, name: 'BYBIT_KEY_OF_HEDGE', why: 'has a name that is not understood' },
    { line: 1, name: 'BYBIT_API_KEY', why: 'is a comment, but still there to be read' },
  ])
})

test("freqtrade's variables belong to the exchange that is named beside them", () => {
  const lines = [
    `FREQTRADE__EXCHANGE__KEY=${someKey()}`,
    `FREQTRADE__EXCHANGE__SECRET=${someSecret()}`,
  ]
  const named = readDotenv([...lines, 'FREQTRADE__EXCHANGE__NAME=kucoin'].join('\n'))
  expect(named.found).toMatchObject([
    { owner: { exchange: 'kucoin' }, keyType: 'api_key' },
    { owner: { exchange: 'kucoin' }, keyType: 'api_secret' },
  ])
  expect(readDotenv(lines.join('\n'))).toMatchObject({
    found: [],
    leftOut: [{ line: 1 }, { why: expect.stringContaining('FREQTRADE__EXCHANGE__NAME') as string }],
  })
  expect(readDotenv([...lines, 'FREQTRADE__EXCHANGE__NAME=okx'].join('\n')).leftOut).toHaveLength(2)
})

test("the Python tool's variable holds whole environments, on its own line", () => {
  const key = someKey()
  const json = JSON.stringify({ 'mm-bot/prod/bybit/api_key': key })
  expect(readDotenv(`A=1\nexport MM_FAKE_SECRETS_JSON='${json}'`).found).toMatchObject([
    { name: 'mm-bot/prod/bybit/api_key', line: 2, owner: { env: 'prod', exchange: 'bybit' } },
  ])
})

test('a long line is judged in no time', () => {
  const long = 10_000_000
  expect(readDotenv(`# BYBIT_API_KEY=${' '.repeat(long)}`).leftOut).toEqual([])
  expect(() => readDotenv('BYBIT_'.repeat(long / 6))).not.toThrow()
  expect(readDotenv(`${'A'.repeat(long)}=${'#'.repeat(long)}`).found).toEqual([])
})
