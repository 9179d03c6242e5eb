import { describe, expect, it } from 'vitest'

import { letters } from '../client/key-material.ts'
import { kucoinClient } from '../client/kucoin-client.ts'
import { outcome, type Reply } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { admin, holder, MASTER_UID, SUB_NAME, SUB_UID, type Holder } from './fixture.ts'

const SUB_KEYS = '/api/v1/sub/api-key'
const UPDATE = '/api/v1/sub/api-key/update'
const INFO = '/api/v1/user/api-key'

type Body = Readonly<Record<string, unknown>>

function add({ client }: Holder, passphrase: string, more: Body = {}): Promise<Reply> {
  const body = { subName: SUB_NAME, passphrase, remark: 'rotation', ...more }
  return client({ method: 'POST', target: SUB_KEYS, body })
}

function update({ client }: Holder, body: Body): Promise<Reply> {
  return client({ method: 'POST', target: UPDATE, body: { subName: SUB_NAME, ...body } })
}

function remove({ client }: Holder, apiKey: string, passphrase: string): Promise<Reply> {
  const query = new URLSearchParams({ subName: SUB_NAME, apiKey, passphrase }).toString()
  return client({ method: 'DELETE', target: `${SUB_KEYS}?${query}` })
}

describe('a key of a sub-account', () => {
  it('is made, works, and shows its secret this once', async () => {
    const server = await start()
    const master = admin(server)
    const passphrase = letters(10)
    const more = { permission: 'General, Spot', ipWhitelist: '127.0.0.1,203.0.113.7' }
    const { json } = await add(master, passphrase, more)
    const data = json['data'] as Record<string, string>
    const { apiKey = '', apiSecret: secret = '' } = data
    expect(apiKey).toMatch(/^[0-9a-f]{24}$/)
    expect(secret).toMatch(/^[0-9a-f-]{36}$/)
    expect(data).toMatchObject({
      subName: SUB_NAME,
      remark: 'rotation',
      apiVersion: 3,
      passphrase,
      permission: 'General,Spot',
      ipWhitelist: '127.0.0.1,203.0.113.7',
    })
    const sub = kucoinClient(server.url, { apiKey, secret, passphrase })
    expect((await sub({ target: INFO })).json['data']).toMatchObject({
      uid: SUB_UID,
      isMaster: false,
      permission: 'General,Spot',
    })
    const listed = await master.client({ target: `${SUB_KEYS}?subName=${SUB_NAME}` })
    expect(listed.body).not.toContain(secret)
    expect(listed.body).not.toContain(passphrase)
    expect(listed.json['data']).toMatchObject([
      { apiKey, remark: 'rotation', ipWhitelist: '127.**.1,203.**.7' },
    ])
    const none = await master.client({ target: `${SUB_KEYS}?subName=${SUB_NAME}&apiKey=none` })
    expect(none.json['data']).toEqual([])
  })

  it('may General alone where nothing is asked for', async () => {
    const master = admin(await start())
    const { json } = await add(master, letters(7))
    expect(json['data']).toMatchObject({ permission: 'General' })
    expect(json['data']).not.toHaveProperty('ipWhitelist')
  })

  it('ends after the days that it was given', async () => {
    const now = Date.now()
    const server = await start({ systemTime: () => now })
    const master = admin(server)
    const passphrase = letters(10)
    const { json } = await add(master, passphrase, { expire: '30' })
    const { apiKey = '', apiSecret: secret = '' } = json['data'] as Record<string, string>
    const sub = kucoinClient(server.url, { apiKey, secret, passphrase })
    const end = now + 30 * 86_400_000
    server.clock.freeze(end - 1)
    expect(await outcome(sub({ target: INFO, timestamp: end }))).toBe('ok')
    server.clock.freeze(end)
    expect(await outcome(sub({ target: INFO, timestamp: end }))).toBe('400003')
  })

  it.each([
    { subName: 'other' },
    { subName: undefined },
    { passphrase: 'short1' },
    { passphrase: 'with space' },
    { passphrase: 'x'.repeat(33) },
    { remark: '' },
    { remark: 'r'.repeat(25) },
    { permission: 'General,Everything' },
    { permission: 'Transfer' },
    { permission: ['General'] },
    { ipWhitelist: 'localhost' },
    { ipWhitelist: Array.from({ length: 21 }, (_, index) => `192.0.2.${index}`).join(',') },
    { expire: '31' },
    { expire: 30 },
  ])('is not made with %j', async (more) => {
    const server = await start()
    const { status, json } = await add(admin(server), letters(10), more)
    expect([status, json['code']]).toEqual([400, '400100'])
    expect(server.keys.kucoin.all()).toHaveLength(1)
  })

  it('is managed by a master’s key', async () => {
    const server = await start()
    admin(server)
    const sub = holder(server, { uid: SUB_UID, masterUid: MASTER_UID })
    expect(await outcome(add(sub, letters(10)))).toBe('400007')
    expect(await outcome(add(holder(server, { uid: 200 }), letters(10)))).toBe('400100')
  })

  it('is asked for in JSON that says so', async () => {
    const { client } = admin(await start())
    const post = { method: 'POST', target: SUB_KEYS, body: '{"subName":' }
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    expect(await outcome(client({ ...post, headers: form }))).toBe('415000')
    expect(await outcome(client(post))).toBe('400100')
    expect(await outcome(client({ ...post, body: '[]' }))).toBe('400100')
  })

  it('loses by a change what the change does not name', async () => {
    const server = await start()
    const master = admin(server)
    const passphrase = letters(10)
    const more = { permission: 'General,Spot', ipWhitelist: '127.0.0.1' }
    const { json } = await add(master, passphrase, more)
    const { apiKey } = json['data'] as { apiKey: string }
    const kept = await update(master, { apiKey, passphrase, ...more, permission: 'Futures' })
    expect(kept.json['data']).toEqual({
      subName: SUB_NAME,
      apiKey,
      permission: 'General,Futures',
      ipWhitelist: '127.0.0.1',
    })
    const lost = await update(master, { apiKey, passphrase })
    expect(lost.json['data']).toEqual({ subName: SUB_NAME, apiKey, permission: 'General' })
    expect(server.keys.kucoin.find(apiKey)?.ips).toEqual([])
  })

  it('is changed and deleted with its passphrase, and then gone at once', async () => {
    const server = await start()
    const master = admin(server)
    const passphrase = letters(10)
    const { json } = await add(master, passphrase)
    const { apiKey = '', apiSecret: secret = '' } = json['data'] as Record<string, string>
    const sub = kucoinClient(server.url, { apiKey, secret, passphrase })
    expect(await outcome(update(master, { apiKey, passphrase: letters(10) }))).toBe('400100')
    expect(await outcome(remove(master, apiKey, letters(10)))).toBe('400100')
    expect(await outcome(sub({ target: INFO }))).toBe('ok')
    const removed = await remove(master, apiKey, passphrase)
    expect(removed.json).toEqual({ code: '200000', data: { subName: SUB_NAME, apiKey } })
    expect(await outcome(sub({ target: INFO }))).toBe('400003')
    expect(await outcome(remove(master, apiKey, passphrase))).toBe('400100')
  })
})
