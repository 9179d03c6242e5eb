import { credentialRef, errorCode } from '@mm-secrets/core'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseMember, parseMembers } from '../../../src/input/parse-members.ts'
import { thrown } from '../thrown.ts'

const bybit = credentialRef({ env: 'prod', exchange: 'bybit' })
const kucoin = credentialRef({ env: 'dev', exchange: 'kucoin', account: 'hedge' })

function plain(ref: Parameters<typeof parseMembers>[0], text: string) {
  const members = parseMembers(ref, '--value-stdin', text)
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, value.reveal()]))
}

describe('a whole credential', () => {
  const pair = { api_key: 'key-1', api_secret: 'secret-1' }

  test('is read from a JSON object', () => {
    expect(plain(bybit, JSON.stringify(pair))).toEqual(pair)
  })

  test('is read from the stored form, which says what it belongs to', () => {
    expect(plain(bybit, JSON.stringify({ ...pair, env: 'prod', exchange: 'bybit' }))).toEqual(pair)
    const triple = { ...pair, api_passphrase: 'pass-1' }
    const stored = { ...triple, account: 'hedge', env: 'dev', exchange: 'kucoin' }
    expect(plain(kucoin, JSON.stringify(stored))).toEqual(triple)
  })

  test('is read from one bare value on each line', () => {
    expect(plain(bybit, 'key-1\nsecret-1\n')).toEqual(pair)
    expect(plain(bybit, 'key-1\r\nsecret-1\r\n')).toEqual(pair)
  })

  test('is read from named lines in any order', () => {
    expect(plain(bybit, 'api_secret=secret-1\napi_key: key-1')).toEqual(pair)
  })

  test('may have values that hold equals signs', () => {
    expect(plain(bybit, 'api_key=a=b=\napi_secret=c==')).toEqual({
      api_key: 'a=b=',
      api_secret: 'c==',
    })
  })
})

describe('what is refused names the field and repeats no value', () => {
  const canary = 'cAnArY0123456789'
  test.each([
    ['nothing', '', 'is empty'],
    ['broken JSON', `{"api_key":"${canary}"`, 'is not valid JSON'],
    ['a missing member', `{"api_key":"${canary}"}`, 'lacks api_secret'],
    ['a member that is no string', `{"api_key":"${canary}","api_secret":7}`, 'api_secret'],
    ['a blank member', `{"api_key":"${canary}","api_secret":" "}`, 'api_secret is blank'],
    ['another environment', `{"api_key":"${canary}","api_secret":"s","env":"dev"}`, 'The env'],
    ['a value in the place of a key', `{"${canary}":"x"}`, 'has a key that a bybit credential'],
    ['a key of another exchange', `{"api_passphrase":"${canary}"}`, 'has a key that'],
    ['too many lines', `${canary}\nb\nc`, 'one line per key type'],
    ['named and bare lines mixed', `api_key=${canary}\nb`, 'one line per key type'],
    ['a name twice', `api_key=${canary}\napi_key=b`, 'api_key twice'],
    ['a lone PEM', `-----BEGIN PRIVATE KEY-----\n${canary}\n`, 'PEM'],
  ])('%s', (_case, text, message) => {
    const error = thrown(() => parseMembers(bybit, '--value-file', text))
    expect(errorCode(error)).toBe('INVALID_VALUE')
    expect((error as Error).message).toContain(message)
    expect(inspect(error)).not.toContain(canary)
    expect((error as Error).cause).toBeUndefined()
  })

  test('a misspelt key gets a suggestion', () => {
    const error = thrown(() => parseMembers(bybit, '--value-file', '{"api_kye":"x"}')) as Error
    expect(error.message).toContain('Did you mean "api_key"?')
  })
})

test('one member is taken as it is, without the end of its last line', () => {
  expect(parseMember('api_secret', 'abc\n').api_secret?.reveal()).toBe('abc')
  expect(parseMember('api_secret', 'abc').api_secret?.reveal()).toBe('abc')
})
