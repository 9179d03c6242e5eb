import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import { systemClock } from '@mm-secrets/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awsIdentity } from '../src/index.ts'
import { startAnswering } from './answers.ts'
import { refused } from './refused.ts'
import { call, optionsFor } from './stores.ts'

let server: RunningServer

beforeAll(async () => {
  server = await startServer({
    accessKeys: [
      {
        accessKeyId: 'test',
        secretAccessKey: 'test',
        accountId: '210987654321',
        arn: 'arn:aws:sts::210987654321:assumed-role/bot/desk',
      },
    ],
  })
})
beforeEach(() => {
  server.reset()
})
afterAll(() => server.close())

describe('who is asking', () => {
  it('is account and ARN, asked once however many ask', async () => {
    const identify = awsIdentity(optionsFor(server.url))
    const found = await Promise.all(Array.from({ length: 20 }, () => identify(call())))
    found.push(await identify(call()))
    expect(new Set(found.map((identity) => JSON.stringify(identity)))).toEqual(
      new Set([
        JSON.stringify({
          place: 'aws us-east-1',
          accountId: '210987654321',
          arn: 'arn:aws:sts::210987654321:assumed-role/bot/desk',
        }),
      ]),
    )
    expect(server.requests.counts()).toEqual({ GetCallerIdentity: 1 })
  })

  it('is asked again after a failure, and passing ones are repeated', async () => {
    const identify = awsIdentity(optionsFor(server.url, { attemptMs: 300 }))
    server.knobs.set({ throttleRate: 1 })
    const soon = { deadline: systemClock.now() + 100 }
    expect(await refused(identify(soon))).toMatchObject({ code: 'UNAVAILABLE' })
    server.knobs.set({ throttleRate: 0, next: [{ fault: 'reset' }, { fault: 'error' }] })
    expect(await identify(call())).toMatchObject({ accountId: '210987654321' })
  })

  it('does not hold up a person who leaves', async () => {
    server.knobs.set({ hangRate: 1, hangMs: 500 })
    const person = new AbortController()
    const asked = refused(awsIdentity(optionsFor(server.url))(call(person.signal)))
    setTimeout(() => {
      person.abort()
    }, 30)
    expect(await asked).toMatchObject({ code: 'INTERRUPTED' })
  })

  it('is given up where nobody waits any more, so that nothing keeps the process', async () => {
    const hanging: { close?: () => void } = {}
    const closed = new Promise<void>((resolve) => (hanging.close = resolve))
    const person = new AbortController()
    const other = await startAnswering((response) => {
      response.on('close', () => hanging.close?.())
      person.abort()
    })
    const identify = awsIdentity(optionsFor(other.url, { attemptMs: 20_000 }))
    expect(await refused(identify(call(person.signal)))).toMatchObject({ code: 'INTERRUPTED' })
    await closed
    await other.close()
  })

  it('is still learnt by whoever stays when another leaves', async () => {
    server.knobs.set({ latencyMs: 100 })
    const identify = awsIdentity(optionsFor(server.url))
    const person = new AbortController()
    const left = refused(identify(call(person.signal)))
    const stayed = identify(call())
    person.abort()
    expect(await left).toMatchObject({ code: 'INTERRUPTED' })
    expect(await stayed).toMatchObject({ accountId: '210987654321' })
  })

  it.each([
    ['the access key is unknown', { AWS_ACCESS_KEY_ID: 'other' }],
    ['the secret is that of another key', { AWS_SECRET_ACCESS_KEY: 'other' }],
  ])('is refused where %s', async (_, env) => {
    const identify = awsIdentity(optionsFor(server.url, { env }))
    expect(await refused(identify(call()))).toMatchObject({ code: 'STORE_CREDENTIALS' })
  })

  it('is not learnt from what is not AWS', async () => {
    const other = await startAnswering((response) => response.end('<html>Sign in</html>'))
    const identify = awsIdentity(optionsFor(other.url))
    expect(await refused(identify(call()))).toMatchObject({ code: 'CONFIG' })
    await other.close()
  })
})
