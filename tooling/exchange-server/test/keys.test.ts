import { describe, expect, it } from 'vitest'

import { madeUp, rsaPair } from './client/key-material.ts'
import { start } from './client/with-server.ts'

describe('a key that is added', () => {
  it('brings its account with it', async () => {
    const { keys } = await start()
    const key = keys.binance.add({ ...madeUp('binance'), uid: 7, masterUid: 1 })
    expect(key.account).toEqual({
      site: 'mainnet',
      uid: 7,
      masterUid: 1,
      name: 'sub7@example.com',
    })
    const named = keys.kucoin.add({
      ...madeUp('kucoin'),
      passphrase: 'passphrase',
      uid: 7,
      site: 'testnet',
      name: 'bot1',
    })
    expect(named.account).toEqual({ site: 'testnet', uid: 7, masterUid: null, name: 'bot1' })
    expect([named.version, named.permissions]).toEqual([3, ['General']])
  })

  it('leaves an account as it is known where it says nothing of it', async () => {
    const { keys } = await start()
    const known = keys.binance.addAccount({ uid: 7, masterUid: 1, name: 'bot@example.com' })
    expect(keys.binance.add({ ...madeUp('binance'), uid: 7 }).account).toEqual(known)
  })

  it('is there once', async () => {
    const { keys } = await start()
    const key = { ...madeUp('bybit'), uid: 1 }
    keys.bybit.add(key)
    expect(() => keys.bybit.add(key)).toThrow('There is a key with this apiKey already.')
    keys.bybit.add({ ...key, site: 'testnet' })
    expect(keys.bybit.all()).toHaveLength(2)
    expect(keys.bybit.find(key.apiKey, 'testnet')?.account.site).toBe('testnet')
  })

  it('is of a site that there is', async () => {
    const { keys } = await start({ sites: ['eu'] })
    expect(keys.bybit.add({ ...madeUp('bybit'), uid: 1 }).account.site).toBe('eu')
    const key = { ...madeUp('bybit'), uid: 1, site: 'mainnet' }
    expect(() => keys.bybit.add(key)).toThrow("There is no site 'mainnet'. There are: eu.")
  })

  it('has a secret or a public key, at KuCoin a secret', async () => {
    const { keys } = await start()
    const { apiKey, secret } = madeUp('bybit')
    const { publicKey } = rsaPair()
    for (const wrong of [{}, { secret, publicKey }]) {
      expect(() => keys.bybit.add({ apiKey, uid: 1, ...wrong })).toThrow('a secret or a publicKey')
    }
    expect(() => keys.bybit.add({ apiKey, uid: 1, publicKey: secret })).toThrow('no RSA or Ed25519')
    const kucoin = { apiKey, publicKey, uid: 1, passphrase: 'passphrase' }
    expect(() => keys.kucoin.add(kucoin)).toThrow('keys with a secret alone')
  })
})
