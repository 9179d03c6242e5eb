import { expect, test } from 'vitest'
import { prepareArguments } from '../../../src/input/argv.ts'

const args = (...argv: string[]) => prepareArguments(argv).args
const values = (...argv: string[]) => prepareArguments(argv).values.map((value) => value.reveal())

test('a suffix that begins with a hyphen is joined to its option', () => {
  expect(args('save', '--suffix', '-new', '--env', 'prod')).toEqual([
    'save',
    '--suffix=-new',
    '--env',
    'prod',
  ])
  expect(args('rotate', '--from-suffix', '-new')).toEqual(['rotate', '--from-suffix=-new'])
  expect(args('rotate', '--from-suffix=-new')).toEqual(['rotate', '--from-suffix=-new'])
})

test('an empty suffix stays an argument of its own, so that it is judged and not lost', () => {
  expect(args('save', '--suffix', '')).toEqual(['save', '--suffix', ''])
})

test('a value is taken out of the command line in both spellings', () => {
  expect(args('save', '--api-key', 'K1', '--api-secret=S1', '--json')).toEqual([
    'save',
    '--api-key=0',
    '--api-secret=1',
    '--json',
  ])
  expect(values('save', '--api-key', 'K1', '--api-secret=S1')).toEqual(['K1', 'S1'])
})

test('a value may begin with hyphens, hold lines and equals signs, or be empty', () => {
  const odd = ['--help', '-x', 'a=b', 'line one\nline two', '']
  for (const value of odd) {
    expect(values('save', '--value', value)).toEqual([value])
    expect(values('save', `--value=${value}`)).toEqual([value])
    expect(args('save', '--value', value)).toEqual(['save', '--value=0'])
  }
})

test('the other spelling that the parser takes hides nothing from this', () => {
  expect(args('save', '--apiKey', 'K1', '--newApiSecret=S1')).toEqual([
    'save',
    '--api-key=0',
    '--new-api-secret=1',
  ])
  expect(args('rotate', '--fromSuffix', '-new')).toEqual(['rotate', '--from-suffix=-new'])
})

test('an option for a value at the end of the line is left for the parser to refuse', () => {
  expect(args('save', '--value')).toEqual(['save', '--value'])
  expect(args('save', '--suffix')).toEqual(['save', '--suffix'])
})

test('what a command line holds is not shown when it is printed', () => {
  expect(JSON.stringify(prepareArguments(['--value', 'abcdefghijklmnop']))).not.toContain('efgh')
})
