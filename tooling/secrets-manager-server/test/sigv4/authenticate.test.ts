import { describe, expect, it } from 'vitest'

import { send, sign } from '../client/signed-client.ts'
import { start } from '../client/with-server.ts'

const LIST = 'secretsmanager.ListSecrets'
const MINUTE = 60_000

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

describe('a signature', () => {
  it('of a wrong secret key does not match', async () => {
    const { as } = await start()
    const { status, json } = await as({ secretAccessKey: 'other' })('ListSecrets')
    expect(status).toBe(400)
    expect(json).toEqual({ __type: 'InvalidSignatureException', message: MISMATCH })
  })

  it('of an unknown access key is not recognised', async () => {
    const { as } = await start()
    const { status, json } = await as({ accessKeyId: 'nobody' })('ListSecrets')
    expect(status).toBe(400)
    expect(json).toEqual({
      __type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    })
  })

  it('may cover any headers, in any spacing', async () => {
    const { server } = await start()
    const headers = { 'amz-sdk-request': 'attempt=1; max=3', 'x-custom': 'a b' }
    const signed = sign({ url: server.url, headers }, LIST, '{}')
    const spaced = { ...signed, 'x-custom': '  a   b ' }
    for (const each of [signed, spaced]) {
      expect((await post(server.url, each, '{}')).status).toBe(200)
    }
    const changed = { ...signed, 'x-custom': 'a c' }
    expect((await post(server.url, changed, '{}')).body).toContain('InvalidSignatureException')
  })

  it('does not hold for another body, operation or target', async () => {
    const { server } = await start()
    const signed = sign({ url: server.url }, LIST, '{}')
    const other = { ...signed, 'x-amz-target': 'secretsmanager.GetRandomPassword' }
    expect((await post(server.url, signed, '{"MaxResults":1}')).body).toContain(MISMATCH)
    expect((await post(server.url, other, '{}')).body).toContain(MISMATCH)
    expect((await post(`${server.url}/?a=b`, signed, '{}')).body).toContain(MISMATCH)
  })

  it('has to cover the host', async () => {
    const { server } = await start()
    const signed = sign({ url: server.url }, LIST, '{}')
    const uncovered = signed['authorization']?.replace(';host;', ';') ?? ''
    const { body } = await post(server.url, { ...signed, authorization: uncovered }, '{}')
    expect(body).toContain("'Host' or ':authority' must be a 'SignedHeader'")
  })

  it('has to be there, and whole', async () => {
    const { server } = await start()
    const { authorization, ...unsigned } = sign({ url: server.url }, LIST, '{}')
    const with_ = async (header: string): Promise<string> =>
      (await post(server.url, { ...unsigned, authorization: header }, '{}')).body
    expect((await post(server.url, unsigned, '{}')).body).toBe(
      '{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}',
    )
    for (const broken of [
      'Basic dGVzdDp0ZXN0',
      'AWS4-HMAC-SHA256',
      'AWS4-HMAC-SHA256 Credential=test/20261125/us-east-1/secretsmanager/aws4_request',
      'AWS4-HMAC-SHA256 Credential=test, SignedHeaders=host, Signature=0',
    ]) {
      expect(await with_(broken)).toContain('IncompleteSignatureException')
    }
    expect(await with_(authorization ?? '')).toBe('{"SecretList":[]}')
  })
})

describe('the time of a signature', () => {
  it.each([
    [-6 * MINUTE, 'Signature expired: '],
    [6 * MINUTE, 'Signature not yet current: '],
  ])('that is off by %i ms is refused', async (skew, text) => {
    const { as } = await start()
    const { json } = await as({ signedAt: Date.now() + skew })('ListSecrets')
    expect(json['__type']).toBe('InvalidSignatureException')
    expect(json['message']).toContain(text)
  })

  it('may be off by less than five minutes', async () => {
    const { as } = await start()
    for (const skew of [-4.9 * MINUTE, 4.9 * MINUTE]) {
      expect((await as({ signedAt: Date.now() + skew })('ListSecrets')).status).toBe(200)
    }
  })

  it('is held against a clock that a knob may set, which the answers are dated by', async () => {
    const { call, server, as } = await start({ knobs: { signatureSkewMs: 10 * MINUTE } })
    const refused = await call('ListSecrets')
    expect(refused.json['message']).toContain('Signature expired: ')
    const ahead = Date.parse(refused.headers.get('date') ?? '') - Date.now()
    expect(Math.abs(ahead - 10 * MINUTE)).toBeLessThan(5000)
    expect((await as({ signedAt: Date.now() + 10 * MINUTE })('ListSecrets')).status).toBe(200)
    server.knobs.reset()
  })

  it("is not held against the server's clock of secrets", async () => {
    const { call, server } = await start()
    server.clock.advance(24 * 60 * MINUTE)
    expect((await call('ListSecrets')).status).toBe(200)
  })
})

describe('the scope of a signature', () => {
  it('is of this service', async () => {
    const { as } = await start()
    const { json } = await as({ service: 's3' })('ListSecrets')
    expect(json['message']).toBe(
      "Credential should be scoped to correct service: 'secretsmanager'. ",
    )
  })

  it('is of a region that exists', async () => {
    const { as } = await start()
    const { json } = await as({ region: 'us-east-7' })('ListSecrets')
    expect(json).toEqual({
      __type: 'InvalidSignatureException',
      message: "Credential should be scoped to a valid region, not 'us-east-7'. ",
    })
  })
})

describe('a session token', () => {
  const key = { accessKeyId: 'session', secretAccessKey: 'secret', sessionToken: 'token' }

  it('has to come with its key, and with no other', async () => {
    const { as } = await start({
      accessKeys: [key, { accessKeyId: 'test', secretAccessKey: 'test' }],
    })
    const { sessionToken, ...tokenless } = key
    expect((await as(key)('ListSecrets')).status).toBe(200)
    for (const other of [tokenless, { ...key, sessionToken: 'other' }, { sessionToken }]) {
      const { json } = await as(other)('ListSecrets')
      expect(json['__type']).toBe('UnrecognizedClientException')
    }
  })

  it('ends', async () => {
    const { as, server } = await start({ accessKeys: [{ ...key, expiresAt: 1000 }] })
    server.clock.freeze(999)
    expect((await as(key)('ListSecrets')).status).toBe(200)
    server.clock.advance(1)
    expect((await as(key)('ListSecrets')).json).toEqual({
      __type: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    })
  })
})

it('accounts do not see the secrets of each other', async () => {
  const other = { accessKeyId: 'other', secretAccessKey: 'secret', accountId: '999999999999' }
  const { as, call } = await start({
    accessKeys: [{ accessKeyId: 'test', secretAccessKey: 'test' }, other],
  })
  const created = await call('CreateSecret', { Name: 'x', SecretString: 'v' })
  for (const id of ['x', String(created.json['ARN'])]) {
    const { json } = await as(other)('GetSecretValue', { SecretId: id })
    expect(json['__type']).toBe('ResourceNotFoundException')
  }
})

it('what is refused changes nothing, and is counted', async () => {
  const { as, server } = await start()
  await as({ secretAccessKey: 'other' })('CreateSecret', { Name: 'x' })
  expect(server.store.at({ accountId: '123456789012', region: 'us-east-1' }).find('x')).toBeNull()
  expect(server.requests.all()).toEqual([
    {
      operation: 'CreateSecret',
      secretId: 'x',
      accessKeyId: null,
      status: 400,
      error: 'InvalidSignatureException',
    },
  ])
  expect(server.events.events()).toEqual([])
})

it('the same request signed by this test and sent by it is one and the same', async () => {
  const { server } = await start()
  const reply = await send({ url: server.url }, LIST, '{}')
  expect(reply.json).toEqual({ SecretList: [] })
})

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; body: string }> {
  const response = await fetch(url, { method: 'POST', headers, body })
  return { status: response.status, body: await response.text() }
}
