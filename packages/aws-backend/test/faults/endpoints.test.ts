import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Backend, Clock, SecretsError } from '@mm-secrets/core'
import { DEFAULT_NAMESPACE, newCall, systemClock } from '@mm-secrets/core'
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startAnswering } from '../answers.ts'
import { newMembers, ref, save } from '../guide/guide-server.ts'
import { refused } from '../refused.ts'
import { optionsFor } from '../stores.ts'
import { awsBackend } from '../../src/index.ts'
import { selfSigned } from './self-signed.ts'
import type { VirtualTime } from './virtual-time.ts'
import { startVirtualTime } from './virtual-time.ts'

const LIMIT_MS = 30_000
const bybit = ref('shadow', 'bybit')

let time: VirtualTime | null = null

beforeAll(async () => {
  // Loading the SDK is no part of waiting for a server.
  const nobody = awsBackend({ ...optionsFor('http://127.0.0.1:9'), warn: () => undefined })
  await refused(nobody.describe(bybit, { deadline: systemClock.now() + 500 }))
})
afterEach(() => {
  time?.stop()
  time = null
})

/** Listens on 127.0.0.1 and breaks what is open in the end. @returns its port */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** Takes connections and never says a word. */
function silent(): Promise<number> {
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined).resume()
    }),
  )
}

/** What each verb comes to in the time of the call, which passes as fast as nothing happens. */
async function errorsInTimeAt(url: string): Promise<readonly SecretsError[]> {
  time = startVirtualTime(() => 0)
  const { clock } = time
  const began = clock.now()
  const errors = await errorsAt(url, clock)
  expect(clock.now() - began).toBeLessThanOrEqual(VERBS.length * (LIMIT_MS + GRACE_MS))
  return errors
}

/** What each verb comes to. */
async function errorsAt(url: string, clock = systemClock): Promise<readonly SecretsError[]> {
  const errors: SecretsError[] = []
  for (const verb of VERBS) {
    const backend = awsBackend({ ...optionsFor(url, { clock }), warn: () => undefined })
    errors.push(await refused(verb(backend, clock)))
  }
  return errors
}

/** A limit counts from when a request is begun. */
const GRACE_MS = 250

const VERBS: readonly ((backend: Backend, clock: Clock) => Promise<unknown>)[] = [
  (backend, clock) => backend.read(bybit, { stage: 'AWSCURRENT' }, newCall(clock)),
  (backend, clock) => backend.describe(bybit, newCall(clock)),
  (backend, clock) => {
    const filter = { namespace: DEFAULT_NAMESPACE, envs: ['shadow'] as const }
    return backend.list(filter, newCall(clock))[Symbol.asyncIterator]().next()
  },
  (backend, clock) => save(backend, bybit, newMembers(bybit), 'pair', newCall(clock)),
]

describe('what never answers', () => {
  it('is given up at the end of the call: a proxy that takes requests and hangs', async () => {
    const url = `http://127.0.0.1:${await silent()}`
    for (const { code, hint, message } of await errorsInTimeAt(url)) {
      expect(code).toBe('UNAVAILABLE')
      expect(message).toMatch(/no answer came in time|out of time before AWS answered/)
      expect(hint).toContain('proxies')
    }
  })

  it('is given up where TLS is never agreed upon', async () => {
    const url = `https://127.0.0.1:${await silent()}`
    for (const { code, hint } of await errorsInTimeAt(url)) {
      expect(code).toBe('UNAVAILABLE')
      expect(hint).toContain('proxies')
    }
  })

  it('is given up where an answer comes byte by byte and never ends', async () => {
    const server = await startAnswering((response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).write('{"Name":"')
    })
    onTestFinished(() => server.close())
    for (const { code } of await errorsInTimeAt(server.url)) expect(code).toBe('UNAVAILABLE')
  })

  it('is not waited for once the person leaves', async () => {
    const url = `http://127.0.0.1:${await silent()}`
    const backend = awsBackend({ ...optionsFor(url), warn: () => undefined })
    const person = new AbortController()
    const read = refused(
      backend.read(bybit, { stage: 'AWSCURRENT' }, newCall(systemClock, person.signal)),
    )
    setImmediate(() => {
      person.abort()
    })
    expect(await read).toMatchObject({ code: 'INTERRUPTED' })
  })
})

describe('TLS', () => {
  it('with a certificate that nobody vouches for is refused at once', async () => {
    const server = createTlsServer(selfSigned(), (socket) => {
      socket.on('error', () => undefined)
    })
    server.on('tlsClientError', () => undefined)
    const url = `https://127.0.0.1:${await listen(server)}`
    for (const { code, hint, message } of await errorsAt(url)) {
      expect(code).toBe('CONFIG')
      expect(message).toContain('is not AWS')
      expect(hint).toContain('certificates')
    }
  })

  it('that cannot be agreed upon is refused at once', async () => {
    const server = createTlsServer({})
    server.on('tlsClientError', () => undefined)
    const url = `https://127.0.0.1:${await listen(server)}`
    for (const { code } of await errorsAt(url)) expect(code).toBe('CONFIG')
  })
})

describe('what is no HTTP', () => {
  it('is no AWS: a server that speaks first', async () => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined).end('220 mail.example ESMTP\r\n')
      }),
    )
    for (const { code, message } of await errorsAt(`http://127.0.0.1:${port}`)) {
      expect(['CONFIG', 'UNAVAILABLE']).toContain(code)
      expect(message).not.toContain('ESMTP')
    }
  })
})
