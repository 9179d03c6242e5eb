import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { beforeEach, describe, expect, test } from 'vitest'
import type { FileDocuments } from '../../../src/backend/file/index.ts'
import { parseIdentity } from '../../../src/backend/file/identity-text.ts'
import { firstMacKey, replaceSeen } from '../../../src/backend/file/seen.ts'
import type { VaultContent } from '../../../src/backend/file/vault-content.ts'
import { formatVault, hashOf } from '../../../src/backend/file/vault-content.ts'
import { listFolder, vaultFolder } from '../../../src/backend/file/vault-folder.ts'
import { refusal } from '../../refusal.ts'
import { call, marked, useVaultDesk } from './desk.ts'

const desk = useVaultDesk()

/** Somebody with an identity of his own, kept beside the home. */
interface Member {
  readonly secretKey: string
  readonly recipient: string
  /** The vaults as a new process of his sees them. */
  open(): FileDocuments
}

let ada: FileDocuments
let bob: Member

async function makeMember(name: string): Promise<Member> {
  const secretKey = await generateX25519Identity()
  const identityFile = join(desk.home, `${name}.txt`)
  await fs.mkdir(desk.home, { recursive: true, mode: 0o700 })
  await fs.writeFile(identityFile, `${secretKey}\n`, { mode: 0o600 })
  const recipient = await identityToRecipient(secretKey)
  return { secretKey, recipient, open: () => desk.open({ identityFile, ownLabel: name }) }
}

const adds = (member: Member, label = 'bob'): Promise<{ readonly sha256: string }> =>
  ada.keeper.addRecipient('dev', member.recipient, label, call())
/** Matches an error whose hint says this. */
const hinting = (text: string): unknown => {
  const hint: unknown = expect.stringContaining(text)
  return expect.objectContaining({ hint })
}
const read = (documents: FileDocuments): Promise<unknown> => documents.read('dev', call())
const trustNewest = async (documents: FileDocuments): Promise<void> => {
  const { sha256 } = await documents.keeper.untrusted('dev', call())
  await documents.keeper.trust('dev', sha256, call())
}
const labels = async (documents: FileDocuments): Promise<readonly string[]> =>
  (await documents.keeper.recipients('dev', call())).recipients.map(({ label }) => label)
const write = async (documents: FileDocuments, number: number): Promise<boolean> =>
  documents.replace('dev', marked(number), number - 1, call())

async function opens(secretKey: string, number: number): Promise<VaultContent | null> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(secretKey)
  try {
    const text = await decrypter.decrypt(await fs.readFile(desk.vaultPath(number)), 'text')
    return JSON.parse(text) as VaultContent
  } catch {
    return null
  }
}

const versions = async (): Promise<readonly number[]> =>
  (await listFolder(fs, vaultFolder(desk.home, 'dev'))).versions

beforeEach(async () => {
  ada = desk.open({ ownLabel: 'ada@desk' })
  await desk.writeVersions(ada, 1)
  bob = await makeMember('bob')
})

describe('the list', () => {
  test('begins with who made the vault', async () => {
    const own = await identityToRecipient(await desk.identity())
    expect(await ada.keeper.recipients('dev', call())).toMatchObject({
      number: 1,
      sha256: hashOf(await fs.readFile(desk.vaultPath(1))),
      recipients: [{ label: 'ada@desk', own: true, recipient: own }],
    })
  })

  test('needs a vault', async () => {
    const none = desk.open().keeper.recipients('prod', call())
    await expect(none).rejects.toEqual(refusal('NOT_FOUND', /no vault of prod/))
  })

  test('is inside the vault, and a write of anybody keeps it', async () => {
    await adds(bob)
    const his = bob.open()
    await trustNewest(his)
    await write(his, 3)
    expect(await opens(await desk.identity(), 3)).not.toBeNull()
    expect(await labels(ada)).toEqual(['ada@desk', 'bob'])
    expect(await read(ada)).toMatchObject({ revision: 3 })
    expect(await fs.readdir(desk.folder)).not.toContain('recipients')
  })
})

describe('adding', () => {
  test('lets the new one open the next version, and none before', async () => {
    await adds(bob)
    expect(await opens(bob.secretKey, 2)).toMatchObject({ credentials: marked(1).credentials })
    expect(await opens(bob.secretKey, 1)).toBeNull()
    expect(await opens(await desk.identity(), 2)).not.toBeNull()
  })

  test.each([
    ['a recipient that is there', () => adds(bob, 'robert'), /already, as bob/],
    ['a label that is taken', async () => adds(await makeMember('eve')), /label bob is taken/],
    ['an empty label', async () => adds(await makeMember('eve'), ''), /label is not usable/],
    ['control characters', async () => adds(await makeMember('eve'), 'e\u001bve'), /not usable/],
    ['a label like a recipient', async () => adds(await makeMember('eve'), 'age1x'), /not usable/],
    [
      'what is no recipient',
      () => ada.keeper.addRecipient('dev', 'eve', 'eve', call()),
      /is no recipient/,
    ],
  ])('refuses %s, and writes nothing', async (_what, act, problem) => {
    await adds(bob)
    await expect(act()).rejects.toEqual(refusal('USAGE', problem))
    expect(await versions()).toEqual([1, 2])
  })

  test('by two members at once loses neither', async () => {
    const [one, two] = await Promise.all([makeMember('eve'), makeMember('zoe')])
    await Promise.all([
      desk.open().keeper.addRecipient('dev', one.recipient, 'eve', call()),
      desk.open().keeper.addRecipient('dev', two.recipient, 'zoe', call()),
    ])
    expect([...(await labels(desk.open()))].sort()).toEqual(['ada@desk', 'eve', 'zoe'])
  })
})

describe('a new member', () => {
  test('is led to trust, which takes the SHA-256 that a colleague tells', async () => {
    const { sha256 } = await adds(bob)
    const error: unknown = await read(bob.open()).catch((thrown: unknown) => thrown)
    expect(error).toEqual(refusal('TAMPERED', /never opened the vault of dev/))
    expect(error).toEqual(hinting('mm-secrets vault trust --env dev'))
    const his = bob.open()
    expect(await his.keeper.untrusted('dev', call())).toMatchObject({ number: 2, sha256, seen: 0 })
    expect(await his.keeper.trust('dev', sha256, call())).toMatchObject({ number: 2, sha256 })
    expect(await read(bob.open())).toMatchObject({ revision: 2 })
    expect(await read(desk.open())).toMatchObject({ revision: 2 })
  })

  test('may be told of a version that others have built upon since', async () => {
    const { sha256 } = await adds(bob)
    await write(ada, 3)
    expect(await bob.open().keeper.trust('dev', sha256, call())).toMatchObject({ number: 3 })
  })

  test('trusts no other version', async () => {
    await adds(bob)
    const his = bob.open()
    const nothing = his.keeper.trust('dev', '0'.repeat(64), call())
    await expect(nothing).rejects.toEqual(refusal('CHECK_FAILED', /nothing was trusted/))
    await expect(read(bob.open())).rejects.toEqual(refusal('TAMPERED'))
  })

  test('who is no recipient yet is told so', async () => {
    const error: unknown = await bob
      .open()
      .keeper.untrusted('dev', call())
      .catch((thrown: unknown) => thrown)
    expect(error).toEqual(refusal('CORRUPT'))
    expect(error).toEqual(hinting('vault recipients add'))
  })

  test('keeps a record of his own beside those of others', async () => {
    await adds(bob)
    await trustNewest(bob.open())
    await write(bob.open(), 3)
    await write(desk.open(), 4)
    const { seen } = await listFolder(fs, vaultFolder(desk.home, 'dev'))
    expect(seen.map(({ number }) => number)).toEqual([3, 4])
    expect(new Set(seen.map(({ tag }) => tag)).size).toBe(2)
    expect(await read(bob.open())).toMatchObject({ revision: 4 })
  })

  test('notices an older vault put back, whatever another one has seen', async () => {
    await adds(bob)
    await trustNewest(bob.open())
    await write(bob.open(), 3)
    await fs.unlink(desk.vaultPath(3))
    await expect(read(bob.open())).rejects.toEqual(refusal('ROLLED_BACK'))
    expect(await read(desk.open())).toMatchObject({ revision: 2 })
  })

  test('may take an older state for the newest, if he says so', async () => {
    await adds(bob)
    await trustNewest(bob.open())
    await write(bob.open(), 3)
    await fs.unlink(desk.vaultPath(3))
    const his = bob.open()
    expect(await his.keeper.untrusted('dev', call())).toMatchObject({ number: 2, seen: 3 })
    await trustNewest(his)
    expect(await read(bob.open())).toMatchObject({ revision: 2 })
  })
})

describe('removing', () => {
  let carol: Member

  beforeEach(async () => {
    carol = await makeMember('carol')
    await adds(bob)
    await adds(carol, 'carol')
    await trustNewest(bob.open())
    await trustNewest(carol.open())
  })

  test.each(['bob', 'his recipient'])('by %s closes all that is kept to him', async (who) => {
    const named = who === 'bob' ? who : bob.recipient
    const { removed } = await ada.keeper.removeRecipient('dev', named, call())
    expect(removed).toMatchObject({ label: 'bob', recipient: bob.recipient, own: false })
    expect(await versions()).toEqual([4])
    expect(await opens(bob.secretKey, 4)).toBeNull()
    expect(await labels(ada)).toEqual(['ada@desk', 'carol'])
    await expect(read(bob.open())).rejects.toEqual(refusal('CORRUPT', /another identity/))
  })

  test('needs nothing of those who stay', async () => {
    await ada.keeper.removeRecipient('dev', 'bob', call())
    expect(await read(desk.open())).toMatchObject({ revision: 4 })
    expect(await read(carol.open())).toMatchObject({ revision: 4 })
    await write(carol.open(), 5)
    expect(await read(desk.open())).toMatchObject({ revision: 5 })
  })

  test('holds for one who was away for a while', async () => {
    await ada.keeper.removeRecipient('dev', 'bob', call())
    for (const number of [5, 6, 7]) await write(ada, number)
    expect(await read(carol.open())).toMatchObject({ revision: 7 })
  })

  test('is not believed from someone who was not a member when one was away', async () => {
    const eve = await makeMember('eve')
    await adds(eve, 'eve')
    const hers = eve.open()
    await trustNewest(hers)
    await ada.keeper.removeRecipient('dev', 'bob', call())
    await hers.keeper.removeRecipient('dev', 'ada@desk', call())
    const error: unknown = await read(carol.open()).catch((thrown: unknown) => thrown)
    expect(error).toEqual(refusal('TAMPERED', /could not open the one before/))
    expect(error).toEqual(hinting('vault trust'))
    await trustNewest(carol.open())
    expect(await read(carol.open())).toMatchObject({ revision: 6 })
  })

  test('closes the succession: who was removed can forge no version', async () => {
    const before = await opens(bob.secretKey, 3)
    await ada.keeper.removeRecipient('dev', 'bob', call())
    await read(carol.open())
    const parent = hashOf(await fs.readFile(desk.vaultPath(4)))
    const { mac, format, ...known } = before as VaultContent & Record<'mac' | 'format', string>
    expect([mac, format]).toHaveLength(2)
    await desk.encrypt(formatVault({ ...known, number: 5, parent }), 5)
    await expect(read(desk.open())).rejects.toEqual(refusal('TAMPERED'))
  })

  test('cannot be undone by a voucher of one who was removed', async () => {
    const before = await opens(bob.secretKey, 3)
    await ada.keeper.removeRecipient('dev', 'bob', call())
    const { vouch } = await import('../../../src/backend/file/succession.ts')
    const identity = parseIdentity(bob.secretKey, 'test')
    const { mac, format, ...known } = before as VaultContent & Record<'mac' | 'format', string>
    expect([mac, format]).toHaveLength(2)
    const key = { env: 'dev', number: 5, macKey: firstMacKey(identity, 'dev') } as const
    const parent = hashOf(await fs.readFile(desk.vaultPath(4)))
    const all = known.recipients.map(({ recipient }) => recipient)
    const forged = { ...known, ...key, parent, succession: vouch(identity, key, all) }
    await desk.encrypt(formatVault(forged), 5)
    await expect(read(desk.open())).rejects.toEqual(refusal('TAMPERED'))
  })

  test('the last one is refused', async () => {
    await ada.keeper.removeRecipient('dev', 'bob', call())
    await ada.keeper.removeRecipient('dev', 'carol', call())
    const last = ada.keeper.removeRecipient('dev', 'ada@desk', call())
    await expect(last).rejects.toEqual(refusal('USAGE', /last recipient/))
    expect(await read(desk.open())).toMatchObject({ revision: 5 })
  })

  test('oneself leaves a vault that the others open', async () => {
    await ada.keeper.removeRecipient('dev', 'ada@desk', call())
    await expect(read(desk.open())).rejects.toEqual(refusal('CORRUPT'))
    expect(await read(bob.open())).toMatchObject({ revision: 4 })
  })

  test('somebody unknown is NOT_FOUND', async () => {
    const unknown = ada.keeper.removeRecipient('dev', 'zoe', call())
    await expect(unknown).rejects.toEqual(refusal('NOT_FOUND', /is called so/))
    expect(await versions()).toEqual([1, 2, 3])
  })

  test('says which older versions could not be deleted; asking again carries it to its end', async () => {
    const stuck = Object.assign(new Error('stuck'), { code: 'EACCES', syscall: 'unlink' })
    const failing = {
      ...fs,
      unlink: (path: string) => (path.includes('vault.') ? Promise.reject(stuck) : fs.unlink(path)),
    } as typeof fs
    const partial = desk.open({ fs: failing }).keeper.removeRecipient('dev', 'bob', call())
    await expect(partial).rejects.toEqual(refusal('PARTIAL', /vault\.v000001\.age.*v000003/))
    expect(await versions()).toEqual([1, 2, 3, 4])
    const again = desk.open().keeper.removeRecipient('dev', 'bob', call())
    await expect(again).rejects.toEqual(refusal('NOT_FOUND'))
    expect(await versions()).toEqual([4])
  })

  test('that left older versions behind does not disturb who reads audit heads', async () => {
    const third = await fs.readFile(desk.vaultPath(3))
    await ada.keeper.removeRecipient('dev', 'bob', call())
    await fs.writeFile(desk.vaultPath(3), third)
    expect(await desk.open().auditHeads('dev', call())).toEqual([])
  })
})

describe('the heads of audit logs', () => {
  const head = (sequence: number): { readonly sequence: number; readonly mac: string } => ({
    sequence,
    mac: sequence.toString(16).padStart(64, '0'),
  })

  test('are kept for each member apart: every machine has a log of its own', async () => {
    await adds(bob)
    await trustNewest(bob.open())
    const identityFile = join(desk.home, 'bob.txt')
    const his = desk.open({ identityFile, auditHead: () => Promise.resolve(head(3)) })
    const hers = desk.open({ auditHead: () => Promise.resolve(head(57)) })
    await write(hers, 3)
    await write(his, 4)
    await write(hers, 5)
    expect(await his.auditHeads('dev', call())).toEqual([head(3), head(3)])
    expect(await hers.auditHeads('dev', call())).toEqual([head(57), head(57), head(57)])
  })
})

test('a record of before there were several identities still counts, and goes with the next', async () => {
  const identity = parseIdentity(await desk.identity(), 'test')
  const folder = vaultFolder(desk.home, 'dev')
  const listing = await listFolder(fs, folder)
  const [record] = listing.seen
  const old = folder.seenPath({ number: 1, tag: null })
  await fs.rename(folder.seenPath(record!), old)
  expect(await read(desk.open())).toMatchObject({ revision: 1 })
  await write(desk.open(), 2)
  expect((await listFolder(fs, folder)).seen).toEqual([{ number: 2, tag: record!.tag }])
  await fs.copyFile(
    folder.seenPath({ number: 2, tag: record!.tag }),
    folder.seenPath({ number: 2, tag: null }),
  )
  const seen = { number: 2, file: hashOf(await fs.readFile(desk.vaultPath(2))), keyTag: 'x' }
  await replaceSeen(fs, folder, seen, identity, await listFolder(fs, folder))
  expect((await listFolder(fs, folder)).seen).toEqual([{ number: 2, tag: record!.tag }])
})
