import { openOrders, positions, walletBalance } from './account.ts'
import { queryApi } from './describe-key.ts'
import type { Endpoint } from './endpoint.ts'
import { serverTime, tickers } from './market.ts'
import { cancelOrder, createOrder } from './orders.ts'
import { createSubApi, deleteSubApi, subApiKeys, updateSubApi } from './sub-keys.ts'

/** Limits: https://bybit-exchange.github.io/docs/v5/rate-limit, for an account without rank. */
export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  'GET /v5/market/time': { access: 'public', handle: serverTime },
  'GET /v5/market/tickers': { access: 'public', handle: tickers },
  'GET /v5/user/query-api': { access: 'signed', perSecond: 10, handle: queryApi },
  'GET /v5/user/sub-apikeys': { access: 'signed', perSecond: 10, handle: subApiKeys },
  'POST /v5/user/create-sub-api': { access: 'signed', perSecond: 1, handle: createSubApi },
  'POST /v5/user/update-sub-api': { access: 'signed', perSecond: 5, handle: updateSubApi },
  'POST /v5/user/delete-sub-api': { access: 'signed', perSecond: 5, handle: deleteSubApi },
  'GET /v5/account/wallet-balance': { access: 'signed', perSecond: 50, handle: walletBalance },
  'GET /v5/order/realtime': { access: 'signed', perSecond: 50, handle: openOrders },
  'GET /v5/position/list': { access: 'signed', perSecond: 50, handle: positions },
  'POST /v5/order/create': { access: 'signed', perSecond: 10, handle: createOrder },
  'POST /v5/order/cancel': { access: 'signed', perSecond: 10, handle: cancelOrder },
}
