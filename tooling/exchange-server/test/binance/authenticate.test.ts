import { describe, expect, it } from 'vitest'

import { binanceClient, binanceSignature } from '../client/binance-client.ts'
import { ed25519Pair, letters, madeUp, rsaPair } from '../client/key-material.ts'
import { outcome, send } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { admin, EMAIL, holder } from './fixture.ts'

const ACCOUNT = '/api/v3/account'
const SUB_KEYS = '/sapi/v1/sub-account/subAccountApi'
const NOW = 1_700_000_000_000

describe('a signature', () => {
  it('holds over query and body as they are on the wire, one behind the other', async () => {
    const server = await start()
    const { client } = admin(server)
    const form = `email=${encodeURIComponent(EMAIL)}&apiName=%D0%B1%D0%BE%D1%82&status=1`
    const [email = '', ...rest] = form.split('&')
    for (const request of [
      { query: form },
      { body: form },
      { query: email, body: rest.join('&') },
      { query: email, body: rest.join('&'), signIn: 'query' as const },
    ]) {
      const { json } = await client({ method: 'POST', path: SUB_KEYS, ...request })
      expect(json['apiName']).toBe('бот')
    }
  })

  it('of a payload that was encoded after it was signed does not hold', async () => {
    const server = await start()
    const { apiKey, secret } = holder(server)
    const timestamp = Date.now()
    const signature = binanceSignature({ apiKey, secret }, `note=a b&timestamp=${timestamp}`)
    const target = `${ACCOUNT}?note=a%20b&timestamp=${timestamp}&signature=${signature}`
    const { status, json } = await send(server.url, {
      target,
      headers: { 'X-MBX-APIKEY': apiKey },
    })
    expect([status, json]).toEqual([
      400,
      { code: -1022, msg: 'Signature for this request is not valid.' },
    ])
  })

  it('with an ampersand between query and body does not hold', async () => {
    const server = await start()
    const { apiKey, secret, client } = admin(server)
    const timestamp = Date.now()
    const text = `email=a&status=1&timestamp=${timestamp}`
    const signature = binanceSignature({ apiKey, secret }, text)
    const request = { method: 'POST', path: SUB_KEYS, query: 'email=a', body: 'status=1' }
    expect(await outcome(client({ ...request, timestamp, signature }))).toBe('-1022')
  })

  it('of HMAC may be in either case', async () => {
    const server = await start()
    const { apiKey, secret, client } = holder(server)
    const timestamp = Date.now()
    const signature = binanceSignature({ apiKey, secret }, `timestamp=${timestamp}`).toUpperCase()
    expect(await outcome(client({ path: ACCOUNT, timestamp, signature }))).toBe('ok')
  })

  it.each([
    ['RSA', rsaPair],
    ['Ed25519', ed25519Pair],
  ])('may be of %s, as base64 that is encoded', async (_, pair) => {
    const server = await start()
    const { apiKey } = madeUp('binance')
    const { privateKey, publicKey } = pair()
    server.keys.binance.add({ apiKey, publicKey, uid: 1 })
    const client = binanceClient(server.url, { apiKey, privateKey })
    expect(await outcome(client({ path: ACCOUNT }))).toBe('ok')
    const other = binanceClient(server.url, { apiKey, privateKey: pair().privateKey })
    expect(await outcome(other({ path: ACCOUNT }))).toBe('-1022')
  })

  it('of base64 with a bare plus sign does not hold: in a form that is a space', async () => {
    const server = await start()
    const { apiKey } = madeUp('binance')
    const { privateKey, publicKey } = ed25519Pair()
    server.keys.binance.add({ apiKey, publicKey, uid: 1 })
    const now = Date.now()
    // Some of forty signatures have a plus sign.
    const timestamp = Array.from({ length: 40 }, (_, index) => now - index).find((each) =>
      binanceSignature({ apiKey, privateKey }, `timestamp=${each}`).includes('+'),
    )
    const signature = binanceSignature({ apiKey, privateKey }, `timestamp=${timestamp}`)
    const sent = (text: string) =>
      outcome(
        send(server.url, {
          target: `${ACCOUNT}?timestamp=${timestamp}&signature=${text}`,
          headers: { 'X-MBX-APIKEY': apiKey },
        }),
      )
    expect(signature).toContain('+')
    expect(await sent(encodeURIComponent(signature))).toBe('ok')
    expect(await sent(signature)).toBe('-1022')
  })

  it('of base64 that is not whole, or of another alphabet, does not hold', async () => {
    const server = await start()
    const { apiKey } = madeUp('binance')
    const { privateKey, publicKey } = ed25519Pair()
    server.keys.binance.add({ apiKey, publicKey, uid: 1 })
    const client = binanceClient(server.url, { apiKey, privateKey })
    const timestamp = Date.now()
    const whole = binanceSignature({ apiKey, privateKey }, `timestamp=${timestamp}`)
    const sent = (signature: string) => outcome(client({ path: ACCOUNT, timestamp, signature }))
    expect(await sent(whole)).toBe('ok')
    for (const other of [whole.replace(/=+$/, ''), `${whole} `, `*${whole}`]) {
      expect(await sent(other)).toBe('-1022')
    }
  })

  it('is the last parameter, and there once', async () => {
    const server = await start()
    const { apiKey, secret } = holder(server)
    const timestamp = Date.now()
    const signature = binanceSignature({ apiKey, secret }, `timestamp=${timestamp}`)
    const headers = { 'X-MBX-APIKEY': apiKey }
    const first = `${ACCOUNT}?signature=${signature}&timestamp=${timestamp}`
    const { json } = await send(server.url, { target: first, headers })
    expect(json).toEqual({
      code: -1102,
      msg: "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
    })
    const body = `signature=${signature}`
    const twice = `${ACCOUNT}?timestamp=${timestamp}&signature=${signature}`
    expect(await outcome(send(server.url, { target: twice, headers, body }))).toBe('-1101')
  })

  it('of a parameter that is there twice is refused', async () => {
    const { client } = holder(await start())
    expect(await outcome(client({ path: ACCOUNT, query: 'a=1&a=2' }))).toBe('-1101')
  })
})

describe('the time of a request', () => {
  it.each([
    [0, '', 'ok'],
    [999, '', 'ok'],
    [1000, '', '-1021'],
    [1000, 'recvWindow=60000', '-1021'],
    [-5000, '', 'ok'],
    [-5001, '', '-1021'],
    [-5001, 'recvWindow=5001', 'ok'],
    [-60_000, 'recvWindow=60000', 'ok'],
    [0, 'recvWindow=60001', '-1131'],
    [-5000, 'recvWindow=5000.5', 'ok'],
    [0, 'recvWindow=-1', '-1100'],
    [0, 'recvWindow=5s', '-1100'],
  ])('that is off by %i ms, with %j: %s', async (off, query, wanted) => {
    const { client } = holder(await start({ systemTime: () => NOW }))
    expect(await outcome(client({ path: ACCOUNT, query, timestamp: NOW + off }))).toBe(wanted)
  })

  it('says which way a clock is wrong', async () => {
    const { client } = holder(await start({ systemTime: () => NOW }))
    const slow = await client({ path: ACCOUNT, timestamp: NOW - 6000 })
    expect([slow.status, slow.json['msg']]).toEqual([
      400,
      'Timestamp for this request is outside of the recvWindow.',
    ])
    const fast = await client({ path: ACCOUNT, timestamp: NOW + 6000 })
    expect(fast.json['msg']).toBe(
      "Timestamp for this request was 1000ms ahead of the server's time.",
    )
  })

  it('may be in microseconds, and not in seconds', async () => {
    const { client } = holder(await start({ systemTime: () => NOW }))
    expect(await outcome(client({ path: ACCOUNT, timestamp: `${NOW}500` }))).toBe('ok')
    expect(await outcome(client({ path: ACCOUNT, timestamp: NOW / 1000 }))).toBe('-1021')
  })

  it('has to be there, as digits', async () => {
    const { client } = holder(await start())
    expect(await outcome(client({ path: ACCOUNT, timestamp: null }))).toBe('-1102')
    expect(await outcome(client({ path: ACCOUNT, timestamp: '' }))).toBe('-1102')
    expect(await outcome(client({ path: ACCOUNT, timestamp: 'now' }))).toBe('-1100')
  })

  it('is held against a clock that is off by a knob, which the time endpoint tells', async () => {
    const server = await start({ systemTime: () => NOW, knobs: { clockOffsetMs: -7000 } })
    const { client } = holder(server)
    expect(await outcome(client({ path: ACCOUNT, timestamp: NOW }))).toBe('-1021')
    const { json } = await send(server.url, { target: '/api/v3/time' })
    expect(json).toEqual({ serverTime: NOW - 7000 })
  })
})

describe('a key', () => {
  it.each(['', 'short', `${'a'.repeat(63)}-`, 'a'.repeat(65)])(
    'of the format %j is refused for its format',
    async (apiKey) => {
      const server = await start()
      const client = binanceClient(server.url, { apiKey, secret: 'x' })
      const { status, json } = await client({ path: ACCOUNT })
      expect([status, json]).toEqual([401, { code: -2014, msg: 'API-key format invalid.' }])
    },
  )

  it('that is unknown, of another site, bound elsewhere, ended or forbidden has one answer', async () => {
    const server = await start()
    const elsewhere = holder(server, { ips: ['192.0.2.1'] })
    const clients = [
      binanceClient(server.url, madeUp('binance')),
      holder(server, { site: 'testnet' }).client,
      elsewhere.client,
      holder(server, { expiresAt: Date.now() - 1 }).client,
      holder(server, { permissions: { enableReading: false } }).client,
    ]
    for (const client of clients) {
      const { status, json } = await client({ path: ACCOUNT })
      const msg = 'Invalid API-key, IP, or permissions for action.'
      expect([status, json]).toEqual([401, { code: -2015, msg }])
    }
    server.knobs.set({ sourceIp: '192.0.2.1' })
    expect(await outcome(elsewhere.client({ path: ACCOUNT }))).toBe('ok')
  })

  it('with a wrong secret is told of the signature, whatever it is bound to', async () => {
    const server = await start()
    const { apiKey } = holder(server, { ips: ['192.0.2.1'] })
    const client = binanceClient(server.url, { apiKey, secret: letters(64) })
    expect(await outcome(client({ path: ACCOUNT }))).toBe('-1022')
  })

  it('tells what it may do', async () => {
    const server = await start()
    const permissions = { enableSpotAndMarginTrading: true, enableWithdrawals: true }
    const { client, key } = holder(server, { permissions, ips: ['127.0.0.1'] })
    const { json } = await client({ path: '/sapi/v1/account/apiRestrictions' })
    expect(json).toEqual({
      ipRestrict: true,
      createTime: key.createdAt,
      enableReading: true,
      enableSpotAndMarginTrading: true,
      enableWithdrawals: true,
      enableInternalTransfer: false,
      permitsUniversalTransfer: false,
      enableMargin: false,
      enableFutures: false,
      enableVanillaOptions: false,
      enablePortfolioMarginTrading: false,
      enableFixApiTrade: false,
      enableFixReadOnly: false,
    })
  })

  it('reads its account', async () => {
    const { client } = holder(await start(), { uid: 354_937_868 })
    const all = await client({ path: ACCOUNT })
    expect(all.json).toMatchObject({ accountType: 'SPOT', uid: 354_937_868, canTrade: true })
    expect(all.json['balances']).toHaveLength(3)
    const some = await client({ path: ACCOUNT, query: 'omitZeroBalances=true' })
    expect(some.json['balances']).toHaveLength(2)
  })
})

it('what has no endpoint is a page', async () => {
  const { url } = await start()
  for (const target of ['/api/v3/nothing', '/sapi/v3/account']) {
    const { status, headers } = await send(url, { target })
    expect([status, headers.get('content-type')]).toEqual([404, 'text/html'])
  }
})
