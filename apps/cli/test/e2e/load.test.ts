import { randomBytes, randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import type { Call, CredentialRef, DocumentStore, Draft, VaultDocument } from '@mm-secrets/core'
import {
  credentialRef,
  documentBackend,
  fingerprint,
  newCall,
  parseVersionId,
  Redacted,
  systemClock,
} from '@mm-secrets/core'
import { fileDocuments } from '@mm-secrets/core/file'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeHome } from './bundle.ts'
import { documentOf } from './document.ts'
import type { Pair } from './keys.ts'
import { bybitPair, letters, masked, valuesJson } from './keys.ts'

const COUNT = 10_000
const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const

describe('a vault of ten thousand credentials', () => {
  const home = makeHome()
  const pairs = new Map<string, Pair>()

  beforeAll(async () => {
    const credentials: Record<string, unknown> = {}
    for (let index = 0; index < COUNT; index++) {
      const account = `desk${index}`
      const pair = bybitPair()
      pairs.set(account, pair)
      Object.assign(credentials, await storedForm(account, pair))
    }
    const documents = fileDocuments({
      ...{ home: home.data, fs, clock: systemClock, randomness: randomBytes },
      warn: (line) => {
        throw new Error(line)
      },
      auditHead: () => Promise.resolve(null),
    })
    await documents.auditKey('dev', call())
    expect(await documents.replace('dev', { credentials }, 1, call())).toBe(true)
  })

  test.each(['list', 'status'])('is listed whole by %s', async (command) => {
    const { credentials } = documentOf<{ readonly credentials: readonly unknown[] }>(
      await home.run([command, '--env', 'dev']),
    )
    expect(credentials).toHaveLength(COUNT)
  })

  test('gives and takes single credentials', async () => {
    const [account = '', pair = bybitPair()] = [...pairs][COUNT / 2] ?? []
    const where = [...DEV, '--account', account]
    expect(documentOf(await home.run(['fetch', ...where]))).toMatchObject({
      account,
      api_key: masked(pair.key),
    })
    const next = bybitPair()
    const rotated = await home.run(['rotate', ...where, '--value-stdin'], {
      stdin: valuesJson(next),
    })
    expect(rotated.code).toBe(0)
    expect(documentOf(await home.run(['fetch', ...where, '--reveal']))).toMatchObject({
      api_key: next.key,
      api_secret: next.secret,
    })
    expect(await home.run(['audit', 'verify', '--env', 'dev'])).toMatchObject({ code: 0 })
  })
})

describe('values of 65,536 bytes', () => {
  test.each([
    ['standard input', 'x'],
    ['standard input, of two bytes a character', 'é'],
  ])('are saved and read back from %s', async (_where, character) => {
    const home = makeHome()
    const fill = (length: number) =>
      letters(16) + character.repeat((length - 16) / Buffer.byteLength(character))
    const pair = { key: fill(65_536), secret: fill(65_536) }
    const saved = await home.run(['save', ...DEV, '--value-stdin'], { stdin: valuesJson(pair) })
    expect(saved.code).toBe(0)
    expect(documentOf(await home.run(['fetch', ...DEV]))).toMatchObject({
      api_key: masked(pair.key),
    })
    const revealed = documentOf(await home.run(['fetch', ...DEV, '--reveal']))
    expect(revealed).toMatchObject({ api_key: pair.key, api_secret: pair.secret })
  })

  test.runIf(process.platform === 'linux')(
    'on Linux are taken from the command line too',
    async () => {
      const home = makeHome()
      const secret = letters(65_536)
      const values = ['--api-key', bybitPair().key, '--api-secret', secret]
      expect(await home.run(['save', ...DEV, ...values])).toMatchObject({ code: 0 })
      const revealed = documentOf(await home.run(['fetch', ...DEV, '--reveal']))
      expect(revealed).toMatchObject({ api_secret: secret })
    },
  )
})

/** What the vault's document holds of a credential that was saved: the backend's own form, made without a vault. */
async function storedForm(account: string, pair: Pair): Promise<VaultDocument['credentials']> {
  let kept: VaultDocument['credentials'] = {}
  let revision = 0
  const store: DocumentStore = {
    read: () =>
      Promise.resolve(
        revision === 0
          ? null
          : { document: { auditKey: '', auditHead: null, credentials: kept }, revision },
      ),
    replace: (_env, { credentials }) => {
      kept = credentials
      revision += 1
      return Promise.resolve(true)
    },
  }
  const ref: CredentialRef = credentialRef({ env: 'dev', exchange: 'bybit', account })
  const values = { api_key: new Redacted(pair.key), api_secret: new Redacted(pair.secret) }
  await documentBackend(store, { clock: systemClock }).putPending(
    ref,
    null,
    draftOf(values),
    call(),
  )
  return kept
}

function draftOf(values: Draft['values']): Draft {
  const prints = Object.entries(values).map(([keyType, value]) => [keyType, fingerprint(value)])
  const unknown = { site: null, expiresAt: null, exposedAt: null, revokedAt: null, copyOf: null }
  const fingerprints = Object.fromEntries(prints) as Draft['metadata']['fingerprints']
  return {
    versionId: parseVersionId(randomUUID())!,
    values,
    metadata: { createdAt: systemClock.now(), fingerprints, ...unknown },
  }
}

function call(): Call {
  return newCall(systemClock)
}
