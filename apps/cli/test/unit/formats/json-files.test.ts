import { describe, expect, test } from 'vitest'
import { readCcxt } from '../../../src/formats/ccxt.ts'
import { readFreqtrade } from '../../../src/formats/freqtrade.ts'
import { readMmPython } from '../../../src/formats/mm-python.ts'
import { parseSource, readSource } from '../../../src/formats/read-file.ts'
import { someKey, someSecret } from '../fake-cli.ts'

const [key, secret] = [someKey(), someSecret()]

describe('freqtrade', () => {
  test('a configuration with comments and trailing commas gives its exchange and the lines', () => {
    const text = [
      '{',
      '  // live',
      '  "dry_run": false, /* soon */',
      '  "exchange": {',
      '    "name": "kucoin",',
      `    "key": "${key}", "secret": "${secret}",`,
      '    "password": "seven-c",',
      '    "pair_whitelist": ["BTC/USDT",],',
      '  },',
      '}',
    ].join('\r\n')
    const { found } = readFreqtrade(text)
    expect(found).toMatchObject([
      {
        name: 'exchange.key',
        line: 6,
        keyType: 'api_key',
        owner: { exchange: 'kucoin', env: null },
      },
      { name: 'exchange.secret', line: 6, keyType: 'api_secret' },
      { name: 'exchange.password', line: 7, keyType: 'api_passphrase' },
    ])
    expect(found[0]?.value.reveal()).toBe(key)
  })

  test('values in ccxt_config are found, and those of a template are nothing', () => {
    const exchange = {
      name: 'binance',
      key: '',
      secret: null,
      ccxt_config: { apiKey: key, enableRateLimit: true },
    }
    expect(readFreqtrade(JSON.stringify({ exchange })).found).toMatchObject([
      { name: 'exchange.ccxt_config.apiKey', keyType: 'api_key' },
    ])
  })

  test('another exchange, and one that is not named, are told', () => {
    const of = (name?: string) => readFreqtrade(JSON.stringify({ exchange: { name, key } }))
    expect(of('okx')).toMatchObject({ found: [], leftOut: [{ name: 'exchange.key' }] })
    expect(of()).toMatchObject({
      found: [],
      leftOut: [{ why: expect.stringContaining('exchange.name is not there') as string }],
    })
  })

  test('a key that is there twice is refused by its lines', () => {
    const text = `{"exchange": {\n"name": "bybit",\n"key": "${key}",\n"key": "${key}"}}`
    expect(() => readFreqtrade(text)).toThrow('has exchange.key twice, on lines 3 and 4')
    const sections = '{"exchange": {},\n"exchange": {}}'
    expect(() => readFreqtrade(sections)).toThrow('has exchange twice, on lines 1 and 2')
  })

  test('a file that is no configuration is refused', () => {
    expect(() => readFreqtrade('{}')).toThrow('no configuration of freqtrade')
    expect(() => readFreqtrade('[]')).toThrow('no object of settings')
  })
})

describe('ccxt', () => {
  test('keys.json gives the exchanges that have values, among settings of others', () => {
    const text = JSON.stringify(
      {
        aax: { skip: true },
        okx: { apiKey: key },
        binanceusdm: { apiKey: key, secret, options: {} },
        kucoin: { apiKey: 5 },
        timeout: 10,
      },
      null,
      1,
    )
    const { found, leftOut } = readCcxt(text)
    expect(found).toMatchObject([
      { name: 'binanceusdm.apiKey', line: 9, keyType: 'api_key', owner: { exchange: 'binance' } },
      { name: 'binanceusdm.secret', line: 10, keyType: 'api_secret' },
    ])
    expect(leftOut).toMatchObject([
      { name: 'okx', line: 5, why: 'is an exchange that is not supported' },
      { name: 'kucoin.apiKey', why: 'is not a string' },
    ])
  })

  test('an exchange that is there twice is refused', () => {
    expect(() => readCcxt('{"bybit": {},\n"bybit": {}}')).toThrow('bybit twice, on lines 1 and 2')
  })

  test('a key that could be a value is not repeated', () => {
    const { leftOut } = readCcxt(JSON.stringify({ [secret]: { apiKey: key } }))
    expect(JSON.stringify(leftOut)).not.toContain(secret)
    expect(leftOut).toHaveLength(1)
  })
})

describe('mm-python', () => {
  test('each stored name says environment, account and copy', () => {
    const { found } = readMmPython(
      JSON.stringify({
        'mm-bot/prod/bybit@hedge/api_key': key,
        'mm-bot/dev/kucoin/api_passphrase-new': 'seven-c',
      }),
    )
    expect(found).toMatchObject([
      { keyType: 'api_key', owner: { env: 'prod', exchange: 'bybit', account: 'hedge' } },
      { keyType: 'api_passphrase', owner: { env: 'dev', exchange: 'kucoin', suffix: '-new' } },
    ])
  })

  test('JSON layout is one name with all members', () => {
    const stored = JSON.stringify({
      api_key: key,
      api_secret: secret,
      env: 'prod',
      exchange: 'bybit',
    })
    expect(readMmPython(JSON.stringify({ 'mm-bot/prod/bybit': stored })).found).toMatchObject([
      { keyType: 'api_key', name: 'mm-bot/prod/bybit' },
      { keyType: 'api_secret' },
    ])
    const other = readMmPython(JSON.stringify({ 'mm-bot/dev/bybit': stored }))
    expect(other).toMatchObject({ found: [], leftOut: [{ name: 'mm-bot/dev/bybit' }] })
  })

  test('a name that is none is left out without being repeated', () => {
    const { leftOut } = readMmPython(
      JSON.stringify({ [secret]: key, 'mm-bot/dev/okx/api_key': key }),
    )
    expect(leftOut).toHaveLength(2)
    expect(JSON.stringify(leftOut)).not.toContain(secret)
  })
})

describe('whatever the kind', () => {
  test('an unknown kind is answered with the nearest', () => {
    expect(() => parseSource('freqtrad')).toThrow('Did you mean "freqtrade"?')
  })

  test.each(['dotenv', 'freqtrade', 'ccxt', 'mm-python'] as const)(
    '%s: a file that is empty or no text is refused',
    (source) => {
      expect(() => readSource(source, ' \r\n')).toThrow('The file is empty.')
      expect(() => readSource(source, `{"a":"${secret}\0"}`)).toThrow('NUL characters')
    },
  )
})
