import type { BybitKey, ExchangeServer, NewBybitKey } from '../../src/index.ts'
import { bybitClient, type BybitClient } from '../client/bybit-client.ts'
import { madeUp } from '../client/key-material.ts'

export const MASTER_UID = 100
export const SUB_UID = 101

export interface Holder {
  readonly key: BybitKey
  readonly apiKey: string
  readonly secret: string
  readonly client: BybitClient
}

/** A key that was made up, and a client that signs with it. */
export function holder(server: ExchangeServer, options: Partial<NewBybitKey> = {}): Holder {
  const { apiKey, secret } = madeUp('bybit')
  const key = server.keys.bybit.add({ apiKey, secret, uid: MASTER_UID, ...options })
  return { key, apiKey, secret, client: bybitClient(server.url, { apiKey, secret }) }
}

/** A master account's key that may manage keys, with a sub-account below it. */
export function admin(server: ExchangeServer): Holder {
  server.keys.bybit.addAccount({ uid: SUB_UID, masterUid: MASTER_UID })
  const permissions = { Wallet: ['AccountTransfer', 'SubMemberTransfer'] }
  return holder(server, { permissions, ips: ['127.0.0.1'] })
}
