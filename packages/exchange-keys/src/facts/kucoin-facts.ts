import type { Fields } from './fields.ts'
import { commaSeparated, fieldsOf, identifierOf, instantOf } from './fields.ts'
import type { KeyFacts } from './key-facts.ts'

/**
 * https://www.kucoin.com/docs-new/rest/account-info/account-funding/get-apikey-info. It does not tell when a key ends,
 * and masks addresses.
 *
 * @param data of GET /api/v1/user/api-key
 * @returns null where it is not as documented
 */
export function kucoinFacts(data: unknown, site: string): KeyFacts | null {
  const fields = fieldsOf(data)
  if (fields === null || typeof fields['permission'] !== 'string') return null
  // Left out for a key that is bound to nothing.
  const listed = fields['ipWhitelist'] ?? ''
  if (typeof listed !== 'string') return null
  const permissions = commaSeparated(fields['permission'])
  const ips = commaSeparated(listed)
  return {
    exchange: 'kucoin',
    site,
    owner: identifierOf(fields['uid']),
    kind: kindOf(fields),
    readOnly: permissions.every((name) => name === 'General'),
    permissions,
    // Transfer is KuCoin's word for moving funds out, withdrawals among them; InnerTransfer and FlexTransfers stay inside.
    withdraw: permissions.some((name) => /^(?:Transfer|Withdraw)/.test(name)),
    transfer: permissions.some((name) => name.includes('Transfer')),
    ipBound: ips.length > 0,
    ips,
    createdAt: instantOf(fields['createdAt']),
    expiresAt: null,
  }
}

function kindOf({ isMaster, subName }: Fields): KeyFacts['kind'] {
  if (typeof isMaster === 'boolean') return isMaster ? 'master' : 'sub'
  return typeof subName === 'string' && subName !== '' ? 'sub' : null
}
