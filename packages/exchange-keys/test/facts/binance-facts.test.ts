import { describe, expect, test } from 'vitest'
import { binanceFacts } from '../../src/index.ts'

/** https://developers.binance.com/docs/wallet/account/api-key-permission */
const documented = {
  ipRestrict: false,
  createTime: 1698645219000,
  enableReading: true,
  enableWithdrawals: false,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: false,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableFixApiTrade: false,
  enableFixReadOnly: true,
  enableSpotAndMarginTrading: false,
  enablePortfolioMarginTrading: true,
}

describe("Binance's answer", () => {
  test('is read as it is documented, and what it does not tell is unknown', () => {
    expect(binanceFacts(documented, 'mainnet')).toEqual({
      exchange: 'binance',
      site: 'mainnet',
      owner: null,
      kind: null,
      readOnly: false,
      permissions: ['enableReading', 'enableFixReadOnly', 'enablePortfolioMarginTrading'],
      withdraw: false,
      transfer: false,
      ipBound: false,
      ips: [],
      createdAt: 1698645219000,
      expiresAt: null,
    })
  })

  test.each([
    ['enableWithdrawals', { withdraw: true, transfer: false }],
    ['enableInternalTransfer', { withdraw: false, transfer: true }],
    ['permitsUniversalTransfer', { withdraw: false, transfer: true }],
    ['ipRestrict', { ipBound: true, ips: [] }],
  ])('with %s', (flag, expected) => {
    expect(binanceFacts({ ...documented, [flag]: true }, 'mainnet')).toMatchObject(expected)
  })

  test('is of a key that only reads where nothing else is on, not even what is new to us', () => {
    const reading = { ...documented, enablePortfolioMarginTrading: false }
    expect(binanceFacts(reading, 'mainnet')?.readOnly).toBe(true)
    const unheardOf = { ...reading, enableSomethingNew: true }
    expect(binanceFacts(unheardOf, 'mainnet')?.readOnly).toBe(false)
  })

  test('of an older key has the end of its permission to trade', () => {
    const older = { ...documented, tradingAuthorityExpirationTime: 1628985600000 }
    expect(binanceFacts(older, 'mainnet')?.expiresAt).toBe(1628985600000)
  })

  test.each([null, [], {}, { ipRestrict: false }, { ...documented, ipRestrict: 'no' }])(
    'that is not as documented is none: %#',
    (body) => {
      expect(binanceFacts(body, 'mainnet')).toBeNull()
    },
  )
})
