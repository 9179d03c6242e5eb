import type { Exchange } from '@mm-secrets/core'
import { EXCHANGES, memberEntries, Redacted, systemClock } from '@mm-secrets/core'
import type { Fault } from '@mm-secrets/exchange-server'
import { describe, expect, test } from 'vitest'
import { annotationOf, askExchange, judgeKey } from '../../src/index.ts'
import type { Values } from '../credentials.ts'
import { credentialOf, freshValues, newVersionId } from '../credentials.ts'
import { everyPrint } from '../every-print.ts'
import { ask, issued, start } from './with-server.ts'

function expectNothingOf(values: Values, shown: unknown): void {
  const text = everyPrint(shown)
  for (const value of Object.values(values)) expect(text).not.toContain(value)
}

const FAULTS: readonly Fault[] = [
  'throttle',
  'error',
  'blocked',
  'banned',
  'restricted',
  'frozen',
  'reset',
  'late-error',
]

describe.each(EXCHANGES)('a value of %s', (exchange: Exchange) => {
  test('is in no answer, whatever the exchange says', async () => {
    const server = await start()
    for (const fault of [null, ...FAULTS]) {
      const values = freshValues(exchange)
      const { credential } = issued(server, exchange, {}, values)
      server.knobs.set({ next: fault === null ? [] : [{ fault, after: 1 }] })
      const answer = await ask(server, credential)
      expectNothingOf(values, answer)
      if (answer.outcome !== 'alive') continue
      const recorded = { site: 'mainnet', createdAt: null }
      expectNothingOf(values, judgeKey(answer.facts, 'prod', recorded, Date.now()))
      expectNothingOf(values, annotationOf(answer.facts))
    }
  })

  test('is in no answer of an exchange that repeats all that it was sent, nor is the signature', async () => {
    const values = freshValues(exchange)
    const credential = credentialOf(exchange, values)
    const members = memberEntries(exchange, credential.members).map(([, value]) => value.reveal())
    const encoded = members.map((value) => Buffer.from(value).toString('base64'))
    const echo: typeof fetch = (input, init) => {
      const sent = JSON.stringify([members, input, init?.headers, encoded])
      const body = { retCode: 10004, code: exchange === 'kucoin' ? '400005' : -1022 }
      return Promise.resolve(Response.json({ ...body, retMsg: sent, msg: sent }))
    }
    const options = { site: 'mainnet', fetch: echo, clock: systemClock }
    const answer = await askExchange(credential, options)
    expect(answer).toMatchObject({ outcome: 'unknown', reason: 'signature' })
    expect(answer).toHaveProperty('said', expect.stringContaining('...***'))
    const shown = everyPrint(answer)
    for (const value of [...members, ...encoded]) expect(shown).not.toContain(value)
    expect(shown).not.toMatch(/[0-9a-f]{64}|[A-Za-z0-9+/]{43}=/)
  })

  test('is in no answer when the HTTP stack repeats it in its error', async () => {
    const values = freshValues(exchange)
    const failing: typeof fetch = (input, init) =>
      Promise.reject(
        new TypeError(`fetch failed: ${JSON.stringify([input, init?.headers, values])}`, {
          cause: Object.assign(new Error(values.secret), { code: values.key.toUpperCase() }),
        }),
      )
    const credential = credentialOf(exchange, values)
    const answer = await askExchange(credential, {
      site: 'mainnet',
      fetch: failing,
      clock: systemClock,
    })
    expect(answer).toMatchObject({ outcome: 'unknown', reason: 'unreachable', code: null })
    expectNothingOf(values, answer)
  })

  test('is in no error', async () => {
    const values = freshValues(exchange)
    const whole = credentialOf(exchange, values)
    const torn = new Redacted(values.secret, { keyType: 'api_secret', versionId: newVersionId() })
    const credentials = [
      { ...whole, members: { ...whole.members, api_secret: torn } },
      credentialOf(exchange, { ...values, key: `${values.key} ` }),
      credentialOf(exchange, { ...values, secret: `${values.secret}\n` }),
    ]
    for (const credential of credentials) {
      const error: unknown = await askExchange(credential, {
        site: 'mainnet',
        fetch,
        clock: systemClock,
      }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Error)
      expect(error).toHaveProperty('code', expect.stringMatching(/^(?:TORN_PAIR|INVALID_VALUE)$/))
      expectNothingOf(values, error)
    }
  })
})
