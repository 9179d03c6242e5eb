import { expect, it } from 'vitest'

import { parseKeysFile } from '../../src/program/keys-file.ts'
import { letters } from '../client/key-material.ts'

it('reads the keys of each exchange', () => {
  const key = { apiKey: 'a', secret: 's', uid: 1, ips: ['127.0.0.1'], masterUid: null }
  const kucoin = { ...key, passphrase: 'p', version: 2, permissions: ['General'] }
  expect(parseKeysFile(JSON.stringify({ bybit: [key], kucoin: [kucoin] }))).toEqual({
    bybit: [key],
    binance: [],
    kucoin: [kucoin],
  })
})

it.each([
  ['{', 'The file of keys is not a JSON object.'],
  ['[]', 'The file of keys is not a JSON object.'],
  [{ okx: [] }, "The file of keys names 'okx'; it may have bybit, binance, kucoin."],
  [{ bybit: {} }, 'bybit is a list of keys.'],
  [{ bybit: [1] }, 'bybit[0] is an object.'],
  [{ bybit: [{ uid: 1 }] }, 'bybit[0] has no apiKey.'],
  [{ binance: [{ apiKey: 'a' }] }, 'binance[0] has no uid.'],
  [{ kucoin: [{ apiKey: 'a', uid: 1 }] }, 'kucoin[0] has no passphrase.'],
  [{ bybit: [{ apiKey: 'a', uid: 1, sekret: 'x' }] }, "bybit[0]: there is no 'sekret'."],
  [{ bybit: [{ apiKey: 'a', uid: '1' }] }, 'bybit[0]: uid is not as it has to be.'],
  [{ bybit: [{ apiKey: 'a', uid: 1, ips: 'x' }] }, 'bybit[0]: ips is not as it has to be.'],
])('refuses %j', (file, why) => {
  const text = typeof file === 'string' ? file : JSON.stringify(file)
  expect(() => parseKeysFile(text)).toThrow(new Error(why))
})

it('says nothing of the values', () => {
  const secret = letters(36)
  for (const text of [`{"bybit": ${secret}`, JSON.stringify({ bybit: [{ apiKey: [secret] }] })]) {
    expect(() => parseKeysFile(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) as unknown }),
    )
  }
})
