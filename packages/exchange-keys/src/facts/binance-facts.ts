import { fieldsOf, identifierOf, instantOf } from './fields.ts'
import type { KeyFacts } from './key-facts.ts'

/** Everything else that is on, known to us or not, may change something. */
const READING: ReadonlySet<string> = new Set(['enableReading', 'enableFixReadOnly'])

/** How permissions are called; `ipRestrict` and dates are none. */
const PERMISSION = /^(?:enable|permits)[A-Z]/

/**
 * https://developers.binance.com/docs/wallet/account/api-key-permission. It names neither the account, nor whether that
 * is a sub-account, nor the addresses.
 *
 * @param body of GET /sapi/v1/account/apiRestrictions
 * @returns null where it is not as documented
 */
export function binanceFacts(body: unknown, site: string): KeyFacts | null {
  const fields = fieldsOf(body)
  const ipBound = fields?.['ipRestrict']
  if (fields === null || typeof ipBound !== 'boolean') return null
  if (typeof fields['enableWithdrawals'] !== 'boolean') return null
  const permissions = Object.keys(fields).filter(
    (name) => PERMISSION.test(name) && fields[name] === true,
  )
  return {
    exchange: 'binance',
    site,
    owner: null,
    kind: null,
    readOnly: permissions.every((name) => READING.has(name)),
    permissions,
    withdraw: permissions.includes('enableWithdrawals'),
    transfer: permissions.some(
      (name) => name === 'enableInternalTransfer' || name === 'permitsUniversalTransfer',
    ),
    ipBound,
    ips: [],
    createdAt: instantOf(fields['createTime']),
    // "Expiration time for spot and margin trading permission", which older keys have.
    expiresAt: instantOf(fields['tradingAuthorityExpirationTime']),
  }
}

/**
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#account-information-user_data
 *
 * @param body of GET /api/v3/account
 */
export function binanceOwner(body: unknown): string | null {
  return identifierOf(fieldsOf(body)?.['uid'])
}
