import { randomUUID } from 'node:crypto'

import { bybitError, parameterError } from './bybit-error.ts'
import { mayDo } from './bybit-key.ts'
import type { Answer, SignedCall } from './endpoint.ts'
import { categoryOf } from './market.ts'

const TRADING = ['ContractTrade/Order', 'Spot/SpotTrade', 'Options/OptionsTrade']

/** https://bybit-exchange.github.io/docs/v5/order/create-order: nothing is traded, it is only counted. */
export function createOrder(call: SignedCall): Answer {
  checkTrading(call)
  categoryOf(call)
  for (const name of ['symbol', 'side', 'orderType', 'qty']) requireText(call, name)
  return { result: { orderId: randomUUID(), orderLinkId: linkId(call) } }
}

/** https://bybit-exchange.github.io/docs/v5/order/cancel-order */
export function cancelOrder(call: SignedCall): Answer {
  checkTrading(call)
  categoryOf(call)
  requireText(call, 'symbol')
  const { orderId } = call.parameters
  if (orderId === undefined && linkId(call) === '') throw parameterError('orderId')
  return { result: { orderId: orderId ?? randomUUID(), orderLinkId: linkId(call) } }
}

function checkTrading({ key }: SignedCall): void {
  if (key.readOnly || !mayDo(key, TRADING)) throw bybitError(10005)
}

function requireText({ parameters }: SignedCall, name: string): void {
  const value = parameters[name]
  if (typeof value !== 'string' || value === '') throw parameterError(name)
}

function linkId({ parameters }: SignedCall): string {
  const { orderLinkId } = parameters
  return typeof orderLinkId === 'string' ? orderLinkId : ''
}
