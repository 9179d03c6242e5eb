import { describe, expect, test } from 'vitest'
import { looksLikeValue, parseVariable } from '../../../src/formats/variable-names.ts'

describe('the names of each tool are understood', () => {
  test.each([
    ['BYBIT_API_KEY', 'bybit', 'api_key'],
    ['BYBIT_API_SECRET', 'bybit', 'api_secret'],
    ['KUCOIN_API_PASSPHRASE', 'kucoin', 'api_passphrase'],
    ['BYBIT_APIKEY', 'bybit', 'api_key'],
    ['BYBIT_SECRET', 'bybit', 'api_secret'],
    ['KUCOIN_PASSWORD', 'kucoin', 'api_passphrase'],
    ['BINANCE_SECRET_KEY', 'binance', 'api_secret'],
    ['BINANCE_API_SECRET_KEY', 'binance', 'api_secret'],
    ['KUCOIN_PASSPHRASE', 'kucoin', 'api_passphrase'],
  ])('%s', (name, exchange, keyType) => {
    expect(parseVariable(name)).toMatchObject({
      owner: { exchange, account: null, site: null, env: null },
      keyType,
    })
  })
})

test.each([
  ['BYBIT_HEDGE_API_KEY', { account: 'hedge', site: null }],
  ['KUCOIN_DESK_2_API_SECRET', { account: 'desk-2', site: null }],
  ['BINANCE_TESTNET_API_KEY', { account: null, site: 'testnet' }],
  ['BINANCE_FUTURES_TESTNET_API_SECRET', { account: null, site: 'futures-testnet' }],
  ['BYBIT_DEMO_API_KEY', { account: null, site: 'demo' }],
])('the word between exchange and key is an account, or a site: %s', (name, owner) => {
  expect(parseVariable(name)?.owner).toMatchObject(owner)
})

test.each([
  'API_KEY',
  'OKX_API_KEY',
  'BYBIT_URL',
  'BYBIT_API_KEY_FILE',
  'bybit_api_key',
  'XBYBIT_API_KEY',
])('another name is none of ours: %s', (name) => {
  expect(parseVariable(name)).toBeNull()
})

test('a name that may hold a value is noticed although it is not understood', () => {
  expect(looksLikeValue('BYBIT_API_KEY_HEDGE')).toBe(true)
  expect(looksLikeValue('binance_secret')).toBe(true)
  expect(looksLikeValue('BYBIT_URL')).toBe(false)
  expect(looksLikeValue('DATABASE_PASSWORD')).toBe(false)
})
