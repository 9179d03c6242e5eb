import type { CredentialRef } from '@mm-secrets/core'
import { cachingProvider, credentialRef, newCall, systemClock } from '@mm-secrets/core'
import { valuesFor } from '@mm-secrets/core/contract'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { parsePoliciesFile, startServer } from '@mm-secrets/secrets-manager-server'
import { afterEach, expect, it } from 'vitest'
import { awsBackend, awsSecretStore } from '../src/index.ts'
import { call, newId, optionsFor } from './stores.ts'
import { secretName } from '@mm-secrets/core'

const READING = {
  Effect: 'Allow',
  Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/*',
}
const BATCHES = { Effect: 'Allow', Action: 'secretsmanager:BatchGetSecretValue', Resource: '*' }

const REFS: readonly CredentialRef[] = Array.from({ length: 50 }, (_, index) =>
  credentialRef({ env: 'dev', exchange: 'bybit', account: `desk${index}` }),
)

let server: RunningServer | null = null

afterEach(() => server?.close())

/** Fifty pairs, and a server on which a bot may do what the statements say. */
async function withFiftyPairs(...statements: readonly object[]): Promise<RunningServer> {
  const policies = [{ Version: '2012-10-17', Statement: statements }]
  const key = { accessKeyId: 'bot', secretAccessKey: 'bot', policies }
  const started = await startServer({
    policies: parsePoliciesFile(JSON.stringify({ keys: [key] })),
    accessKeys: [{ accessKeyId: 'test', secretAccessKey: 'test' }],
  })
  server = started
  const store = awsSecretStore(optionsFor(started.url))
  for (const ref of REFS) {
    const id = newId()
    const { api_key, api_secret } = valuesFor('bybit', id)
    for (const [keyType, value] of [
      ['api_secret', api_secret],
      ['api_key', api_key],
    ] as const) {
      const name = secretName(ref, keyType)
      await store.create(name, {}, call())
      await store.put(name, { id, value, labels: [`mm-${id}`] }, call())
    }
  }
  started.requests.clear()
  return started
}

/** A thousand reads at once, through the cache that bots have. */
async function readAThousandTimes(url: string): Promise<void> {
  const env = { AWS_ACCESS_KEY_ID: 'bot', AWS_SECRET_ACCESS_KEY: 'bot' }
  const backend = awsBackend({ ...optionsFor(url, { env }), warn: () => undefined })
  const read = (ref: CredentialRef) =>
    backend.read(ref, { stage: 'AWSCURRENT' }, newCall(systemClock))
  const provider = cachingProvider({ read }, systemClock, 60)
  const reads = Array.from({ length: 1000 / REFS.length }, () => REFS).flat()
  const found = await Promise.all(reads.map((ref) => provider.getCredential(ref)))
  for (const credential of found) {
    expect(credential.members.api_key.reveal()).toBe(
      valuesFor('bybit', credential.versionId).api_key.reveal(),
    )
  }
}

it('a thousand cold reads of fifty credentials are five batches where batches are permitted', async () => {
  const { url, requests } = await withFiftyPairs(READING, BATCHES)
  await readAThousandTimes(url)
  expect(requests.counts()).toEqual({ BatchGetSecretValue: 5 })
})

it('elsewhere they are a hundred requests, after one batch that is denied', async () => {
  const { url, requests } = await withFiftyPairs(READING)
  await readAThousandTimes(url)
  expect(requests.counts()).toEqual({ BatchGetSecretValue: 1, GetSecretValue: 100 })
})
