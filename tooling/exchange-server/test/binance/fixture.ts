import type { BinanceKey, ExchangeServer, NewBinanceKey } from '../../src/index.ts'
import { binanceClient, type BinanceClient } from '../client/binance-client.ts'
import { madeUp } from '../client/key-material.ts'

export const MASTER_UID = 100
export const SUB_UID = 101
export const EMAIL = 'bot@example.com'

export interface Holder {
  readonly key: BinanceKey
  readonly apiKey: string
  readonly secret: string
  readonly client: BinanceClient
}

/** A key that was made up, and a client that signs with it. */
export function holder(server: ExchangeServer, options: Partial<NewBinanceKey> = {}): Holder {
  const { apiKey, secret } = madeUp('binance')
  const key = server.keys.binance.add({ apiKey, secret, uid: MASTER_UID, ...options })
  return { key, apiKey, secret, client: binanceClient(server.url, { apiKey, secret }) }
}

/** A master account's key that may manage keys, with a sub-account below it. */
export function admin(server: ExchangeServer): Holder {
  server.keys.binance.addAccount({ uid: SUB_UID, masterUid: MASTER_UID, name: EMAIL })
  return holder(server, { permissions: { enableSpotAndMarginTrading: true } })
}
