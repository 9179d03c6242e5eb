import type { ExchangeServer, KucoinKey, NewKucoinKey } from '../../src/index.ts'
import { letters, madeUp } from '../client/key-material.ts'
import { kucoinClient, type KucoinClient } from '../client/kucoin-client.ts'

export const MASTER_UID = 100
export const SUB_UID = 101
export const SUB_NAME = 'bot1'

export interface Holder {
  readonly key: KucoinKey
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string
  readonly client: KucoinClient
}

/** A key that was made up, and a client that signs with it. */
export function holder(server: ExchangeServer, options: Partial<NewKucoinKey> = {}): Holder {
  const { apiKey, secret } = madeUp('kucoin')
  const passphrase = letters(12)
  const key = server.keys.kucoin.add({ apiKey, secret, passphrase, uid: MASTER_UID, ...options })
  const version = String(key.version)
  const client = kucoinClient(server.url, { apiKey, secret, passphrase, version })
  return { key, apiKey, secret, passphrase, client }
}

/** A master account's key, with a sub-account below it. */
export function admin(server: ExchangeServer): Holder {
  server.keys.kucoin.addAccount({ uid: SUB_UID, masterUid: MASTER_UID, name: SUB_NAME })
  return holder(server)
}
