import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Call } from '@mm-secrets/core'
import { expect, onTestFinished, test } from 'vitest'
import { awsSecretStore } from '../../src/index.ts'
import { refused } from '../refused.ts'
import { NAME, TEST_KEYS, optionsFor } from '../stores.ts'

/** What is refused is tried again until then. */
const soon = (): Call => ({ deadline: Date.now() + 1500 })

/** A proxy that lets nobody through, and whom it was asked for. */
async function startProxy(): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const server = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const storeBehind = (env: Readonly<Record<string, string>>) =>
  awsSecretStore({
    ...optionsFor('http://127.0.0.1:1', { region: 'eu-west-1' }),
    env: { ...TEST_KEYS, ...env },
  })

test('requests to AWS go through HTTPS_PROXY, and one that refuses is an error in time', async () => {
  const proxy = await startProxy()
  const store = storeBehind({ HTTPS_PROXY: proxy.url })
  const error = await refused(store.get(NAME, { label: 'AWSCURRENT' }, soon()))
  expect(error.code).toBe('UNAVAILABLE')
  expect(proxy.asked[0]).toBe('secretsmanager.eu-west-1.amazonaws.com:443')
})

test('a host of NO_PROXY is asked without it', async () => {
  const proxy = await startProxy()
  const env = { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' }
  const store = storeBehind({ ...env, AWS_ENDPOINT_URL: 'https://127.0.0.1:1' })
  await refused(store.get(NAME, { label: 'AWSCURRENT' }, soon()))
  expect(proxy.asked).toEqual([])
})
