import { describe, expect, test } from 'vitest'
import { kucoinFacts } from '../../src/index.ts'

/** https://www.kucoin.com/docs-new/rest/account-info/account-funding/get-apikey-info */
const documented = {
  remark: 'account1',
  apiVersion: 3,
  permission: 'General,Futures,Spot,Earn,InnerTransfer,Transfer,Margin',
  ipWhitelist: '203.**.1,203.**.2',
  createdAt: 1729176273859,
  uid: 165111215,
  isMaster: true,
}

describe("KuCoin's answer", () => {
  test('is read as it is documented; when the key ends is not told', () => {
    expect(kucoinFacts(documented, 'mainnet')).toEqual({
      exchange: 'kucoin',
      site: 'mainnet',
      owner: '165111215',
      kind: 'master',
      readOnly: false,
      permissions: ['General', 'Futures', 'Spot', 'Earn', 'InnerTransfer', 'Transfer', 'Margin'],
      withdraw: true,
      transfer: true,
      ipBound: true,
      ips: ['203.**.1', '203.**.2'],
      createdAt: 1729176273859,
      expiresAt: null,
    })
  })

  test.each([
    ['General', { readOnly: true, withdraw: false, transfer: false }],
    ['General, Spot', { readOnly: false, withdraw: false, transfer: false }],
    ['General,InnerTransfer', { readOnly: false, withdraw: false, transfer: true }],
    ['General,FlexTransfers', { readOnly: false, withdraw: false, transfer: true }],
    ['General,Transfer', { readOnly: false, withdraw: true, transfer: true }],
    ['General,Withdrawal', { readOnly: false, withdraw: true, transfer: false }],
  ])('with the permissions %s', (permission, expected) => {
    expect(kucoinFacts({ ...documented, permission }, 'mainnet')).toMatchObject(expected)
  })

  test.each([undefined, null, ''])(
    'without addresses (%j) is of a key that is bound to none',
    (ips) => {
      const unbound = { ...documented, ipWhitelist: ips }
      expect(kucoinFacts(unbound, 'mainnet')).toMatchObject({ ipBound: false, ips: [] })
    },
  )

  test('of a sub-account says so, if only by its name', () => {
    const { isMaster: _, ...untold } = documented
    expect(kucoinFacts({ ...documented, isMaster: false }, 'mainnet')?.kind).toBe('sub')
    expect(kucoinFacts({ ...untold, subName: 'hedge' }, 'mainnet')?.kind).toBe('sub')
    expect(kucoinFacts(untold, 'mainnet')?.kind).toBeNull()
  })

  test.each([null, 'text', {}, { permission: 7 }, { ...documented, ipWhitelist: 7 }])(
    'that is not as documented is none: %#',
    (body) => {
      expect(kucoinFacts(body, 'mainnet')).toBeNull()
    },
  )
})
