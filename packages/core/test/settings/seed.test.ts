import { describe, expect, test } from 'vitest'
import type { Env } from '../../src/runtime/deps.ts'
import { freshKey, settingsFor, thrownBy } from './settings-for.ts'

const KEY = freshKey()
const SECRET = freshKey('Wd3kP8rGh6TfJ2xVn5BqYm7ZcL4sRa9eUo1i')

/** Names and values that a process starts with. */
function seedOf(env: Env): Record<string, string> {
  return Object.fromEntries(
    [...settingsFor(env).seed].map(([name, value]) => [name, value.reveal()]),
  )
}

function fake(content: unknown): Env {
  return { SECRETS_BACKEND: 'memory', MM_FAKE_SECRETS_JSON: JSON.stringify(content) }
}

describe('MM_FAKE_SECRETS_JSON', () => {
  test('gives the memory backend what it starts with, in any namespace and layout', () => {
    const content = {
      'mm-bot/prod/bybit/api_key': KEY,
      'mm-bot/prod/bybit/api_secret': SECRET,
      'mm-bot/dev/kucoin@hedge/api_passphrase-new': ' as it is ',
      'other/shadow/binance': '{"api_key":"a"}',
    }
    expect(seedOf(fake(content))).toEqual(content)
  })

  test('shows masks only', () => {
    const { seed } = settingsFor(fake({ 'mm-bot/prod/bybit/api_key': KEY }))
    expect(JSON.stringify([...seed])).not.toContain(KEY)
  })

  test.each([
    ['', 'is not valid JSON: line 1, column 1.'],
    ['{"mm-bot/prod/bybit/api_key":', 'is not valid JSON: line 1, column 30.'],
    ['[]', 'is not an object'],
    ['null', 'is not an object'],
    ['"text"', 'is not an object'],
    ['{"mm-bot/prod/bybit/api_key":7}', 'no text as the value of mm-bot/prod/bybit/api_key'],
    ['{"mm-bot/prod/bybit":{}}', 'no text as the value of mm-bot/prod/bybit'],
    ['{"mm-bot/prod/bybit/api_key":""}', 'an empty value for mm-bot/prod/bybit/api_key'],
    ['{"mm-bot/prod/bybt/api_key":"x"}', 'in entry 1 (mm-bot/prod/bybt/api_key)'],
    ['{"mm-bot/prod/bybit/api_passphrase":"x"}', 'no valid name in entry 1'],
  ])('%j is refused: %s', (text, message) => {
    const error = thrownBy(() => settingsFor({ MM_FAKE_SECRETS_JSON: text }))
    expect(error).toMatchObject({ code: 'CONFIG' })
    expect(error.message).toMatch(/^MM_FAKE_SECRETS_JSON /)
    expect(error.message).toContain(message)
  })

  test.each([KEY, `mm-bot/${KEY}/x`, `mm-bot/prod/bybit/${SECRET}`, `${SECRET}/a/b`])(
    'a value in place of a name is not repeated',
    (name) => {
      const content = { 'mm-bot/prod/bybit/api_key': KEY, [name]: SECRET }
      const { message, hint } = thrownBy(() => settingsFor(fake(content)))
      expect(message).toBe('MM_FAKE_SECRETS_JSON has no valid name in entry 2.')
      expect(`${message} ${hint ?? ''}`).not.toMatch(new RegExp(`${KEY}|${SECRET}`))
    },
  )

  test('is checked for every backend, but gives only memory its secrets', () => {
    const { MM_FAKE_SECRETS_JSON } = fake({ 'mm-bot/dev/bybit/api_key': KEY })
    expect(seedOf({ MM_FAKE_SECRETS_JSON })).toEqual({})
    expect(seedOf({ MM_FAKE_SECRETS_JSON, SECRETS_BACKEND: 'aws' })).toEqual({})
    expect(() => settingsFor({ MM_FAKE_SECRETS_JSON: '{', SECRETS_BACKEND: 'aws' })).toThrow(
      'MM_FAKE_SECRETS_JSON',
    )
  })
})

describe('exchange variables', () => {
  const bybit = { BYBIT_API_KEY: KEY, BYBIT_API_SECRET: SECRET }

  test('answer for dev where no backend is named', () => {
    expect(seedOf(bybit)).toEqual({
      'mm-bot/dev/bybit/api_key': KEY,
      'mm-bot/dev/bybit/api_secret': SECRET,
    })
    expect(Object.keys(seedOf({ ...bybit, MM_ENV: 'dev' }))).toHaveLength(2)
  })

  test('never answer for another environment, nor beside a backend that was named', () => {
    expect(seedOf({ ...bybit, MM_ENV: 'prod' })).toEqual({})
    expect(seedOf({ ...bybit, SECRETS_BACKEND: 'file' })).toEqual({})
    expect(seedOf({ ...bybit, SECRETS_BACKEND: 'aws' })).toEqual({})
  })

  test("are MM_ENV's credential on the memory backend, in the namespace that is set", () => {
    const env = { SECRETS_BACKEND: 'memory', MM_ENV: 'prod', MM_SECRETS_NAMESPACE: 'desk' }
    expect(Object.keys(seedOf({ ...bybit, ...env }))).toEqual([
      'desk/prod/bybit/api_key',
      'desk/prod/bybit/api_secret',
    ])
  })

  test('are taken as they are, an empty one is unset, half a pair stays half', () => {
    const env = {
      BINANCE_API_KEY: ' padded\n',
      BINANCE_API_SECRET: '',
      KUCOIN_API_KEY: 'k',
      KUCOIN_API_SECRET: 's',
      KUCOIN_API_PASSPHRASE: 'p',
      BYBIT_API_PASSPHRASE: 'not a thing',
    }
    expect(seedOf(env)).toEqual({
      'mm-bot/dev/binance/api_key': ' padded\n',
      'mm-bot/dev/kucoin/api_key': 'k',
      'mm-bot/dev/kucoin/api_secret': 's',
      'mm-bot/dev/kucoin/api_passphrase': 'p',
    })
  })

  test('give way, as a whole, to a credential of which the JSON has any part', () => {
    const content = { 'mm-bot/dev/bybit/api_key': 'from-json' }
    expect(seedOf({ ...fake(content), ...bybit, BINANCE_API_KEY: 'b' })).toEqual({
      'mm-bot/dev/bybit/api_key': 'from-json',
      'mm-bot/dev/binance/api_key': 'b',
    })
    const other = { 'mm-bot/dev/bybit@hedge/api_key': 'from-json' }
    expect(Object.keys(seedOf({ ...fake(other), ...bybit }))).toHaveLength(3)
  })
})
