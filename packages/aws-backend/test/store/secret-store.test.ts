import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import { describeWith } from '@mm-secrets/vitest-config'
import type { SecretDescription, SecretStore, VersionId } from '@mm-secrets/core'
import { Redacted } from '@mm-secrets/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awsSecretStore } from '../../src/index.ts'
import type { Moto } from '../moto.ts'
import { startMoto } from '../moto.ts'
import { refused } from '../refused.ts'
import { NAME, REGION, call, nameOf, newId, newValue, optionsFor } from '../stores.ts'

describe('on the strict server', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer()
  })
  beforeEach(() => {
    server.reset()
  })
  afterAll(() => server.close())
  describeStore(() => server.url, null)

  it('puts the tags of the settings and of the call on a secret that it creates', async () => {
    const store = awsSecretStore(optionsFor(server.url, { tags: { team: 'mm', mine: 'settings' } }))
    await store.create(NAME, { mine: 'call' }, call())
    expect((await store.describe(NAME, call()))?.tags).toEqual({ team: 'mm', mine: 'call' })
  })

  it('encrypts with the KMS key of the settings', async () => {
    const kmsKey = 'alias/mm-secrets'
    await awsSecretStore(optionsFor(server.url, { kmsKey })).create(NAME, {}, call())
    await awsSecretStore(optionsFor(server.url)).create(nameOf(`${NAME}-new`), {}, call())
    const secrets = server.store.at({ accountId: '123456789012', region: REGION }).list({})
    expect(secrets.map((secret) => [secret.name, secret.kmsKeyId]).sort()).toEqual([
      [NAME, kmsKey],
      [`${NAME}-new`, null],
    ])
  })

  it('goes through a client that it is given', async () => {
    const endpoint = server.url
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    const given = new SecretsManagerClient({ endpoint, region: 'eu-west-1', credentials })
    const client = () => Promise.resolve(given)
    const store = awsSecretStore(optionsFor('http://127.0.0.1:9', { client }))
    await store.create(NAME, {}, call())
    expect((await store.describe(NAME, call()))?.arn).toContain(':eu-west-1:')
  })

  it('does not move a label twice where the socket of a given client falls silent', async () => {
    const id = newId()
    const store = awsSecretStore(optionsFor(server.url))
    await store.create(NAME, {}, call())
    await store.put(NAME, { id, value: newValue(), labels: [`mm-${id}`] }, call())
    const given = new SecretsManagerClient({
      endpoint: server.url,
      region: REGION,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      requestHandler: { socketTimeout: 200, connectionTimeout: 2000 },
    })
    const through = awsSecretStore(
      optionsFor(server.url, { client: () => Promise.resolve(given), attemptMs: 20_000 }),
    )
    server.knobs.set({ next: [{ fault: 'hang', operation: 'UpdateSecretVersionStage' }] })
    expect(await through.moveLabel(NAME, 'AWSPENDING', null, id, call())).toBe('unknown')
    expect(server.requests.count('UpdateSecretVersionStage')).toBe(1)
  })

  it('says of tags for a deleted secret that it can be restored', async () => {
    const store = awsSecretStore(optionsFor(server.url))
    await store.create(NAME, { old: '1' }, call())
    await store.delete(NAME, 7, call())
    for (const tags of [{ new: '2' }, { old: null }]) {
      const error = await refused(store.tag(NAME, tags, call()))
      expect(error).toMatchObject({ code: 'CONFLICT' })
      expect(error.hint).toContain('restore')
    }
  })

  it('follows empty pages to the end, and asks for none before it is wanted', async () => {
    const store = awsSecretStore(optionsFor(server.url))
    const names = Array.from({ length: 230 }, (_, index) =>
      nameOf(`mm-bot/dev/bybit@a${index}/api_key`),
    )
    for (const name of names) await store.create(name, {}, call())
    server.knobs.set({ emptyPages: true })
    server.requests.clear()
    const pages = store.list('mm-bot/dev/', call())
    expect(server.requests.count()).toBe(0)
    const iterator = pages[Symbol.asyncIterator]()
    const first = await iterator.next()
    expect((first.value as readonly SecretDescription[]).length).toBe(100)
    expect(server.requests.count('ListSecrets')).toBe(2)
    const rest: SecretDescription[] = []
    for await (const page of { [Symbol.asyncIterator]: () => iterator }) rest.push(...page)
    expect(rest).toHaveLength(130)
    expect(server.requests.count('ListSecrets')).toBe(6)
  })
})

describeWith('moto_server', 'on moto', () => {
  let moto: Moto
  beforeAll(async () => {
    moto = await startMoto()
  })
  beforeEach(() => moto.reset())
  afterAll(() => moto.stop())
  describeStore(() => moto.url, 'moto')
})

/** What moto 5 does otherwise than AWS: a test that it fails is skipped there, and its title says why. */
function describeStore(url: () => string, peer: 'moto' | null): void {
  const wrong = (title: string, reason: string, test: () => Promise<void>) => {
    if (peer === null) it(title, test)
    else it.skip(`${title} (skipped: ${reason})`, test)
  }
  let store: SecretStore
  beforeEach(() => {
    store = awsSecretStore(optionsFor(url()))
  })

  async function withVersion(value = newValue()): Promise<VersionId> {
    const id = newId()
    await store.create(NAME, {}, call())
    await store.put(NAME, { id, value, labels: [`mm-${id}`] }, call())
    return id
  }

  async function withTwo(): Promise<readonly [VersionId, VersionId]> {
    const first = await withVersion()
    const second = newId()
    await store.put(NAME, { id: second, value: newValue(), labels: [`mm-${second}`] }, call())
    return [first, second]
  }

  /** Version ids by label. */
  async function labels(): Promise<Readonly<Record<string, VersionId>>> {
    const found = await store.describe(NAME, call())
    return Object.fromEntries(
      (found?.versions ?? []).flatMap(({ id, labels }) => labels.map((label) => [label, id])),
    )
  }

  describe('creating', () => {
    it('makes a secret without a version, once', async () => {
      expect(await store.create(NAME, { site: 'demo' }, call())).toBe(true)
      expect(await store.create(NAME, { site: 'mainnet' }, call())).toBe(false)
      expect(await store.describe(NAME, call())).toMatchObject({
        name: NAME,
        versions: [],
        tags: { site: 'demo' },
        deletedUntil: null,
      })
      expect(await store.get(NAME, { label: 'AWSCURRENT' }, call())).toBe(null)
    })

    wrong(
      'refuses a name that is scheduled for deletion, and says until when it can be restored',
      'moto says ResourceExists',
      async () => {
        await withVersion()
        const until = await store.delete(NAME, 7, call())
        const error = await refused(store.create(NAME, {}, call()))
        expect(error).toMatchObject({
          code: 'CONFLICT',
          hint: 'Restore it first: mm-secrets restore --env dev --exchange bybit',
        })
        expect(error.message).toContain(new Date(until).toISOString())
      },
    )
  })

  describe('writing', () => {
    it('gives the first version AWSCURRENT, and no other', async () => {
      const [first, second] = await withTwo()
      expect(await labels()).toEqual({
        AWSCURRENT: first,
        [`mm-${first}`]: first,
        [`mm-${second}`]: second,
      })
    })

    it('answers with the labels that the version has', async () => {
      await store.create(NAME, {}, call())
      const id = newId()
      const version = { id, value: newValue(), labels: [`mm-${id}`, 'AWSPENDING'] } as const
      const first = await store.put(NAME, version, call())
      expect(first).toMatchObject({ id, createdAt: null })
      expect([...first.labels].sort()).toEqual(['AWSCURRENT', 'AWSPENDING', `mm-${id}`])
    })

    it('changes nothing when the same value is written under the same id again', async () => {
      const value = newValue()
      const id = await withVersion(value)
      await store.put(NAME, { id, value, labels: [`mm-${id}`] }, call())
      expect((await store.describe(NAME, call()))?.versions).toHaveLength(1)
    })

    it('refuses another value under the same id, and keeps the first', async () => {
      const value = newValue()
      const id = await withVersion(value)
      const version = { id, value: newValue(), labels: [`mm-${id}` as const] }
      expect(await refused(store.put(NAME, version, call()))).toMatchObject({ code: 'CONFLICT' })
      const found = await store.get(NAME, { versionId: id }, call())
      expect(found?.value.reveal()).toBe(value.reveal())
    })

    it('refuses a secret that is not there', async () => {
      const version = { id: newId(), value: newValue(), labels: ['mm-x' as const] }
      expect(await refused(store.put(NAME, version, call()))).toMatchObject({ code: 'NOT_FOUND' })
    })

    wrong('refuses a secret that is scheduled for deletion', 'moto writes to it', async () => {
      await withVersion()
      await store.delete(NAME, 7, call())
      const version = { id: newId(), value: newValue(), labels: ['mm-x' as const] }
      const error = await refused(store.put(NAME, version, call()))
      expect(error).toMatchObject({
        code: 'CONFLICT',
        hint: 'Restore it first: mm-secrets restore --env dev --exchange bybit',
      })
    })

    it.each([
      ['of no bytes', ''],
      ['of 65,537 bytes', 'x'.repeat(65_537)],
      ['of fewer characters but more bytes', '\u20ac'.repeat(30_000)],
    ])('refuses a value %s before anything is sent', async (_, text) => {
      await store.create(NAME, {}, call())
      const version = { id: newId(), value: new Redacted(text), labels: ['mm-x' as const] }
      const error = await refused(store.put(NAME, version, call()))
      expect(error.code).toBe('INVALID_VALUE')
      expect((await store.describe(NAME, call()))?.versions).toEqual([])
    })

    it('takes a value of 65,536 bytes', async () => {
      const value = newValue(65_536)
      const id = await withVersion(value)
      expect((await store.get(NAME, { versionId: id }, call()))?.value.reveal()).toBe(
        value.reveal(),
      )
    })

    it('writes no version without a label, which AWS would make current', async () => {
      await store.create(NAME, {}, call())
      const version = { id: newId(), value: newValue(), labels: [] }
      expect(await refused(store.put(NAME, version, call()))).toMatchObject({ code: 'USAGE' })
      expect((await store.describe(NAME, call()))?.versions).toEqual([])
    })
  })

  describe('reading', () => {
    it('gives a version by label and by id, with its labels and time', async () => {
      const value = newValue()
      const id = await withVersion(value)
      for (const which of [{ label: 'AWSCURRENT' }, { versionId: id }] as const) {
        const found = await store.get(NAME, which, call())
        expect(found?.id).toBe(id)
        expect(found?.value.reveal()).toBe(value.reveal())
        expect([...(found?.labels ?? [])].sort()).toEqual(['AWSCURRENT', `mm-${id}`])
        expect(found?.createdAt).toBeGreaterThan(Date.UTC(2026, 0))
      }
    })

    it('has null for a secret, a label and a version that are not there', async () => {
      await withVersion()
      expect(await store.get(NAME, { label: 'AWSPENDING' }, call())).toBe(null)
      expect(await store.get(NAME, { versionId: newId() }, call())).toBe(null)
      expect(await store.get(nameOf(`${NAME}-new`), { label: 'AWSCURRENT' }, call())).toBe(null)
      expect(await store.describe(nameOf(`${NAME}-new`), call())).toBe(null)
    })

    it('gives values of any text as they were written', async () => {
      const text = 'a "quoted" \\ back\nslash \u20ac \u{1f511} \u0000 end'
      const id = await withVersion(new Redacted(text))
      expect((await store.get(NAME, { versionId: id }, call()))?.value.reveal()).toBe(text)
    })

    it('says when each version was written', async () => {
      const ids = await withTwo()
      const dates = await store.dates(NAME, call())
      expect([...(dates?.keys() ?? [])].sort()).toEqual([...ids].sort())
      for (const date of dates?.values() ?? []) expect(date).toBeGreaterThan(Date.UTC(2026, 0))
    })
  })

  describe('moving a label', () => {
    it('moves it from where it is, and AWSPREVIOUS after AWSCURRENT', async () => {
      const [first, second] = await withTwo()
      expect(await store.moveLabel(NAME, 'AWSCURRENT', first, second, call())).toBe('moved')
      expect(await labels()).toMatchObject({ AWSCURRENT: second, AWSPREVIOUS: first })
    })

    it('attaches one that is nowhere, and takes it away', async () => {
      const [first, second] = await withTwo()
      const mark = `mmp.${second}.${first}` as const
      expect(await store.moveLabel(NAME, mark, null, second, call())).toBe('moved')
      expect(await labels()).toMatchObject({ [mark]: second })
      expect(await store.moveLabel(NAME, mark, second, null, call())).toBe('moved')
      expect(await labels()).not.toHaveProperty([mark])
    })

    it('refuses a label that is not where the caller saw it', async () => {
      const [first, second] = await withTwo()
      const before = await labels()
      expect(await store.moveLabel(NAME, 'AWSCURRENT', second, first, call())).toBe('refused')
      expect(await store.moveLabel(NAME, 'AWSCURRENT', null, second, call())).toBe('refused')
      expect(await labels()).toEqual(before)
    })

    wrong(
      'refuses a version that is not there',
      'moto takes the label away all the same',
      async () => {
        const [first] = await withTwo()
        expect(await store.moveLabel(NAME, 'AWSCURRENT', first, newId(), call())).toBe('refused')
        expect(await labels()).toMatchObject({ AWSCURRENT: first })
      },
    )

    wrong(
      'refuses to take away a label that is not attached',
      'moto takes nothing away and says it did',
      async () => {
        const [first] = await withTwo()
        expect(await store.moveLabel(NAME, 'mm-other', first, null, call())).toBe('refused')
      },
    )
  })

  it('sets tags, and removes those that are null', async () => {
    await store.create(NAME, { a: '1', b: '2' }, call())
    await store.tag(NAME, { a: null, b: '3', c: '4' }, call())
    expect((await store.describe(NAME, call()))?.tags).toEqual({ b: '3', c: '4' })
    await store.tag(NAME, { a: null }, call())
    expect((await store.describe(NAME, call()))?.tags).toEqual({ b: '3', c: '4' })
  })

  it('lists by prefix what descriptions say, deleted secrets too', async () => {
    const others = ['mm-bot/dev/bybit/api_secret', 'mm-bot/prod/bybit/api_key'].map(nameOf)
    const id = await withVersion()
    for (const other of others) await store.create(other, {}, call())
    const until = await store.delete(nameOf('mm-bot/dev/bybit/api_secret'), 7, call())
    const found: SecretDescription[] = []
    for await (const page of store.list('mm-bot/dev/', call())) found.push(...page)
    found.sort((a, b) => a.name.localeCompare(b.name))
    expect(found.map(({ name, deletedUntil }) => [name, deletedUntil])).toEqual([
      ['mm-bot/dev/bybit/api_key', null],
      ['mm-bot/dev/bybit/api_secret', until],
    ])
    expect(found[0]).toEqual(await store.describe(NAME, call()))
    expect(found[0]?.versions.map((version) => version.id)).toEqual([id])
  })

  describe('deleting and restoring', () => {
    it('says until when it can be restored, and keeps the date of one that is deleted', async () => {
      await withVersion()
      const until = await store.delete(NAME, 7, call())
      expect((until - Date.now()) / 86_400_000).toBeCloseTo(7, 1)
      expect(await store.delete(NAME, 30, call())).toBe(until)
      expect((await store.describe(NAME, call()))?.deletedUntil).toBe(until)
      expect(await store.get(NAME, { label: 'AWSCURRENT' }, call())).toBe(null)
    })

    it('restores what was deleted, and leaves alone what was not', async () => {
      const id = await withVersion()
      await store.delete(NAME, 7, call())
      await store.restore(NAME, call())
      await store.restore(NAME, call())
      expect((await store.describe(NAME, call()))?.deletedUntil).toBe(null)
      expect((await store.get(NAME, { label: 'AWSCURRENT' }, call()))?.id).toBe(id)
    })

    it('refuses what is not there', async () => {
      const attempts = [() => store.delete(NAME, 7, call()), () => store.restore(NAME, call())]
      for (const attempt of attempts) {
        expect(await refused(attempt())).toMatchObject({ code: 'NOT_FOUND' })
      }
    })
  })

  it.each([
    ['that AWS would take for an ARN', 'mm-bot/dev/bybit/api_key-backup'],
    ['with a character that AWS does not take', 'mm-bot/dev/bybit/api key'],
    ['of 513 characters', 'x'.repeat(513)],
    ['of no characters', ''],
  ])('refuses a name %s before anything is sent', async (_, text) => {
    const name = nameOf(text)
    const version = { id: newId(), value: newValue(), labels: ['mm-x' as const] }
    for (const attempt of [
      () => store.get(name, { label: 'AWSCURRENT' }, call()),
      () => store.describe(name, call()),
      () => store.dates(name, call()),
      () => store.create(name, {}, call()),
      () => store.put(name, version, call()),
      () => store.moveLabel(name, 'AWSCURRENT', null, newId(), call()),
      () => store.tag(name, { a: '1' }, call()),
      () => store.delete(name, 7, call()),
      () => store.restore(name, call()),
    ]) {
      expect(await refused(attempt())).toMatchObject({ code: 'USAGE' })
    }
  })
}
