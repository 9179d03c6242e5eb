import { bybitFacts } from '../facts/bybit-facts.ts'
import { fieldsOf, instantOf } from '../facts/fields.ts'
import type { Inquiry } from './inquiry.ts'

export const bybitInquiry: Inquiry = {
  // https://bybit-exchange.github.io/docs/v5/market/time
  timePath: '/v5/market/time',
  readTime: (body) => instantOf(fieldsOf(body)?.['time']),
  keyPath: '/v5/user/query-api',
  readRefusal(body) {
    const { retCode, retMsg } = fieldsOf(body) ?? {}
    if (typeof retCode !== 'number' || retCode === 0) return null
    return { code: String(retCode), said: typeof retMsg === 'string' ? retMsg : '' }
  },
  // https://bybit-exchange.github.io/docs/v5/error
  reasons: {
    10002: 'clock',
    // "API key is invalid. Check whether the key and domain are matched, there are 4 env: mainnet, testnet, mainnet-demo, testnet-demo"
    10003: 'key-unknown',
    10004: 'signature',
    10005: 'permission',
    10006: 'rate-limit',
    10007: 'signature',
    10008: 'account-frozen',
    10009: 'ip-banned',
    10010: 'ip-not-bound',
    10016: 'server-error',
    10017: 'unsupported',
    10018: 'rate-limit',
    10024: 'region',
    33004: 'expired',
  },
  readFacts(body, site) {
    const { retCode, result } = fieldsOf(body) ?? {}
    return retCode === 0 ? bybitFacts(result, site) : null
  },
  readKey: (body) => textOf(fieldsOf(fieldsOf(body)?.['result'])?.['apiKey']),
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
