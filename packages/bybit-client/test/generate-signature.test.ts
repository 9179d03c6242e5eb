import { createHmac, createVerify, generateKeyPairSync } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BybitRestClient } from '../src/index.ts'
import { expectNoValue, failure } from './canary.ts'
import type { Store } from './desk.ts'
import { credentialOf, freshPair, storeOf } from './desk.ts'

const INPUT = { timestamp: 1609459200000, recvWindow: 5000, params: { symbol: 'BTCUSDT' } }

function clientOf({ provider }: Store): BybitRestClient {
  return new BybitRestClient({ secretProvider: provider, apiEnv: 'shadow', networkEnabled: false })
}

describe('generateSignature', () => {
  test('is the HMAC of time, key, window and query', async () => {
    const pair = freshPair()
    const signature = await clientOf(storeOf(credentialOf(pair))).generateSignature(INPUT)
    const expected = createHmac('sha256', pair.secret)
      .update(`1609459200000${pair.apiKey}5000symbol=BTCUSDT`)
      .digest('hex')
    expect(signature).toBe(expected)
  })

  test('signs the query percent-encoded once, in the order given', async () => {
    const pair = freshPair()
    const client = clientOf(storeOf(credentialOf(pair)))
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (cursor) => {
        const signature = await client.generateSignature({
          timestamp: 1609459200000,
          params: { z: cursor, a: 1 },
        })
        const query = `z=${encodeURIComponent(cursor).replaceAll("'", '%27')}&a=1`
        const expected = createHmac('sha256', pair.secret)
          .update(`1609459200000${pair.apiKey}5000${query}`)
          .digest('hex')
        expect(signature).toBe(expected)
      }),
    )
  })

  test('with an RSA key is base64 that the public half verifies', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const { apiKey } = freshPair()
    const client = clientOf(storeOf(credentialOf({ apiKey, secret })))
    const verify = createVerify('sha256').update(`1609459200000${apiKey}5000symbol=BTCUSDT`)
    expect(verify.verify(publicKey, await client.generateSignature(INPUT), 'base64')).toBe(true)
  })

  test('follows a rotation as soon as the provider does', async () => {
    const store = storeOf(credentialOf(freshPair()))
    const client = clientOf(store)
    const before = await client.generateSignature(INPUT)
    store.provider.invalidate(await store.provider.getCredential('shadow', 'bybit'))
    store.rotate(credentialOf(freshPair()))
    expect(await client.generateSignature(INPUT)).not.toBe(before)
  })

  test('refuses members of different versions', async () => {
    const [old, current] = [credentialOf(freshPair()), credentialOf(freshPair())]
    const torn = { ...current, members: { ...current.members, api_key: old.members.api_key } }
    const error = await failure(() => clientOf(storeOf(torn)).generateSignature(INPUT))
    expect(error).toMatchObject({ code: 'TORN_PAIR' })
    expect(error.message).toContain('shadow/bybit')
  })

  test('refuses a time in seconds and a secret with white space, without the secret', async () => {
    const pair = freshPair()
    const seconds = { ...INPUT, timestamp: 1609459200 }
    const client = clientOf(storeOf(credentialOf(pair)))
    expect(await failure(() => client.generateSignature(seconds))).toMatchObject({ code: 'USAGE' })
    const spaced = clientOf(storeOf(credentialOf({ ...pair, secret: `${pair.secret} ` })))
    const error = await failure(() => spaced.generateSignature(INPUT))
    expect(error).toMatchObject({ code: 'INVALID_VALUE' })
    expectNoValue(error, pair)
  })

  test('refuses a credential of another environment than the one asked for', async () => {
    const store = storeOf(credentialOf(freshPair(), 'prod'))
    const error = await failure(() => clientOf(store).generateSignature(INPUT))
    expect(error).toMatchObject({ code: 'ENVIRONMENT_MISMATCH' })
  })
})
