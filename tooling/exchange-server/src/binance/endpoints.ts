import { accountInformation, apiRestrictions, serverTime } from './account.ts'
import type { Endpoint } from './endpoint.ts'
import {
  addIpRestriction,
  createSubKey,
  createSubKeyV2,
  deleteSubKey,
  ipRestriction,
  modifySubKey,
  querySubKeys,
} from './sub-keys.ts'

const LIGHT = { of: 'ip', weight: 1 } as const
const ACCOUNT = { of: 'ip', weight: 20 } as const
const SUB_KEYS = { of: 'uid', weight: 3000 } as const

const SUB_ACCOUNT_API = '/sapi/v1/sub-account/subAccountApi'
const SUB_ACCOUNT_API_V2 = '/sapi/v2/sub-account/subAccountApi'

/** Weights and security types as each page of the documentation has them. */
export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  'GET /api/v3/time': { access: 'public', weight: LIGHT, handle: serverTime },
  'GET /api/v3/account': { access: 'USER_DATA', weight: ACCOUNT, handle: accountInformation },
  'GET /sapi/v1/account/apiRestrictions': {
    access: 'USER_DATA',
    weight: LIGHT,
    handle: apiRestrictions,
  },
  [`POST ${SUB_ACCOUNT_API}`]: { access: 'TRADE', weight: SUB_KEYS, handle: createSubKey },
  [`POST ${SUB_ACCOUNT_API_V2}`]: { access: 'TRADE', weight: SUB_KEYS, handle: createSubKeyV2 },
  [`GET ${SUB_ACCOUNT_API}`]: { access: 'USER_DATA', weight: SUB_KEYS, handle: querySubKeys },
  [`DELETE ${SUB_ACCOUNT_API}`]: { access: 'TRADE', weight: SUB_KEYS, handle: deleteSubKey },
  [`POST ${SUB_ACCOUNT_API}Permission`]: {
    access: 'USER_DATA',
    weight: SUB_KEYS,
    handle: modifySubKey,
  },
  [`GET ${SUB_ACCOUNT_API}/ipRestriction`]: {
    access: 'USER_DATA',
    weight: SUB_KEYS,
    handle: ipRestriction,
  },
  [`POST ${SUB_ACCOUNT_API_V2}/ipRestriction`]: {
    access: 'USER_DATA',
    weight: SUB_KEYS,
    handle: addIpRestriction,
  },
}
