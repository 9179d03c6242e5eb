import { describe, expect, test } from 'vitest'
import { bybitFacts } from '../../src/index.ts'

/** The answer of https://bybit-exchange.github.io/docs/v5/user/apikey-info, its permissions filled in. */
const documented = {
  id: '13770661',
  note: 'readwrite api key',
  readOnly: 0,
  secret: '',
  permissions: {
    ContractTrade: ['Order', 'Position'],
    Spot: ['SpotTrade'],
    Wallet: ['AccountTransfer', 'SubMemberTransfer'],
    Options: ['OptionsTrade'],
    Derivatives: [],
    CopyTrading: ['CopyTrading'],
    BlockTrade: [],
    Exchange: ['ExchangeHistory'],
    NFT: ['NFTQueryProductList'],
    Affiliate: [],
  },
  ips: ['*'],
  type: 1,
  deadlineDay: 66,
  expiredAt: '2023-12-22T07:20:25Z',
  createdAt: '2022-10-13T02:24:29Z',
  unified: 0,
  uta: 0,
  userID: 24617703,
  inviterID: 0,
  vipLevel: 'No VIP',
  mktMakerLevel: '0',
  affiliateID: 0,
  rsaPublicKey: '',
  isMaster: true,
  parentUid: '0',
}

describe("Bybit's answer", () => {
  test('is read as it is documented', () => {
    expect(bybitFacts(documented, 'mainnet')).toEqual({
      exchange: 'bybit',
      site: 'mainnet',
      owner: '24617703',
      kind: 'master',
      readOnly: false,
      permissions: [
        'ContractTrade/Order',
        'ContractTrade/Position',
        'Spot/SpotTrade',
        'Wallet/AccountTransfer',
        'Wallet/SubMemberTransfer',
        'Options/OptionsTrade',
        'CopyTrading/CopyTrading',
        'Exchange/ExchangeHistory',
        'NFT/NFTQueryProductList',
      ],
      withdraw: false,
      transfer: true,
      ipBound: false,
      ips: [],
      createdAt: Date.UTC(2022, 9, 13, 2, 24, 29),
      expiresAt: Date.UTC(2023, 11, 22, 7, 20, 25),
    })
  })

  test('of a key that is bound to addresses has a date of 1970, which means that it never ends', () => {
    const bound = {
      ...documented,
      ips: ['203.0.113.7', '203.0.113.8'],
      deadlineDay: -2,
      expiredAt: '1970-01-01T00:00:00Z',
    }
    expect(bybitFacts(bound, 'eu')).toMatchObject({
      site: 'eu',
      ipBound: true,
      ips: ['203.0.113.7', '203.0.113.8'],
      expiresAt: 'never',
    })
  })

  test('of a bound key that ends all the same, after a change of password, keeps its date', () => {
    const ending = { ...documented, ips: ['203.0.113.7'], deadlineDay: 7 }
    expect(bybitFacts(ending, 'mainnet')?.expiresAt).toBe(Date.UTC(2023, 11, 22, 7, 20, 25))
  })

  test('of an unbound key without a date means 90 days from its making', () => {
    const { createdAt, expiredAt: _, ...undated } = documented
    expect(bybitFacts({ ...undated, createdAt }, 'mainnet')?.expiresAt).toBe(
      Date.UTC(2022, 9, 13, 2, 24, 29) + 90 * 86_400_000,
    )
    expect(bybitFacts(undated, 'mainnet')?.expiresAt).toBeNull()
  })

  test.each([
    [['Withdraw'], true, false],
    [['AccountTransfer'], false, true],
    [['SubMemberTransferList'], false, true],
    [[], false, false],
  ])('with the wallet permissions %j', (Wallet, withdraw, transfer) => {
    const body = { ...documented, permissions: { ...documented.permissions, Wallet } }
    expect(bybitFacts(body, 'mainnet')).toMatchObject({ withdraw, transfer })
  })

  test('of a sub-account that only reads says so', () => {
    const sub = { ...documented, isMaster: false, readOnly: 1 }
    expect(bybitFacts(sub, 'mainnet')).toMatchObject({ kind: 'sub', readOnly: true })
  })

  test.each([
    null,
    'text',
    {},
    { ...documented, permissions: null },
    { ...documented, permissions: { Wallet: 'Withdraw' } },
    { ...documented, ips: '203.0.113.7' },
    { ...documented, readOnly: 'no' },
  ])('that is not as documented is none: %#', (body) => {
    expect(bybitFacts(body, 'mainnet')).toBeNull()
  })
})
