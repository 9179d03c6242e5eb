import type { CredentialRef, CredentialState, SecretStore } from '@mm-secrets/core'
import { DEFAULT_NAMESPACE, cachingProvider, pairedBackend, systemClock } from '@mm-secrets/core'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { parsePoliciesFile, startServer } from '@mm-secrets/secrets-manager-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { awsBackend, awsSecretStore } from '../../src/index.ts'
import { newMembers, ref, save } from '../guide/guide-server.ts'
import { call, optionsFor } from '../stores.ts'
import { withPairs } from './many-secrets.ts'
import { print } from './print.ts'

const CURRENT = { stage: 'AWSCURRENT' } as const

const open = (server: RunningServer) =>
  awsBackend({ ...optionsFor(server.url), warn: () => undefined })

async function start(...options: Parameters<typeof startServer>): Promise<RunningServer> {
  const server = await startServer(...options)
  onTestFinished(() => server.close())
  return server
}

async function listed(server: RunningServer): Promise<readonly CredentialState[]> {
  const found: CredentialState[] = []
  const filter = { namespace: DEFAULT_NAMESPACE, envs: ['dev'] as const }
  server.requests.clear()
  for await (const page of open(server).list(filter, call())) found.push(...page)
  return found
}

describe('a list', () => {
  it(
    'of 10,000 secrets is a hundred requests, and none for each credential',
    { timeout: 60_000 },
    async () => {
      const server = await start()
      withPairs(server, 5000)
      const found = await listed(server)
      expect(found).toHaveLength(5000)
      expect(new Set(found.map(({ condition }) => condition))).toEqual(new Set(['whole']))
      expect(server.requests.counts()).toEqual({ ListSecrets: 100 })
      print('list and status of 10,000 secrets: 100 requests')
    },
  )

  it('asks for the age of what other tools wrote, once for each', async () => {
    const server = await start()
    withPairs(server, 20, false)
    const found = await listed(server)
    expect(new Set(found.map(({ condition }) => condition))).toEqual(new Set(['unpaired']))
    expect(server.requests.counts()).toEqual({ ListSecrets: 1, ListSecretVersionIds: 20 })
  })
})

describe('a thousand cold reads of fifty credentials at once', () => {
  const READING = {
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/*',
  }
  const BATCHES = {
    Effect: 'Allow',
    Action: 'secretsmanager:BatchGetSecretValue',
    Resource: '*',
  }

  async function readAll(...statements: readonly object[]): Promise<RunningServer> {
    const key = { accessKeyId: 'bot', secretAccessKey: 'of-the-bot' }
    const policies = [{ Version: '2012-10-17', Statement: statements }]
    const server = await start({
      policies: parsePoliciesFile(JSON.stringify({ keys: [{ ...key, policies }] })),
    })
    const refs = withPairs(server, 50)
    const env = { AWS_ACCESS_KEY_ID: 'bot', AWS_SECRET_ACCESS_KEY: 'of-the-bot' }
    const backend = awsBackend({ ...optionsFor(server.url, { env }), warn: () => undefined })
    const read = (of: CredentialRef) => backend.read(of, CURRENT, call())
    const provider = cachingProvider({ read }, systemClock)
    const reads = Array.from({ length: 20 }, () => refs).flat()
    const found = await Promise.all(reads.map((of) => provider.getCredential(of)))
    expect(found.map((credential) => credential.ref)).toEqual(reads)
    return server
  }

  it('are five batches where those are permitted', async () => {
    const server = await readAll(READING, BATCHES)
    expect(server.requests.counts()).toEqual({ BatchGetSecretValue: 5 })
    print('1,000 cold reads of 50 credentials at once: 5 requests in batches')
  })

  it("are a hundred reads and one denial under the guide's policy", async () => {
    const server = await readAll(READING)
    expect(server.requests.counts()).toEqual({ BatchGetSecretValue: 1, GetSecretValue: 100 })
    print('1,000 cold reads of 50 credentials at once, batches denied: 100 requests and 1 denial')
  })
})

describe('a read', () => {
  /** How many are under way at once, at most. */
  function watched(store: SecretStore): { readonly store: SecretStore; most(): number } {
    let [now, most] = [0, 0]
    const get: SecretStore['get'] = async (...asked) => {
      most = Math.max(most, ++now)
      try {
        return await store.get(...asked)
      } finally {
        now--
      }
    }
    return { store: { ...store, get }, most: () => most }
  }

  it.each([
    { exchange: 'bybit', layout: 'pair', members: 2 },
    { exchange: 'kucoin', layout: 'pair', members: 3 },
    { exchange: 'bybit', layout: 'json', members: 1 },
    { exchange: 'kucoin', layout: 'json', members: 1 },
  ] as const)(
    'of $exchange in $layout layout is one parallel round of $members once the layout is known',
    async ({ exchange, layout, members }) => {
      const server = await start()
      const of = ref('shadow', exchange)
      await save(open(server), of, newMembers(of), layout)
      const { most, store } = watched(awsSecretStore(optionsFor(server.url)))
      const reader = pairedBackend(store, { clock: systemClock, warn: () => undefined })
      if (layout === 'json') await reader.read(of, CURRENT, call())
      server.requests.clear()
      const warm = most()
      expect((await reader.read(of, CURRENT, call()))?.layout).toBe(layout)
      expect(server.requests.counts()).toEqual({ GetSecretValue: members })
      expect(Math.max(warm, most())).toBe(
        layout === 'json' ? (exchange === 'kucoin' ? 3 : 2) : members,
      )
    },
  )
})

/** Requests over HTTP: the port's own are counted in core. */
describe('a write in step', () => {
  it.each([
    { exchange: 'bybit', first: 9, rotation: 16 },
    { exchange: 'kucoin', first: 13, rotation: 23 },
  ] as const)(
    'of $exchange is at most $first requests at first, and $rotation for a rotation, beside a look for JSON',
    async ({ exchange, first, rotation }) => {
      const server = await start()
      const of = ref('shadow', exchange)
      const counts = []
      for (let write = 0; write < 4; write++) {
        server.requests.clear()
        await save(open(server), of, newMembers(of))
        counts.push(server.requests.count())
      }
      const [saved = 0, ...rotations] = counts
      print(`${exchange}: first save ${saved} requests, rotations ${rotations.join(', ')}`)
      expect(saved).toBeLessThanOrEqual(first + LOOK_FOR_JSON)
      expect(Math.max(...rotations)).toBeLessThanOrEqual(rotation + LOOK_FOR_JSON)
    },
  )
})

const LOOK_FOR_JSON = 1
