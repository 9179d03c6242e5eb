import { expect, test } from 'vitest'
import type { Names, Scheme } from '../../../src/run/naming.ts'
import { mappedNames, parseScheme, schemeNames } from '../../../src/run/naming.ts'
import { valuesOf } from '../../../src/run/variables.ts'
import { refusal } from './refusal.ts'
import { choose, credentialOf } from './chosen.ts'

const namesOf = (names: Names): readonly string[] =>
  names.form === 'mm-python' ? [] : names.assignments.map(({ variable }) => variable)
const named = (scheme: Scheme, labels: readonly string[], site: string | null = null) =>
  namesOf(
    schemeNames(
      scheme,
      labels.map((label) => choose(label)),
      () => site,
    ),
  )
const mapped = (maps: readonly string[], labels: readonly string[]) =>
  mappedNames(
    maps,
    labels.map((label) => choose(label)),
  )

test.each([
  ['mm', ['bybit'], ['BYBIT_API_KEY', 'BYBIT_API_SECRET']],
  ['mm', ['kucoin'], ['KUCOIN_API_KEY', 'KUCOIN_API_SECRET', 'KUCOIN_API_PASSPHRASE']],
  ['mm', ['bybit@desk-2'], ['BYBIT_DESK_2_API_KEY', 'BYBIT_DESK_2_API_SECRET']],
  ['ccxt', ['bybit'], ['BYBIT_APIKEY', 'BYBIT_SECRET']],
  ['ccxt', ['kucoin'], ['KUCOIN_APIKEY', 'KUCOIN_SECRET', 'KUCOIN_PASSWORD']],
  ['ccxt', ['binance@hedge'], ['BINANCE_APIKEY', 'BINANCE_SECRET']],
  [
    'freqtrade',
    ['kucoin'],
    ['FREQTRADE__EXCHANGE__KEY', 'FREQTRADE__EXCHANGE__SECRET', 'FREQTRADE__EXCHANGE__PASSWORD'],
  ],
  ['nautilus', ['bybit'], ['BYBIT_API_KEY', 'BYBIT_API_SECRET']],
] as const)('--as %s names the members of %j %j', (scheme, labels, expected) => {
  expect(named(scheme, labels)).toEqual(expected)
})

test.each([
  ['bybit', 'testnet', 'BYBIT_TESTNET_API_KEY'],
  ['bybit', 'demo', 'BYBIT_DEMO_API_KEY'],
  ['bybit', 'mainnet', 'BYBIT_API_KEY'],
  ['bybit', 'eu', 'BYBIT_API_KEY'],
  ['binance', 'testnet', 'BINANCE_TESTNET_API_KEY'],
  ['binance', 'futures-testnet', 'BINANCE_FUTURES_TESTNET_API_KEY'],
] as const)('--as nautilus names %s on the site %s %s', (label, site, first) => {
  expect(named('nautilus', [label], site)[0]).toBe(first)
})

test('--as nautilus has no names for an exchange that it does not trade at', () => {
  expect(refusal(() => named('nautilus', ['kucoin'])).message).toContain('no names for kucoin')
})

test('two accounts of one exchange have names of their own by mm, and conflict by ccxt and freqtrade', () => {
  expect(named('mm', ['bybit', 'bybit@hedge'])).toHaveLength(4)
  for (const [scheme, labels] of [
    ['ccxt', ['bybit', 'bybit@hedge']],
    ['freqtrade', ['bybit', 'kucoin']],
  ] as const) {
    const error = refusal(() => named(scheme, labels))
    expect(error.code).toBe('USAGE')
    expect(error.message).toMatch(new RegExp(`^${labels.join(' and ')} would both be `))
  }
})

test('--map takes the one credential, or the one that it names', () => {
  expect(namesOf(mapped(['K=api_key', 'S=api_secret'], ['bybit']))).toEqual(['K', 'S'])
  const both = mapped(
    ['K=bybit@hedge:api_key', 'P=kucoin:api_passphrase'],
    ['bybit@hedge', 'kucoin'],
  )
  expect(both).toMatchObject({
    assignments: [
      { variable: 'K', chosen: { label: 'bybit@hedge' } },
      { variable: 'P', chosen: { label: 'kucoin' } },
    ],
  })
  expect(mapped(['K=bybit:api_key'], ['bybit@hedge', 'kucoin'])).toMatchObject({
    assignments: [{ chosen: { label: 'bybit@hedge' } }],
  })
  expect(mapped(['K=bybit:api_key'], ['bybit@hedge', 'bybit'])).toMatchObject({
    assignments: [{ chosen: { label: 'bybit' } }],
  })
})

test.each([
  [['K=api_passphrase'], ['bybit'], 'A bybit credential has no api_passphrase.'],
  [['K=api_kye'], ['bybit'], 'Unknown key type. Did you mean "api_key"?'],
  [['K'], ['bybit'], '--map does not begin with the name of a variable.'],
  [['=api_key'], ['bybit'], '--map does not begin with the name of a variable.'],
  [['1K=api_key'], ['bybit'], '--map does not begin with the name of a variable.'],
  [['K=api_key'], ['bybit', 'kucoin'], '--map K does not say which credential it takes.'],
  [['K=binance:api_key'], ['bybit'], '--map K names a credential that is not given.'],
  [['K=bybit:api_key'], ['bybit@a', 'bybit@b'], '--map K does not say which credential it takes.'],
  [['K=api_key', 'K=api_secret'], ['bybit'], 'K is mapped twice.'],
  [
    ['K=bybit:api_key', 'K=kucoin:api_key'],
    ['bybit', 'kucoin'],
    'bybit and kucoin would both be K.',
  ],
] as const)('--map %j of %j is refused: %s', (maps, labels, message) => {
  const error = refusal(() => mapped(maps, labels))
  expect(error).toMatchObject({ code: 'USAGE', message })
})

test('a program that is not known is told with a suggestion', () => {
  expect(refusal(() => parseScheme('freqtrad')).message).toContain('Did you mean "freqtrade"?')
})

test('--as mm-python gives what its memory backend starts with, under plain names', () => {
  const [hedge, copy] = [choose('bybit@hedge'), choose('kucoin', '-new')]
  const held = new Map([
    [hedge.label, credentialOf(hedge, { api_key: 'K1', api_secret: 'S1' })],
    [copy.label, credentialOf(copy, { api_key: 'K2', api_secret: 'S2', api_passphrase: 'P2' })],
  ])
  const variables = valuesOf(
    schemeNames('mm-python', [hedge, copy], () => null),
    held,
  )
  const { MM_FAKE_SECRETS_JSON = '', ...rest } = Object.fromEntries(variables)
  expect(rest).toEqual({ MM_ENV: 'dev', SECRETS_BACKEND: 'memory' })
  expect(JSON.parse(MM_FAKE_SECRETS_JSON)).toEqual({
    'mm-bot/dev/bybit@hedge/api_key': 'K1',
    'mm-bot/dev/bybit@hedge/api_secret': 'S1',
    'mm-bot/dev/kucoin/api_key': 'K2',
    'mm-bot/dev/kucoin/api_secret': 'S2',
    'mm-bot/dev/kucoin/api_passphrase': 'P2',
  })
})

test.each([
  '123456789012345678',
  '1e400',
  '66123456e789012345678901',
  '1_000',
  'nan',
  'True',
  '[1]',
])(
  'a key that freqtrade would take for something else than text (%s) is refused for it alone',
  (api_key) => {
    const bybit = choose('bybit')
    const held = new Map([['bybit', credentialOf(bybit, { api_key })]])
    const error = refusal(() =>
      valuesOf(
        schemeNames('freqtrade', [bybit], () => null),
        held,
      ),
    )
    expect(error.code).toBe('INVALID_VALUE')
    expect(error.message + String(error.hint)).not.toContain(api_key)
    expect(
      valuesOf(
        schemeNames('mm', [bybit], () => null),
        held,
      ).get('BYBIT_API_KEY'),
    ).toBe(api_key)
  },
)

test('a passphrase of digits is text to freqtrade', () => {
  const kucoin = choose('kucoin')
  const held = new Map([['kucoin', credentialOf(kucoin, { api_passphrase: '12345678' })]])
  const variables = valuesOf(
    schemeNames('freqtrade', [kucoin], () => null),
    held,
  )
  expect(variables.get('FREQTRADE__EXCHANGE__PASSWORD')).toBe('12345678')
})
