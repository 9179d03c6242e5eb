import type { Fault, NewBybitKey } from '@mm-secrets/exchange-server'
import { describe, expect, test } from 'vitest'
import { expectNoValue, failure } from './canary.ts'
import { credentialOf, desk, freshPair, storeOf } from './desk.ts'

describe('a refusal of Bybit', () => {
  test('of an unknown key names the host and the site on record', async () => {
    const { client, server } = await desk()
    const elsewhere = server.urls['testnet'] ?? ''
    const error = await failure(() =>
      client({ exchangeEndpoint: elsewhere, site: 'testnet' }).getKeyInformation(),
    )
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(error.message).toBe(
      'Bybit refused GET /v5/user/query-api: the key of shadow/bybit is unknown at ' +
        `${new URL(elsewhere).host} (10003: API key is invalid).`,
    )
    expect(error.hint).toContain('the site on record is testnet.')
    const unsaid = await failure(() => client({ exchangeEndpoint: elsewhere }).getKeyInformation())
    expect(unsaid.hint).toContain('the site on record is mainnet, since none was given.')
  })

  test('of a signature does not repeat the key that its message echoes', async () => {
    const { client, pair } = await desk()
    const wrong = { apiKey: pair.apiKey, secret: freshPair().secret }
    const { provider } = storeOf(credentialOf(wrong))
    const error = await failure(() =>
      client({ secretProvider: provider }).getOpenOrders({ category: 'linear' }),
    )
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(error.message).toContain('10004')
    expect(error.message).toContain('origin_string')
    expect(error.message).toContain(`${pair.apiKey.slice(0, 3)}...***`)
    expectNoValue(error, pair, wrong)
  })

  const keys: readonly [string, Partial<NewBybitKey>, string, RegExp][] = [
    ['that is bound elsewhere', { ips: ['192.0.2.7'] }, 'DENIED', /10010/],
    ['that has expired', { expiresAt: 1 }, 'REVOKED', /33004/],
  ]
  test.each(keys)('of a key %s says so', async (_title, key, code, message) => {
    const { client, pair } = await desk(key)
    const error = await failure(() => client().getKeyInformation())
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string })
    expectNoValue(error, pair)
  })

  const faults: readonly [Fault, string, RegExp, RegExp][] = [
    ['banned', 'DENIED', /10009.*/, /site on record is mainnet/],
    ['restricted', 'DENIED', /10024.*/, /site on record is mainnet/],
    ['frozen', 'DENIED', /10008/, /support/],
    ['error', 'UNAVAILABLE', /10016/, /again/],
    [
      'blocked',
      'DENIED',
      /HTTP 403, not with an answer of the API: Access Denied/,
      /site on record: mainnet/,
    ],
  ]
  test.each(faults)('because of %s is %s', async (fault, code, message, hint) => {
    const { client, server, pair } = await desk()
    server.knobs.set({ next: [{ fault }] })
    const error = await failure(() => client().getKeyInformation())
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    })
    expectNoValue(error, pair)
    expect(server.requests.count()).toBe(1)
  })

  test('of a parameter names it in the words of Bybit', async () => {
    const { client } = await desk()
    const error = await failure(() => client().getPositions({ category: 'linear' }))
    expect(error).toMatchObject({ code: 'USAGE' })
    expect(error.message).toContain('10001: Request parameter error. (symbol or settleCoin)')
  })

  test('by a code that is not known here is told with its code', async () => {
    const { client } = await desk()
    const fetch = async (): Promise<Response> =>
      Response.json({ retCode: 181001, retMsg: 'category only support linear or option' })
    const error = await failure(() => client({ fetch }).getOpenOrders({ category: 'inverse' }))
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(error.message).toContain('181001: category only support linear or option')
  })

  test('cannot move the cursor, forge a line, or fill the screen', async () => {
    const { client } = await desk()
    const retMsg = `\u001b[2Jall is\nwell\u202e${'!'.repeat(10_000)}`
    const fetch = async (): Promise<Response> => Response.json({ retCode: 1, retMsg })
    const { message } = await failure(() => client({ fetch }).getServerTime())
    expect(message).toContain('\\u001b[2Jall is well\\u202e')
    for (const character of '\n\u001b\u202e') expect(message).not.toContain(character)
    expect(message.length).toBeLessThan(500)
  })

  test('repeats no value in any encoding', async () => {
    const { client, pair } = await desk()
    const forms = [pair.apiKey, pair.secret].flatMap((value) => [
      value,
      Buffer.from(value).toString('base64'),
      Buffer.from(value).toString('hex'),
      Buffer.from(`x${value}`).toString('base64'),
    ])
    const answers = [
      (form: string) => Response.json({ retCode: 10016, retMsg: `no: ${form}` }),
      (form: string) => Response.json({ retCode: 10003, retMsg: `no: ${form}` }),
      (form: string) => new Response(`<html><h1>${form}</h1></html>`, { status: 502 }),
      (form: string) => new Response(`${'-'.repeat(4080)}${form}`, { status: 403 }),
      (form: string) => new Response(`<${'-'.repeat(4080)}>${form}`, { status: 502 }),
      (form: string) => new Response(form),
      (form: string) => new Response(form, { status: 401 }),
    ]
    for (const answer of answers) {
      for (const form of forms) {
        const fetch = async (): Promise<Response> => answer(form)
        const error = await failure(() => client({ fetch }).getKeyInformation())
        expectNoValue(error, pair)
      }
    }
  })

  test('leaves no value in a client that is printed', async () => {
    const { client, pair } = await desk()
    const bybit = client()
    await bybit.getKeyInformation()
    await bybit.generateSignature({ timestamp: Date.now(), params: {} })
    expectNoValue(bybit, pair)
    expectNoValue(Object.getPrototypeOf(bybit), pair)
    expect(JSON.stringify(bybit)).toBe('{}')
  })
})
