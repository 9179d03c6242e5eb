import type { PublicCall, SignedCall } from './endpoint.ts'
import { parameterError } from './kucoin-error.ts'
import type { KucoinKey } from './kucoin-key.ts'

/** https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-server-time */
export function serverTime({ time }: PublicCall): unknown {
  return time
}

/** https://www.kucoin.com/docs-new/rest/account-info/account-funding/get-apikey-info */
export function apiKeyInfo({ key }: SignedCall): unknown {
  return describeKey(key)
}

/** A key as every answer describes it; addresses are masked in each. */
export function describeKey(key: KucoinKey): Readonly<Record<string, unknown>> {
  const { account } = key
  return {
    ...(account.masterUid === null ? {} : { subName: account.name }),
    remark: key.note,
    apiKey: key.apiKey,
    apiVersion: key.version,
    permission: key.permissions.join(','),
    ...(key.ips.length === 0 ? {} : { ipWhitelist: key.ips.map(maskIp).join(',') }),
    createdAt: key.createdAt,
    uid: account.uid,
    isMaster: account.masterUid === null,
  }
}

/** '203.0.113.7' → '203.**.7' */
function maskIp(ip: string): string {
  const parts = ip.split(ip.includes(':') ? ':' : '.')
  return `${parts[0] ?? ''}.**.${parts.at(-1) ?? ''}`
}

const ACCOUNTS = [
  { id: '548674591753', currency: 'USDT', type: 'trade', balance: '26.66', available: '26.66' },
  { id: '63355cd156298d0001b66e61', currency: 'USDT', type: 'main', balance: '1', available: '1' },
  { id: '548674591754', currency: 'BTC', type: 'trade', balance: '0.5', available: '0.5' },
]

/** https://www.kucoin.com/docs-new/rest/account-info/account-funding/get-account-list-spot */
export function accounts({ parameters }: SignedCall): unknown {
  const { currency, type } = parameters
  const types: readonly unknown[] = ['main', 'trade', 'margin', 'trade_hf', undefined]
  if (!types.includes(type)) throw parameterError('type')
  return ACCOUNTS.filter(
    (each) =>
      (currency === undefined || each.currency === currency) &&
      (type === undefined || each.type === type),
  ).map((each) => ({ ...each, holds: '0' }))
}
