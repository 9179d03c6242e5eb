import { describe, expect, it } from 'vitest'

import { binanceClient } from '../client/binance-client.ts'
import { ed25519Pair, rsaPair } from '../client/key-material.ts'
import { outcome, type Reply } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { admin, EMAIL, holder, MASTER_UID, SUB_UID, type Holder } from './fixture.ts'

const V1 = '/sapi/v1/sub-account/subAccountApi'
const V2 = '/sapi/v2/sub-account/subAccountApi'
const IPS_V1 = `${V1}/ipRestriction`
const IPS_V2 = `${V2}/ipRestriction`
const PERMISSION = `${V1}Permission`
const NEW_KEY = { email: EMAIL, apiName: 'rotation', status: '1' }

type Form = Readonly<Record<string, string>>

function post({ client }: Holder, path: string, form: Form): Promise<Reply> {
  return client({ method: 'POST', path, body: new URLSearchParams(form).toString() })
}

function get({ client }: Holder, path: string, form: Form): Promise<Reply> {
  return client({ path, query: new URLSearchParams(form).toString() })
}

describe('a key of a sub-account', () => {
  it('is made, works, and shows its secret this once', async () => {
    const server = await start()
    const master = admin(server)
    const form = { ...NEW_KEY, canTrade: 'true', status: '2', ipAddress: '127.0.0.1,192.0.2.1' }
    const { json } = await post(master, V1, form)
    const { apiKey, secretKey, ...rest } = json as Record<'apiKey' | 'secretKey', string>
    expect(apiKey).toMatch(/^[A-Za-z0-9]{64}$/)
    expect(secretKey).toMatch(/^[A-Za-z0-9]{64}$/)
    expect(rest).toEqual({
      apiName: 'rotation',
      canTrade: true,
      canMarginLoanRepay: false,
      canFuturesTrade: false,
      canUniversalTransfer: false,
      canVanillaOptions: false,
      status: 2,
      ipList: ['127.0.0.1', '192.0.2.1'],
    })
    const client = binanceClient(server.url, { apiKey, secret: secretKey })
    const restrictions = await client({ path: '/sapi/v1/account/apiRestrictions' })
    expect(restrictions.json).toMatchObject({
      ipRestrict: true,
      enableReading: true,
      enableSpotAndMarginTrading: true,
      enableWithdrawals: false,
    })
    expect((await client({ path: '/api/v3/account' })).json['uid']).toBe(SUB_UID)
    const listed = await get(master, V1, { email: EMAIL })
    expect(listed.body).not.toContain(secretKey)
  })

  it.each([
    ['Ed25519', ed25519Pair, V1],
    ['Ed25519', ed25519Pair, V2],
    ['RSA', rsaPair, V2],
  ])('may be registered with the public half of one, %s', async (_, pair, path) => {
    const server = await start()
    const { privateKey, publicKey } = pair()
    const { json } = await post(admin(server), path, { ...NEW_KEY, publicKey })
    expect(json).not.toHaveProperty('secretKey')
    const client = binanceClient(server.url, { apiKey: String(json['apiKey']), privateKey })
    expect(await outcome(client({ path: '/api/v3/account' }))).toBe('ok')
  })

  it('takes a public key as base64 too, and only one that it can use', async () => {
    const server = await start()
    const master = admin(server)
    const { publicKey, privateKey } = ed25519Pair()
    const base64 = publicKey.replace(/-----[A-Z ]+-----|\s/g, '')
    expect(await outcome(post(master, V2, { ...NEW_KEY, publicKey: base64 }))).toBe('ok')
    const secretHalf = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    for (const wrong of ['text', secretHalf]) {
      expect(await outcome(post(master, V2, { ...NEW_KEY, publicKey: wrong }))).toBe('-1130')
    }
    const rsa = { ...NEW_KEY, publicKey: rsaPair().publicKey }
    expect(await outcome(post(master, V1, rsa))).toBe('-1130')
    const query = new URLSearchParams({ ...NEW_KEY, publicKey }).toString()
    expect(await outcome(master.client({ method: 'POST', path: V2, query }))).toBe('-1106')
  })

  it('may use FIX where it is of Ed25519 alone', async () => {
    const server = await start()
    const master = admin(server)
    const form = { ...NEW_KEY, canFixApiReading: 'true' }
    expect((await post(master, V2, form)).json).toEqual({
      code: -9000,
      msg: 'Unsupported operation',
    })
    const { publicKey } = ed25519Pair()
    const { json } = await post(master, V2, { ...form, publicKey })
    expect(json).toMatchObject({ canFixApiReading: true, canFixApiTrading: false })
  })

  it.each([
    [{ email: '' }, '-1102'],
    [{ email: 'other@example.com' }, '-1130'],
    [{ apiName: '' }, '-1102'],
    [{ status: '' }, '-1102'],
    [{ status: '3' }, '-1130'],
    [{ status: '2' }, '-1102'],
    [{ status: '2', ipAddress: 'localhost' }, '-1130'],
    [{ canTrade: 'yes' }, '-1130'],
  ])('is not made with %j: %s', async (more, code) => {
    const server = await start()
    expect(await outcome(post(admin(server), V1, { ...NEW_KEY, ...more }))).toBe(code)
    expect(server.keys.binance.all()).toHaveLength(1)
  })

  it('is managed by a master’s key that may trade', async () => {
    const server = await start()
    admin(server)
    const reading = holder(server)
    expect(await outcome(post(reading, V1, NEW_KEY))).toBe('-2015')
    expect(await outcome(get(reading, V1, { email: EMAIL }))).toBe('ok')
    const permissions = { enableSpotAndMarginTrading: true }
    const sub = holder(server, { uid: SUB_UID, masterUid: MASTER_UID, permissions })
    expect(await outcome(post(sub, V1, NEW_KEY))).toBe('-1002')
    const stranger = holder(server, { uid: 200, permissions })
    expect(await outcome(post(stranger, V1, NEW_KEY))).toBe('-1130')
  })

  it('is found by itself or page by page', async () => {
    const server = await start()
    const master = admin(server)
    const keys = Array.from({ length: 3 }, (_, index) =>
      holder(server, { uid: SUB_UID, masterUid: MASTER_UID, name: EMAIL, note: `key ${index}` }),
    )
    const wanted = keys[1]?.apiKey ?? ''
    const one = await get(master, V1, { email: EMAIL, subAccountApiKey: wanted })
    expect(one.json).toEqual({
      total: 1,
      rows: [
        {
          email: EMAIL,
          apiName: 'key 1',
          apikey: wanted,
          canTrade: false,
          canMarginLoanRepay: false,
          canFuturesTrade: false,
          canUniversalTransfer: false,
          canVanillaOptions: false,
          timestamp: keys[1]?.key.createdAt,
        },
      ],
    })
    const page = await get(master, V1, { email: EMAIL, page: '2', size: '2' })
    expect(page.json).toMatchObject({ total: 3, rows: [{ apiName: 'key 2' }] })
    expect(await outcome(get(master, V1, { email: EMAIL, size: '101' }))).toBe('-1130')
  })

  it('keeps what a change of permissions does not name', async () => {
    const server = await start()
    const master = admin(server)
    const { json } = await post(master, V1, { ...NEW_KEY, canTrade: 'true' })
    const subAccountApiKey = String(json['apiKey'])
    const form = { email: EMAIL, subAccountApiKey, canFuturesTrade: 'true' }
    const changed = await post(master, PERMISSION, form)
    expect(changed.json).toMatchObject({
      apikey: subAccountApiKey,
      canTrade: true,
      canFuturesTrade: true,
    })
    const off = await post(master, PERMISSION, { ...form, canTrade: 'false' })
    expect(off.json).toMatchObject({ canTrade: false, canFuturesTrade: true })
  })

  it('is bound to addresses, to more, and to none again', async () => {
    const server = await start()
    const master = admin(server)
    const { json } = await post(master, V1, NEW_KEY)
    const subAccountApiKey = String(json['apiKey'])
    const form = { email: EMAIL, subAccountApiKey }
    expect((await get(master, IPS_V1, form)).json).toMatchObject({
      ipRestrict: 'false',
      ipList: [],
    })
    const restricted = { ...form, status: '2', ipAddress: '192.0.2.1' }
    expect((await post(master, IPS_V2, restricted)).json).toMatchObject({
      status: '2',
      ipList: ['192.0.2.1'],
      apiKey: subAccountApiKey,
    })
    await post(master, IPS_V2, { ...restricted, ipAddress: '192.0.2.2' })
    expect((await get(master, IPS_V1, form)).json).toMatchObject({
      ipRestrict: 'true',
      ipList: ['192.0.2.1', '192.0.2.2'],
    })
    const client = binanceClient(server.url, {
      apiKey: subAccountApiKey,
      secret: String(json['secretKey']),
    })
    expect(await outcome(client({ path: '/api/v3/account' }))).toBe('-2015')
    const free = await post(master, IPS_V2, { ...form, status: '1' })
    expect(free.json).not.toHaveProperty('ipList')
    expect(await outcome(client({ path: '/api/v3/account' }))).toBe('ok')
  })

  it('is deleted at once', async () => {
    const server = await start()
    const master = admin(server)
    const { json } = await post(master, V1, NEW_KEY)
    const apiKey = String(json['apiKey'])
    const query = new URLSearchParams({ email: EMAIL, subAccountApiKey: apiKey }).toString()
    const remove = () => master.client({ method: 'DELETE', path: V1, query })
    expect((await remove()).json).toEqual({})
    const client = binanceClient(server.url, { apiKey, secret: String(json['secretKey']) })
    expect(await outcome(client({ path: '/api/v3/account' }))).toBe('-2015')
    expect(await outcome(remove())).toBe('-1130')
  })
})
