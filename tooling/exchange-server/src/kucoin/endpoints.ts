import { accounts, apiKeyInfo, serverTime } from './account.ts'
import type { Endpoint } from './endpoint.ts'
import { addSubKey, deleteSubKey, listSubKeys, modifySubKey } from './sub-keys.ts'

/** Weights as each page of https://www.kucoin.com/docs-new has them. */
export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  'GET /api/v1/timestamp': { access: 'public', weight: 3, handle: serverTime },
  'GET /api/v1/user/api-key': { access: 'signed', weight: 20, handle: apiKeyInfo },
  'GET /api/v1/accounts': { access: 'signed', weight: 5, handle: accounts },
  'POST /api/v1/sub/api-key': { access: 'signed', weight: 20, handle: addSubKey },
  'GET /api/v1/sub/api-key': { access: 'signed', weight: 20, handle: listSubKeys },
  'POST /api/v1/sub/api-key/update': { access: 'signed', weight: 30, handle: modifySubKey },
  'DELETE /api/v1/sub/api-key': { access: 'signed', weight: 30, handle: deleteSubKey },
}
