import { describe, expect, it } from 'vitest'

import { bybitClient } from '../client/bybit-client.ts'
import { outcome } from '../client/reply.ts'
import { start } from '../client/with-server.ts'
import { admin, holder, MASTER_UID, SUB_UID, type Holder } from './fixture.ts'

const CREATE = '/v5/user/create-sub-api'
const UPDATE = '/v5/user/update-sub-api'
const DELETE = '/v5/user/delete-sub-api'
const LIST = '/v5/user/sub-apikeys'
const QUERY = '/v5/user/query-api'
const SPOT = { Spot: ['SpotTrade'] }

interface Made {
  readonly id: string
  readonly apiKey: string
  readonly secret: string
}

async function create({ client }: Holder, more: Record<string, unknown> = {}): Promise<Made> {
  const body = { subuid: SUB_UID, readOnly: 0, permissions: SPOT, note: 'rotation', ...more }
  const { json } = await client.post(CREATE, body)
  expect(json).toMatchObject({ retCode: 0, retMsg: '' })
  return json['result'] as Made
}

describe('create-sub-api', () => {
  it('makes a key that works, and shows its secret this once', async () => {
    const server = await start()
    const master = admin(server)
    const made = await create(master, { ips: '127.0.0.1,192.0.2.1' })
    expect(made.apiKey).toMatch(/^[A-Za-z0-9]{18}$/)
    expect(made.secret).toMatch(/^[A-Za-z0-9]{36}$/)
    const { json } = await bybitClient(server.url, made).get(QUERY)
    expect(json['result']).toMatchObject({
      id: made.id,
      apiKey: made.apiKey,
      secret: '',
      note: 'rotation',
      readOnly: 0,
      ips: ['127.0.0.1', '192.0.2.1'],
      deadlineDay: -2,
      userID: SUB_UID,
      isMaster: false,
      permissions: { Spot: ['SpotTrade'], Wallet: [] },
    })
    const listed = await master.client.get(LIST, `subMemberId=${SUB_UID}`)
    expect(listed.body).not.toContain(made.secret)
    expect(listed.json['result']).toMatchObject({
      result: [{ apiKey: made.apiKey, secret: '******', status: 1, readOnly: false, flag: 'hmac' }],
      nextPageCursor: '',
    })
  })

  it.each([
    [{ subuid: 999 }, 'sub uid'],
    [{ subuid: MASTER_UID }, 'sub uid'],
    [{ subuid: String(SUB_UID) }, 'subuid'],
    [{ readOnly: undefined }, 'readOnly'],
    [{ readOnly: true }, 'readOnly'],
    [{ permissions: undefined }, 'permissions'],
    [{ permissions: {} }, 'permissions'],
    [{ permissions: { Spot: [] } }, 'permissions'],
    [{ permissions: { Spot: ['Everything'] } }, 'permissions Spot'],
    [{ permissions: { Spot: [['SpotTrade']] } }, 'permissions Spot'],
    [{ permissions: { Wallet: ['Withdraw'] } }, 'permissions Wallet'],
    [{ permissions: { Nothing: ['Order'] } }, 'permissions Nothing'],
    [{ ips: 'localhost' }, 'ips'],
    [{ ips: '' }, 'ips'],
    [{ note: 1 }, 'note'],
  ])('refuses %j and makes nothing', async (more, why) => {
    const server = await start()
    const { client } = admin(server)
    const body = { subuid: SUB_UID, readOnly: 0, permissions: SPOT, ...more }
    const { json } = await client.post(CREATE, body)
    expect(json).toMatchObject({ retCode: 10001, retMsg: `Request parameter error. (${why})` })
    expect(server.keys.bybit.all()).toHaveLength(1)
  })

  it.each(['{', '[]', '"text"', 'null'])('refuses the body %s', async (body) => {
    const { client } = admin(await start())
    expect(await outcome(client.post(CREATE, body))).toBe('10001')
  })

  it('is for a master’s key that may move money and write', async () => {
    const server = await start({ knobs: { rateLimitFactor: 10 } })
    admin(server)
    const body = { subuid: SUB_UID, readOnly: 0, permissions: SPOT }
    const wallet = { Wallet: ['AccountTransfer'] }
    for (const options of [
      { permissions: SPOT },
      { permissions: wallet, readOnly: true },
      { permissions: wallet, uid: SUB_UID, masterUid: MASTER_UID },
    ]) {
      const { client } = holder(server, options)
      expect(await outcome(client.post(CREATE, body))).toBe('10005')
    }
  })

  it('knows one master’s sub-accounts from another’s', async () => {
    const server = await start()
    admin(server)
    const other = holder(server, { uid: 200, permissions: { Wallet: ['AccountTransfer'] } })
    const body = { subuid: SUB_UID, readOnly: 0, permissions: SPOT }
    expect(await outcome(other.client.post(CREATE, body))).toBe('10001')
    expect(await outcome(other.client.get(LIST, `subMemberId=${SUB_UID}`))).toBe('10001')
  })
})

describe('update-sub-api', () => {
  it('takes what it is given, and what it is not given as writing and unbound', async () => {
    const server = await start()
    server.clock.freeze()
    const master = admin(server)
    const made = await create(master, { ips: '127.0.0.1' })
    const client = bybitClient(server.url, made)
    const apikey = made.apiKey
    const readOnly = await master.client.post(UPDATE, { apikey, readOnly: 1, ips: '127.0.0.1' })
    expect(readOnly.json['result']).toMatchObject({
      apiKey: apikey,
      readOnly: 1,
      secret: '',
      ips: ['127.0.0.1'],
      permissions: { Spot: ['SpotTrade'] },
    })
    expect((await client.get(QUERY)).json['result']).toMatchObject({ readOnly: 1, deadlineDay: -2 })
    const forgotten = await master.client.post(UPDATE, { apikey })
    expect(forgotten.json['result']).toMatchObject({ readOnly: 0, ips: ['*'] })
    expect((await client.get(QUERY)).json['result']).toMatchObject({ ips: ['*'], deadlineDay: 90 })
  })

  it('changes permissions where they are given', async () => {
    const server = await start()
    const master = admin(server)
    const { apiKey } = await create(master)
    const permissions = { ContractTrade: ['Position'] }
    const body = { apikey: apiKey, permissions, ips: ['127.0.0.1', '192.0.2.7'] }
    const { json } = await master.client.post(UPDATE, body)
    expect(json['result']).toMatchObject({
      permissions: { ContractTrade: ['Position'], Spot: [] },
      ips: ['127.0.0.1', '192.0.2.7'],
    })
  })

  it('of a sub-account is of the key that signs, which names none', async () => {
    const server = await start()
    admin(server)
    const permissions = { Wallet: ['AccountTransfer'] }
    const sub = holder(server, { uid: SUB_UID, masterUid: MASTER_UID, permissions })
    const named = { apikey: sub.apiKey, readOnly: 1 }
    expect(await outcome(sub.client.post(UPDATE, named))).toBe('10001')
    const { json } = await sub.client.post(UPDATE, { readOnly: 1 })
    expect(json['result']).toMatchObject({ apiKey: sub.apiKey, readOnly: 1 })
    expect(await outcome(sub.client.post(UPDATE, { readOnly: 0 }))).toBe('10005')
  })
})

describe('delete-sub-api', () => {
  it('is immediate, and once', async () => {
    const server = await start()
    const master = admin(server)
    const made = await create(master)
    const body = { apikey: made.apiKey }
    expect((await master.client.post(DELETE, body)).json).toMatchObject({ retCode: 0, result: {} })
    expect(await outcome(bybitClient(server.url, made).get(QUERY))).toBe('10003')
    expect(await outcome(master.client.post(DELETE, body))).toBe('10001')
  })

  it('of a master names a key, which is one of the accounts below it', async () => {
    const server = await start()
    const master = admin(server)
    expect(await outcome(master.client.post(DELETE, {}))).toBe('10001')
    expect(await outcome(master.client.post(DELETE, { apikey: master.apiKey }))).toBe('10001')
    expect(server.keys.bybit.find(master.apiKey)).toEqual(master.key)
  })
})

describe('sub-apikeys', () => {
  it('are listed page by page, behind a cursor that has to be encoded once more', async () => {
    const server = await start()
    const master = admin(server)
    const made = Array.from({ length: 5 }, () =>
      holder(server, { uid: SUB_UID, masterUid: MASTER_UID }),
    )
    const seen: string[] = []
    let cursor = ''
    do {
      const query = `subMemberId=${SUB_UID}&limit=2&cursor=${encodeURIComponent(cursor)}`
      const { json } = await master.client.get(LIST, query)
      const page = json['result'] as { result: { apiKey: string }[]; nextPageCursor: string }
      seen.push(...page.result.map(({ apiKey }) => apiKey))
      cursor = page.nextPageCursor
      if (cursor !== '') expect(cursor).toContain('%3A')
    } while (cursor !== '')
    expect(seen).toEqual(made.map(({ apiKey }) => apiKey))
  })

  it('with a cursor that was sent as it came are refused', async () => {
    const server = await start()
    const master = admin(server)
    for (let index = 0; index < 2; index += 1) {
      holder(server, { uid: SUB_UID, masterUid: MASTER_UID })
    }
    const first = await master.client.get(LIST, `subMemberId=${SUB_UID}&limit=1`)
    const { nextPageCursor } = first.json['result'] as { nextPageCursor: string }
    const query = `subMemberId=${SUB_UID}&limit=1&cursor=${nextPageCursor}`
    expect(await outcome(master.client.get(LIST, query))).toBe('10001')
  })

  it('tell which end soon, and which have ended', async () => {
    const day = 86_400_000
    const now = Date.now()
    const server = await start({ systemTime: () => now })
    const master = admin(server)
    for (const days of [-1, 3, 30]) {
      const expiresAt = now + days * day
      holder(server, { uid: SUB_UID, masterUid: MASTER_UID, expiresAt })
    }
    const { json } = await master.client.get(LIST, `subMemberId=${SUB_UID}`, { timestamp: now })
    const { result } = json['result'] as { result: { status: number; deadlineDay: number }[] }
    expect(result.map(({ status, deadlineDay }) => [status, deadlineDay])).toEqual([
      [2, 0],
      [4, 3],
      [3, 30],
    ])
  })

  it.each([
    '',
    'subMemberId=me',
    `subMemberId=${SUB_UID}&limit=0`,
    `subMemberId=${SUB_UID}&limit=21`,
  ])('refuse %j', async (query) => {
    const { client } = admin(await start())
    expect(await outcome(client.get(LIST, query))).toBe('10001')
  })
})
