import { describe, expect, it } from 'vitest'

import { send, sign } from '../client/signed-client.ts'
import { start } from '../client/with-server.ts'

const JSON_1_1 = 'application/x-amz-json-1.1'

describe('JSON 1.1', () => {
  it('tells an operation that there is none', async () => {
    const { server } = await start()
    const url = server.url
    for (const target of ['secretsmanager.Nothing', 'secretsmanager.toString']) {
      const { status, json } = await send({ url }, target, '{}')
      expect([status, json['__type']]).toEqual([400, 'UnknownOperationException'])
    }
    for (const target of ['dynamodb.ListSecrets', 'ListSecrets', '']) {
      expect((await send({ url }, target, '{}')).status).toBe(404)
    }
  })

  it.each(['{', '[]', '"text"', 'null', '{"Name": "x",}'])('refuses the body %s', async (body) => {
    const { server } = await start()
    const reply = await send({ url: server.url }, 'secretsmanager.CreateSecret', body)
    expect([reply.status, reply.json['__type']]).toEqual([400, 'SerializationException'])
  })

  it('refuses a member of another type', async () => {
    const { call } = await start()
    for (const [operation, input] of [
      ['CreateSecret', { Name: 5 }],
      ['CreateSecret', { Name: 'x', Tags: {} }],
      ['CreateSecret', { Name: 'x', Tags: ['k'] }],
      ['ListSecrets', { MaxResults: '5' }],
      ['ListSecrets', { IncludePlannedDeletion: 'yes' }],
    ] as const) {
      expect((await call(operation, input)).json['__type']).toBe('SerializationException')
    }
  })

  it('names every broken constraint at once', async () => {
    const { call } = await start()
    const { json } = await call('PutSecretValue', { ClientRequestToken: 'short', SecretString: '' })
    expect(json).toEqual({
      __type: 'ValidationException',
      Message:
        "3 validation errors detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null; " +
        "Value 'short' at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32; " +
        "Value at 'secretString' failed to satisfy constraint: Member must have length greater than or equal to 1",
    })
  })

  it('leaves unknown members alone', async () => {
    const { call } = await start()
    expect((await call('CreateSecret', { Name: 'x', Colour: 'red' })).status).toBe(200)
  })

  it('is the type of the answers', async () => {
    const { call } = await start()
    const { headers } = await call('ListSecrets')
    expect(headers.get('content-type')).toBe(JSON_1_1)
  })

  it('may come with a charset, and no other type may', async () => {
    const { server } = await start()
    const post = async (type: string): Promise<number> => {
      const headers = { 'content-type': type }
      const signed = sign({ url: server.url, headers }, 'secretsmanager.ListSecrets', '{}')
      return (await fetch(server.url, { method: 'POST', headers: signed, body: '{}' })).status
    }
    expect(await post(`${JSON_1_1}; charset=utf-8`)).toBe(200)
    expect(await post('application/json')).toBe(404)
    expect(await post('application/x-amz-json-1.0')).toBe(404)
  })
})

it('other paths and methods are no operation', async () => {
  const { server } = await start()
  expect((await fetch(server.url)).status).toBe(404)
  expect((await fetch(`${server.url}/secret`)).status).toBe(404)
})

it('a request of STS with an unknown action is answered in XML', async () => {
  const { server } = await start()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = 'Action=Nothing&Version=2011-06-15'
  const signed = sign({ url: server.url, service: 'sts', headers }, '', body)
  const response = await fetch(server.url, { method: 'POST', headers: signed, body })
  expect(response.headers.get('content-type')).toBe('text/xml')
  expect(await response.text()).toContain('<Code>InvalidAction</Code>')
})
