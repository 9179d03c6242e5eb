import { fieldsOf, instantOf } from '../facts/fields.ts'
import { kucoinFacts } from '../facts/kucoin-facts.ts'
import type { Inquiry } from './inquiry.ts'

/** "200000" is success: https://www.kucoin.com/docs-new/error-code */
const SUCCESS = '200000'

export const kucoinInquiry: Inquiry = {
  // https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-server-time
  timePath: '/api/v1/timestamp',
  readTime: (body) => instantOf(fieldsOf(body)?.['data']),
  keyPath: '/api/v1/user/api-key',
  readRefusal(body) {
    const { code, msg } = fieldsOf(body) ?? {}
    if (typeof code !== 'string' || code === SUCCESS) return null
    return { code, said: typeof msg === 'string' ? msg : '' }
  },
  reasons: {
    400002: 'clock',
    400003: 'key-unknown',
    400004: 'passphrase',
    400005: 'signature',
    400006: 'ip-not-bound',
    400007: 'permission',
    400301: 'region',
    400302: 'region',
    404000: 'unsupported',
    411100: 'account-frozen',
    429000: 'rate-limit',
    500000: 'server-error',
  },
  readFacts(body, site) {
    const { code, data } = fieldsOf(body) ?? {}
    return code === SUCCESS ? kucoinFacts(data, site) : null
  },
  readKey(body) {
    const apiKey = fieldsOf(fieldsOf(body)?.['data'])?.['apiKey']
    return typeof apiKey === 'string' ? apiKey : null
  },
}
