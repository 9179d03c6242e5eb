import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { beforeEach, describe, expect, test } from 'vitest'
import type { FileDocuments } from '../../../src/backend/file/index.ts'
import type { VaultContent } from '../../../src/backend/file/vault-content.ts'
import { formatVault, hashOf } from '../../../src/backend/file/vault-content.ts'
import { valuesFor } from '../../contract/values.ts'
import { refusal } from '../../refusal.ts'
import { call, useVaultDesk } from './desk.ts'

const desk = useVaultDesk()
const NAME = 'mm-bot/dev/bybit/api_key'

/** One version of a credential as the document keeps it. */
interface Stored {
  readonly versions: readonly {
    readonly id: string
    readonly frozen: boolean
    readonly metadata: Readonly<Record<string, unknown>>
    readonly values: Readonly<Record<string, string>>
  }[]
}

function stored(id: string, change: object = {}, metadata: object = {}): Stored {
  const { api_key, api_secret } = valuesFor('bybit', randomUUID())
  const version = {
    id,
    writtenAt: 1,
    frozen: false,
    metadata: {
      createdAt: 1,
      fingerprints: {},
      site: null,
      expiresAt: null,
      exposedAt: null,
      revokedAt: null,
      copyOf: null,
      ...metadata,
    },
    values: { api_key: api_key.reveal(), api_secret: api_secret.reveal() },
    ...change,
  }
  const pointers = { current: id, previous: null, pending: [], deletedUntil: null }
  return { layout: 'pair', ...pointers, versions: [version] } as Stored
}

const id = randomUUID()
let documents: FileDocuments
let backup: Uint8Array

async function write(credential: Stored): Promise<void> {
  const revision = (await documents.read('dev', call()))?.revision ?? 0
  const next = { credentials: { [NAME]: credential } }
  expect(await documents.replace('dev', next, revision, call())).toBe(true)
}

const current = async (from: FileDocuments = desk.open()): Promise<unknown> =>
  (await from.read('dev', call()))?.document.credentials
const inspect = (file: Uint8Array = backup, from = desk.open()) =>
  from.keeper.inspectBackup('dev', file, call())
const restore = (file: Uint8Array = backup, from = desk.open()) =>
  from.keeper.restoreBackup('dev', file, call())

let saved: Stored

beforeEach(async () => {
  documents = desk.open({ ownLabel: 'ada@desk' })
  saved = stored(id)
  await write(saved)
  backup = (await documents.keeper.backup('dev', call())).file
})

test('a backup is the newest version as it lies there', async () => {
  const { file, number, sha256 } = await documents.keeper.backup('dev', call())
  expect(Buffer.from(file)).toEqual(await fs.readFile(desk.vaultPath(1)))
  expect([number, sha256]).toEqual([1, hashOf(file)])
  const none = documents.keeper.backup('prod', call())
  await expect(none).rejects.toEqual(refusal('NOT_FOUND'))
})

test('a backup tells what is in it before it is put back', async () => {
  await write(stored(randomUUID()))
  expect(await inspect()).toMatchObject({
    number: 1,
    sha256: hashOf(backup),
    names: [NAME],
    proven: true,
    broken: null,
  })
})

describe('put back', () => {
  test('is a new version on top, not a step back', async () => {
    await write(stored(randomUUID()))
    expect(await restore()).toMatchObject({ number: 3 })
    expect(await current()).toEqual({ [NAME]: saved })
    expect(await current(documents)).toEqual({ [NAME]: saved })
  })

  test('leaves frozen, exposed and revoked what became so since', async () => {
    await write(stored(id, { frozen: true }, { exposedAt: 7, revokedAt: 8 }))
    await restore()
    const { [NAME]: back } = (await current()) as Record<string, Stored>
    expect(back?.versions[0]).toMatchObject({
      frozen: true,
      metadata: { exposedAt: 7, revokedAt: 8 },
      values: saved.versions[0]?.values,
    })
  })

  test('does not bring back a recipient who was removed', async () => {
    const recipient = await identityToRecipient(await generateX25519Identity())
    await documents.keeper.addRecipient('dev', recipient, 'bob', call())
    const { file } = await documents.keeper.backup('dev', call())
    await documents.keeper.removeRecipient('dev', 'bob', call())
    expect(await inspect(file)).toMatchObject({ proven: false })
    await restore(file)
    const { recipients } = await desk.open().keeper.recipients('dev', call())
    expect(recipients.map(({ label }) => label)).toEqual(['ada@desk'])
  })

  test('into an empty home goes on after the backup, with its recipients', async () => {
    const recipient = await identityToRecipient(await generateX25519Identity())
    await documents.keeper.addRecipient('dev', recipient, 'bob', call())
    const { file } = await documents.keeper.backup('dev', call())
    const key = await documents.auditKey('dev', call())
    const home = join(dirname(desk.home), 'new')
    await fs.mkdir(join(home, 'dev'), { recursive: true, mode: 0o700 })
    await fs.copyFile(desk.identityPath, join(home, 'dev', 'identity.txt'))
    const there = desk.open({ home })
    expect(await inspect(file, there)).toMatchObject({ proven: true, broken: null })
    expect(await restore(file, there)).toMatchObject({ number: 3 })
    const again = desk.open({ home })
    expect(await current(again)).toEqual({ [NAME]: saved })
    expect(await again.auditKey('dev', call())).toEqual(key)
    const { recipients } = await again.keeper.recipients('dev', call())
    expect(recipients.map(({ label }) => label)).toEqual(['ada@desk', 'bob'])
  })

  test('needs the identity first, and makes none', async () => {
    const home = join(dirname(desk.home), 'new')
    const none = restore(backup, desk.open({ home }))
    await expect(none).rejects.toEqual(refusal('STORE_CREDENTIALS', /missing/))
    await expect(fs.readdir(home)).rejects.toThrow('ENOENT')
  })

  test.each([
    ['is damaged', () => fs.truncate(desk.vaultPath(2), 100), /cannot be decrypted/],
    ['went back', () => fs.unlink(desk.vaultPath(2)), /went back/],
    [
      'is gone',
      async () => {
        await fs.unlink(desk.vaultPath(1))
        await fs.unlink(desk.vaultPath(2))
      },
      /went back/,
    ],
    ['was replaced', () => fs.copyFile(desk.vaultPath(1), desk.vaultPath(2)), /another number/],
  ])('where the vault %s begins anew past all that was seen', async (_what, damage, problem) => {
    await write(stored(randomUUID()))
    await damage()
    await expect(current()).rejects.toThrow()
    expect(await inspect()).toMatchObject({ broken: expect.stringMatching(problem) as string })
    expect(await restore()).toMatchObject({ number: 3 })
    expect(await current()).toEqual({ [NAME]: saved })
    await write(stored(randomUUID()))
    expect(await desk.open().auditHeads('dev', call())).toEqual([])
  })

  test('where the vault is damaged keeps a stranger out who forged the backup', async () => {
    const eve = await generateX25519Identity()
    const forged = await sealed({ recipients: [await entry(eve)] })
    await fs.truncate(desk.vaultPath(1), 100)
    expect(await inspect(forged)).toMatchObject({ proven: false })
    await restore(forged)
    const { recipients } = await desk.open().keeper.recipients('dev', call())
    expect(recipients).toMatchObject([{ own: true }])
  })
})

describe('a backup is refused', () => {
  async function refusedAs(file: Uint8Array, error: unknown): Promise<void> {
    const before = await fs.readdir(desk.folder)
    await expect(inspect(file)).rejects.toEqual(error)
    await expect(restore(file)).rejects.toEqual(error)
    expect(await fs.readdir(desk.folder)).toEqual(before)
  }

  test.each([3, 60, 150, 300, -1])('with the bit at %i flipped', async (at) => {
    const file = Uint8Array.from(backup)
    const index = at < 0 ? file.length + at : at
    file[index] = (file[index] ?? 0) ^ 1
    await refusedAs(file, refusal('CORRUPT', /backup cannot be decrypted/))
  })

  test.each([0, 100, 400])('cut to %i bytes', async (length) => {
    await refusedAs(backup.slice(0, length), refusal('CORRUPT'))
  })

  test('of another identity', async () => {
    const other = desk.open({ home: `${desk.home}-other` })
    await other.auditKey('dev', call())
    const { file } = await other.keeper.backup('dev', call())
    await refusedAs(file, refusal('CORRUPT', /other identities/))
  })

  test('of another environment', async () => {
    await refusedAs(
      await sealed({ env: 'prod' }),
      refusal('ENVIRONMENT_MISMATCH', /backup of prod, not of dev/),
    )
  })

  test('whose MAC does not hold', async () => {
    const text = formatVault(await content()).replace('"number": 1', '"number": 9')
    await refusedAs(await encrypted(text), refusal('TAMPERED', /MAC does not hold/))
  })

  test.each([
    ['no credential', { mark: 1 }],
    ['one of another environment', { 'mm-bot/prod/bybit/api_key': stored(id) }],
    ['a member that is no anchor', { 'mm-bot/dev/bybit/api_secret': stored(id) }],
    ['a malformed one', { [NAME]: { layout: 'pair' } }],
  ])('that holds %s', async (_what, credentials) => {
    await refusedAs(await sealed({ credentials }), refusal('CORRUPT'))
  })
})

async function content(): Promise<VaultContent> {
  const { format, mac, ...rest } = (await desk.decrypt(1)) as unknown as VaultContent &
    Record<'format' | 'mac', string>
  expect([format, mac]).toHaveLength(2)
  return rest
}

async function encrypted(text: string): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(await desk.identity()))
  return encrypter.encrypt(text)
}

/** What anybody can make who knows the recipient. */
async function sealed(change: Partial<VaultContent>): Promise<Uint8Array> {
  const macKey = Buffer.alloc(32, 7).toString('base64')
  return encrypted(formatVault({ ...(await content()), macKey, ...change }))
}

async function entry(secretKey: string): Promise<VaultContent['recipients'][number]> {
  const recipient = await identityToRecipient(secretKey)
  return { recipient, label: 'eve', addedAt: new Date().toISOString(), from: 1 }
}
