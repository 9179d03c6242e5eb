import type { RunningServer, ServerOptions } from '@mm-secrets/secrets-manager-server'
import { parsePoliciesFile, startServer } from '@mm-secrets/secrets-manager-server'
import type { Redacted, SecretName, SecretStore } from '@mm-secrets/core'
import { afterEach, describe, expect, it } from 'vitest'
import { awsSecretStore } from '../../src/index.ts'
import { refused } from '../refused.ts'
import { call, nameOf, newId, newValue, optionsFor } from '../stores.ts'

const CURRENT = { label: 'AWSCURRENT' } as const

/** As the guide has it for reading; a listing on a pattern grants nothing. */
const READING = {
  Effect: 'Allow',
  Action: [
    'secretsmanager:GetSecretValue',
    'secretsmanager:DescribeSecret',
    'secretsmanager:ListSecrets',
  ],
  Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/*',
}

const BATCHES = {
  Effect: 'Allow',
  Action: 'secretsmanager:BatchGetSecretValue',
  Resource: '*',
}

const open: RunningServer[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

interface Desk {
  readonly server: RunningServer
  readonly names: readonly SecretName[]
  readonly values: ReadonlyMap<SecretName, Redacted>
  /** As a reader with this policy. */
  reader(): SecretStore
}

/** So many secrets, and a reader whose policy is this; the writer may do everything. */
async function withSecrets(count: number, ...statements: readonly object[]): Promise<Desk> {
  const policies = parsePoliciesFile(
    JSON.stringify({
      keys: [
        {
          accessKeyId: 'reader',
          secretAccessKey: 'reader',
          policies: [{ Version: '2012-10-17', Statement: statements }],
        },
      ],
    }),
  )
  const options: ServerOptions = {
    policies,
    accessKeys: [{ accessKeyId: 'test', secretAccessKey: 'test' }],
  }
  const server = await startServer(options)
  open.push(server)
  const writer = awsSecretStore(optionsFor(server.url))
  const names = Array.from({ length: count }, (_, index) =>
    nameOf(`mm-bot/dev/bybit@a${index}/api_key`),
  )
  const values = new Map<SecretName, Redacted>()
  for (const name of names) {
    const [id, value] = [newId(), newValue()]
    await writer.create(name, {}, call())
    await writer.put(name, { id, value, labels: [`mm-${id}`] }, call())
    values.set(name, value)
  }
  server.requests.clear()
  const env = { AWS_ACCESS_KEY_ID: 'reader', AWS_SECRET_ACCESS_KEY: 'reader' }
  return {
    server,
    names,
    values,
    reader: () => awsSecretStore(optionsFor(server.url, { env })),
  }
}

async function readAll(store: SecretStore, { names, values }: Desk): Promise<void> {
  const found = await Promise.all(names.map((name) => store.get(name, CURRENT, call())))
  expect(found.map((each) => each?.value.reveal())).toEqual(
    names.map((name) => values.get(name)?.reveal()),
  )
}

describe('batches', () => {
  it('answer a hundred secrets in five requests where they are permitted', async () => {
    const desk = await withSecrets(100, READING, BATCHES)
    await readAll(desk.reader(), desk)
    expect(desk.server.requests.counts()).toEqual({ BatchGetSecretValue: 5 })
  })

  it('give way to one request for each where they are not, and are not asked for again', async () => {
    const desk = await withSecrets(100, READING)
    const store = desk.reader()
    await readAll(store, desk)
    expect(desk.server.requests.counts()).toEqual({ BatchGetSecretValue: 1, GetSecretValue: 100 })
    await readAll(store, desk)
    expect(desk.server.requests.counts()).toEqual({ BatchGetSecretValue: 1, GetSecretValue: 200 })
  })

  it('are not asked for by seven secrets or fewer', async () => {
    const desk = await withSecrets(7, READING)
    await readAll(desk.reader(), desk)
    expect(desk.server.requests.counts()).toEqual({ GetSecretValue: 7 })
  })

  it('leave out what they cannot say: other stages and versions', async () => {
    const desk = await withSecrets(8, READING, BATCHES)
    const store = desk.reader()
    const [name = nameOf('')] = desk.names
    const others = [
      store.get(name, { label: 'AWSPREVIOUS' }, call()),
      store.get(name, { versionId: newId() }, call()),
    ]
    await readAll(store, desk)
    expect(await Promise.all(others)).toEqual([null, null])
    expect(desk.server.requests.counts()).toEqual({ BatchGetSecretValue: 1, GetSecretValue: 2 })
  })

  it('tell of each secret what would be told of it alone', async () => {
    const denied = {
      Effect: 'Deny',
      Action: 'secretsmanager:GetSecretValue',
      Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/dev/bybit@a1/*',
    }
    const desk = await withSecrets(20, READING, BATCHES, denied)
    const [deleted, forbidden, ...rest] = desk.names
    await awsSecretStore(optionsFor(desk.server.url)).delete(deleted ?? nameOf(''), 7, call())
    desk.server.requests.clear()
    const store = desk.reader()
    const missing = store.get(nameOf('mm-bot/dev/bybit@none/api_key'), CURRENT, call())
    const first = store.get(deleted ?? nameOf(''), CURRENT, call())
    const second = refused(store.get(forbidden ?? nameOf(''), CURRENT, call()))
    await readAll(store, { ...desk, names: rest })
    expect([await missing, await first]).toEqual([null, null])
    expect(await second).toMatchObject({ code: 'DENIED' })
    expect((await second).message).toContain(forbidden)
    // What is deleted and what is denied are asked for again by themselves.
    expect(desk.server.requests.counts()).toEqual({ BatchGetSecretValue: 2, GetSecretValue: 2 })
  })

  it('serve a policy that permits reads of AWSCURRENT alone', async () => {
    const condition = { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } }
    const desk = await withSecrets(10, { ...READING, Condition: condition }, BATCHES)
    await readAll(desk.reader(), desk)
  })

  it('are repeated as a whole when they were throttled or lost', async () => {
    const desk = await withSecrets(40, READING, BATCHES)
    desk.server.knobs.set({
      next: [{ fault: 'throttle' }, { fault: 'lost-reply' }, { fault: 'error', after: 1 }],
    })
    await readAll(desk.reader(), desk)
    expect(desk.server.requests.counts()).toEqual({ BatchGetSecretValue: 5 })
  })

  it('fail for each by name when the store does not answer', async () => {
    const desk = await withSecrets(8, READING, BATCHES)
    desk.server.knobs.set({ throttleRate: 1 })
    const store = desk.reader()
    const soon = { deadline: Date.now() + 300 }
    const errors = await Promise.all(
      desk.names.map((name) => refused(store.get(name, CURRENT, soon))),
    )
    for (const [index, error] of errors.entries()) {
      expect(error.code).toBe('UNAVAILABLE')
      expect(error.message).toContain(`GetSecretValue of ${desk.names[index] ?? ''} in us-east-1`)
    }
  })
})

describe('the same version asked for at once', () => {
  it('is one request, and its value one for all', async () => {
    const desk = await withSecrets(1, READING)
    const store = desk.reader()
    const [name = nameOf('')] = desk.names
    const found = await Promise.all(
      Array.from({ length: 500 }, () => store.get(name, CURRENT, call())),
    )
    expect(new Set(found.map((each) => each?.value.reveal()))).toEqual(
      new Set([desk.values.get(name)?.reveal()]),
    )
    expect(desk.server.requests.counts()).toEqual({ GetSecretValue: 1 })
  })

  it('is asked for anew in the next turn: no answer is older than its question', async () => {
    const desk = await withSecrets(1, READING)
    const store = desk.reader()
    const [name = nameOf('')] = desk.names
    const first = store.get(name, CURRENT, call())
    await new Promise(setImmediate)
    await Promise.all([first, store.get(name, CURRENT, call())])
    expect(desk.server.requests.counts()).toEqual({ GetSecretValue: 2 })
  })

  it('reaches everyone who still waits when others have left', async () => {
    const desk = await withSecrets(1, READING)
    const store = desk.reader()
    const [name = nameOf('')] = desk.names
    desk.server.knobs.set({ latencyMs: 500 })
    const person = new AbortController()
    const leaving = refused(store.get(name, CURRENT, call(person.signal)))
    const short = refused(store.get(name, CURRENT, { deadline: Date.now() + 20 }))
    const waiting = store.get(name, CURRENT, call())
    setTimeout(() => {
      person.abort()
    }, 30)
    expect(await leaving).toMatchObject({ code: 'INTERRUPTED' })
    expect(await short).toMatchObject({ code: 'UNAVAILABLE' })
    expect((await waiting)?.value.reveal()).toBe(desk.values.get(name)?.reveal())
  })
})
