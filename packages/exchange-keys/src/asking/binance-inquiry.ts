import { binanceFacts, binanceOwner } from '../facts/binance-facts.ts'
import { fieldsOf, instantOf } from '../facts/fields.ts'
import type { Inquiry } from './inquiry.ts'

export const binanceInquiry: Inquiry = {
  // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#check-server-time
  timePath: '/api/v3/time',
  readTime: (body) => instantOf(fieldsOf(body)?.['serverTime']),
  keyPath: '/sapi/v1/account/apiRestrictions',
  readRefusal(body) {
    const { code, msg } = fieldsOf(body) ?? {}
    if (typeof code !== 'number') return null
    return { code: String(code), said: typeof msg === 'string' ? msg : '' }
  },
  // https://developers.binance.com/docs/binance-spot-api-docs/errors
  reasons: {
    // HTTP 451: "Service unavailable from a restricted location"
    0: 'region',
    '-1000': 'server-error',
    '-1001': 'server-error',
    '-1002': 'account-frozen',
    '-1003': 'rate-limit',
    '-1015': 'rate-limit',
    '-1021': 'clock',
    '-1022': 'signature',
    '-2008': 'key-unknown',
    '-2014': 'malformed',
    // "Invalid API-key, IP, or permissions for action": one answer for a deleted key and for a wrong address.
    '-2015': 'key-ip-or-permission',
  },
  readFacts: binanceFacts,
  readKey: () => null,
  owner: { path: '/api/v3/account', query: 'omitZeroBalances=true', read: binanceOwner },
}
