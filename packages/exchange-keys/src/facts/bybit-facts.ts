import type { Instant } from '@mm-secrets/core'
import type { Fields } from './fields.ts'
import { dateOf, fieldsOf, identifierOf, textsOf } from './fields.ts'
import type { KeyFacts } from './key-facts.ts'

/** "API key without IP binding is valid for 90 days": https://bybit-exchange.github.io/docs/v5/user/create-subuid-apikey */
const UNBOUND_KEY_MS = 90 * 86_400_000

/** How an answer says that a key is bound to no address. */
const ANY_ADDRESS = '*'

/**
 * https://bybit-exchange.github.io/docs/v5/user/apikey-info
 *
 * @param result of GET /v5/user/query-api
 * @returns null where it is not as documented
 */
export function bybitFacts(result: unknown, site: string): KeyFacts | null {
  const fields = fieldsOf(result)
  const permissions = permissionsOf(fields?.['permissions'])
  const ips = textsOf(fields?.['ips'])
  const readOnly = fields?.['readOnly']
  if (fields === null || permissions === null || ips === null) return null
  if (readOnly !== 0 && readOnly !== 1) return null
  const ipBound = ips.length > 0 && !ips.includes(ANY_ADDRESS)
  const createdAt = dateOf(fields['createdAt'])
  return {
    exchange: 'bybit',
    site,
    owner: identifierOf(fields['userID']),
    kind: kindOf(fields['isMaster']),
    readOnly: readOnly === 1,
    permissions,
    withdraw: permissions.includes('Wallet/Withdraw'),
    // AccountTransfer, SubMemberTransfer, and SubMemberTransferList, which is what a sub-account's key has of it.
    transfer: permissions.some((name) => /^Wallet\/.*Transfer/.test(name)),
    ipBound,
    ips: ipBound ? ips : [],
    createdAt,
    expiresAt: expiryOf(fields, ipBound, createdAt),
  }
}

function permissionsOf(value: unknown): readonly string[] | null {
  const groups = fieldsOf(value)
  if (groups === null) return null
  const named: string[] = []
  for (const [group, list] of Object.entries(groups)) {
    // A group that does not apply to this account may be null.
    const names = list === null ? [] : textsOf(list)
    if (names === null) return null
    named.push(...names.map((name) => `${group}/${name}`))
  }
  return named
}

/**
 * A date counts whether or not the key is bound: after a change of password a bound key ends too. A bound key without
 * an end has a `deadlineDay` of -2 and an `expiredAt` of 1970.
 */
function expiryOf(
  fields: Fields,
  ipBound: boolean,
  createdAt: Instant | null,
): KeyFacts['expiresAt'] {
  const expiredAt = dateOf(fields['expiredAt'])
  if (expiredAt !== null) return expiredAt
  if (ipBound) return 'never'
  return createdAt === null ? null : createdAt + UNBOUND_KEY_MS
}

function kindOf(isMaster: unknown): KeyFacts['kind'] {
  if (typeof isMaster !== 'boolean') return null
  return isMaster ? 'master' : 'sub'
}
