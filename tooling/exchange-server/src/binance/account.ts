import type { PublicCall, SignedCall } from './endpoint.ts'

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#check-server-time */
export function serverTime({ time }: PublicCall): unknown {
  return { serverTime: time }
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints */
export function accountInformation({ key, parameters, time }: SignedCall): unknown {
  const balances = [
    { asset: 'BTC', free: '0.50000000', locked: '0.00000000' },
    { asset: 'USDT', free: '1000.00000000', locked: '0.00000000' },
    { asset: 'LTC', free: '0.00000000', locked: '0.00000000' },
  ]
  const omitZero = parameters.get('omitZeroBalances') === 'true'
  return {
    makerCommission: 15,
    takerCommission: 15,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: {
      maker: '0.00150000',
      taker: '0.00150000',
      buyer: '0.00000000',
      seller: '0.00000000',
    },
    // Of the account, not of the key: what the key may do is in apiRestrictions.
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: time,
    accountType: 'SPOT',
    balances: omitZero ? balances.filter(({ free }) => Number(free) > 0) : balances,
    permissions: ['SPOT'],
    uid: key.account.uid,
  }
}

/** https://developers.binance.com/docs/wallet/account/api-key-permission: it names neither addresses nor the key. */
export function apiRestrictions({ key }: SignedCall): unknown {
  return { ipRestrict: key.ips.length > 0, createTime: key.createdAt, ...key.permissions }
}
