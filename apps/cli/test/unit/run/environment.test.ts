import { describe, expect, test } from 'vitest'
import type { EnvironmentFlags } from '../../../src/run/environment.ts'
import { surroundings } from '../../../src/run/environment.ts'
import { schemeNames } from '../../../src/run/naming.ts'
import { refusal } from './refusal.ts'
import { choose } from './chosen.ts'

const NAMES = schemeNames('mm', [choose('bybit')], () => null)
const inherited = (parent: Record<string, string>, flags: EnvironmentFlags = {}) =>
  surroundings(parent, NAMES, flags).inherited

describe('the environment of the program', () => {
  test('is that of its parent', () => {
    const parent = { PATH: '/bin', HOME: '/home/ada', BOT_MODE: 'fast', AWS_REGION: 'eu-west-1' }
    expect(inherited(parent)).toEqual(parent)
  })

  test.each([
    'MM_FAKE_SECRETS_JSON',
    'MM_SECRETS_HOME',
    'MM_SECRETS_IDENTITY_PASSPHRASE_FILE',
    'SECRETS_BACKEND',
    'BINANCE_API_KEY',
    'BINANCE_API_SECRET',
    'BINANCE_SECRET_KEY',
    'BINANCE_TESTNET_API_KEY',
    'BINANCE_FUTURES_TESTNET_API_SECRET',
    'BYBIT_HEDGE_API_KEY',
    'BYBIT_APIKEY',
    'BYBIT_SECRET',
    'KUCOIN_PASSWORD',
    'KUCOIN_API_PASSPHRASE',
    'FREQTRADE__EXCHANGE__KEY',
    'FREQTRADE__EXCHANGE__CCXT_CONFIG__SECRET',
  ])('is without %s', (name) => {
    expect(inherited({ PATH: '/bin', [name]: 'x' })).toEqual({ PATH: '/bin' })
    expect(inherited({ PATH: '/bin', [name]: 'x' }, { keep: true })).toEqual({ PATH: '/bin' })
    expect(inherited({ PATH: '/bin', [name]: 'x' }, { overwrite: true })).toEqual({ PATH: '/bin' })
  })

  test('keeps the pin, so that what it starts may not leave the environment either', () => {
    expect(inherited({ PATH: '/bin', MM_ENV: 'dev' })).toEqual({ PATH: '/bin', MM_ENV: 'dev' })
  })

  test.each(['BYBIT_TESTNET', 'BINANCE_BASE_URL', 'FREQTRADE__DRY_RUN', 'MMX', 'SECRETS_BACKENDS'])(
    'keeps %s, which holds no value',
    (name) => {
      expect(inherited({ [name]: 'x' })).toEqual({ [name]: 'x' })
    },
  )

  test('is with pristine next to nothing', () => {
    const kept = { PATH: '/bin', HOME: '/h', TERM: 'xterm', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }
    expect(
      inherited({ ...kept, NODE_OPTIONS: '-r x', BYBIT_API_KEY: 'old' }, { pristine: true }),
    ).toEqual(kept)
  })
})

describe('a variable that is set already', () => {
  test('is an error that names it and no value', () => {
    const error = refusal(() => inherited({ BYBIT_API_KEY: 'oldKey' }))
    expect(error).toMatchObject({ code: 'USAGE', message: 'BYBIT_API_KEY is set already.' })
    expect(
      refusal(() => inherited({ BYBIT_API_KEY: 'oldKey', BYBIT_API_SECRET: 's' })).message,
    ).toBe('BYBIT_API_KEY and BYBIT_API_SECRET are set already.')
  })

  test('but empty counts as unset', () => {
    expect(inherited({ BYBIT_API_KEY: '' })).toEqual({})
  })

  test('loses with overwrite', () => {
    const { inherited: rest, names } = surroundings({ BYBIT_API_KEY: 'old' }, NAMES, {
      overwrite: true,
    })
    expect(rest).toEqual({})
    expect(names).toEqual(NAMES)
  })

  test('wins with keep where that leaves the credential whole', () => {
    const parent = { BYBIT_API_KEY: 'old', BYBIT_API_SECRET: 'oldSecret' }
    const both = schemeNames('mm', [choose('bybit'), choose('kucoin')], () => null)
    const { inherited: rest, names } = surroundings(parent, both, { keep: true })
    expect(rest).toEqual(parent)
    expect(names).toMatchObject({
      assignments: [
        { variable: 'KUCOIN_API_KEY' },
        { variable: 'KUCOIN_API_SECRET' },
        { variable: 'KUCOIN_API_PASSPHRASE' },
      ],
    })
  })

  test('is refused with keep where half a pair would come from each side', () => {
    const error = refusal(() => inherited({ BYBIT_API_KEY: 'old' }, { keep: true }))
    expect(error.message).toBe(
      'Of bybit only BYBIT_API_KEY would be kept, and BYBIT_API_SECRET would come from the store.',
    )
  })

  test('cannot be both kept and replaced', () => {
    expect(refusal(() => inherited({}, { keep: true, overwrite: true })).code).toBe('USAGE')
  })
})
