import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { firstMacKey } from '../../../src/backend/file/seen.ts'
import type { VaultContent } from '../../../src/backend/file/vault-content.ts'
import { formatVault, hashOf } from '../../../src/backend/file/vault-content.ts'
import { parseIdentity } from '../../../src/backend/file/identity-text.ts'
import type { SecretsError } from '../../../src/errors/secrets-error.ts'
import { refusal } from '../../refusal.ts'
import type { VaultDesk } from './desk.ts'
import { call, marked, useVaultDesk } from './desk.ts'

const desk = useVaultDesk()
const read = (): Promise<unknown> => desk.open().read('dev', call())
const vaultAt = (number: number): Promise<VaultContent> =>
  desk.decrypt(number) as unknown as Promise<VaultContent>

/** The error that the next opening is refused with, after checking that nothing older is served instead. */
async function refused(): Promise<SecretsError> {
  const error = await read().then(
    () => null,
    (thrown: unknown) => thrown as SecretsError,
  )
  expect(error?.hint).toMatch(/backup|Put .* back|put back/)
  await expect(desk.open().replace('dev', marked(9), 9, call())).rejects.toThrow()
  return error!
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await fs.readFile(path)
  const index = at < 0 ? bytes.length + at : at
  bytes[index] = (bytes[index] ?? 0) ^ 1
  await fs.writeFile(path, bytes)
}

describe('a damaged vault', () => {
  test.each([
    { where: 'the introduction', at: 3 },
    { where: 'the share of the recipient', at: 40 },
    { where: 'the wrapped key', at: 90 },
    { where: 'the MAC of the header', at: 150 },
    { where: 'the nonce', at: 185 },
    { where: 'the sealed text', at: 300 },
    { where: 'the last tag', at: -1 },
  ])('with one flipped bit in $where is CORRUPT, and the older one is named', async ({ at }) => {
    await desk.writeVersions(desk.open(), 3)
    await flip(desk.vaultPath(3), at)
    const error = await refused()
    expect(error).toEqual(refusal('CORRUPT', /cannot be decrypted.*vault\.v000003\.age/))
    expect(error.hint).toContain('(1, 2)')
    expect(error.hint).toContain(`age -d -i '${desk.identityPath}' '${desk.vaultPath(2)}'`)
  })

  test.each([0, 1, 100, 200, 500])('cut to %i bytes is CORRUPT', async (length) => {
    await desk.writeVersions(desk.open(), 2)
    await fs.truncate(desk.vaultPath(2), length)
    expect(await refused()).toEqual(refusal('CORRUPT'))
  })

  test('grown to 3 GiB is CORRUPT before it is read, and so are identity and record', async () => {
    await desk.writeVersions(desk.open(), 2)
    const record = (await fs.readdir(dirname(desk.identityPath))).find((name) =>
      name.startsWith('seen.'),
    )!
    const files = [desk.vaultPath(2), desk.identityPath, join(dirname(desk.identityPath), record)]
    for (const path of files) {
      const { size } = await fs.stat(path)
      await fs.truncate(path, 3 * 1024 ** 3)
      const error: unknown = await read().catch((thrown: unknown) => thrown)
      expect(error).toEqual(refusal('CORRUPT', /has 3221225472 bytes/))
      expect((error as SecretsError).message).toContain(path)
      await fs.truncate(path, size)
    }
    await read()
  })

  test('encrypted to another identity is CORRUPT', async () => {
    const other = desk.open({ home: `${desk.home}-other` })
    await desk.writeVersions(desk.open(), 2)
    await other.auditKey('dev', call())
    const foreign = `${desk.home}-other/dev/vault.v000001.age`
    await fs.copyFile(foreign, desk.vaultPath(2))
    expect(await refused()).toEqual(refusal('CORRUPT'))
  })

  test('that is the only version says that there is no older one', async () => {
    await desk.writeVersions(desk.open(), 1)
    await flip(desk.vaultPath(1), -1)
    expect((await refused()).hint).toContain('No older version is there.')
  })

  test('that is a symbolic link is not followed', async () => {
    await desk.writeVersions(desk.open(), 2)
    await fs.rename(desk.vaultPath(2), `${desk.folder}/elsewhere`)
    await fs.symlink('elsewhere', desk.vaultPath(2))
    await expect(read()).rejects.toEqual(refusal('CONFIG', /symbolic link.*v000002/))
  })
})

describe('an older vault put back', () => {
  test('by removing the newest version is ROLLED_BACK', async () => {
    await desk.writeVersions(desk.open(), 5)
    await fs.unlink(desk.vaultPath(5))
    const error = await refused()
    expect(error).toEqual(refusal('ROLLED_BACK', /version 5 was seen here, but version 4/))
    expect(error.hint).toContain(desk.vaultPath(5))
  })

  test('by removing every version is ROLLED_BACK', async () => {
    await desk.writeVersions(desk.open(), 2)
    for (const number of [1, 2]) await fs.unlink(desk.vaultPath(number))
    await expect(read()).rejects.toEqual(refusal('ROLLED_BACK', /version 2 .* no version is there/))
  })

  test('under the newest number is TAMPERED', async () => {
    await desk.writeVersions(desk.open(), 5)
    await fs.copyFile(desk.vaultPath(3), desk.vaultPath(5))
    expect(await refused()).toEqual(refusal('TAMPERED', /holds version 3 under another number/))
  })

  test('as a newer number is TAMPERED', async () => {
    await desk.writeVersions(desk.open(), 5)
    await fs.copyFile(desk.vaultPath(3), desk.vaultPath(9))
    expect(await refused()).toEqual(refusal('TAMPERED'))
  })

  test('while a process runs is noticed by that process, whatever became of the records', async () => {
    const documents = desk.open()
    await desk.writeVersions(documents, 3)
    await fs.unlink(desk.vaultPath(3))
    await fs.unlink(desk.seenPath(3))
    await expect(documents.read('dev', call())).rejects.toEqual(refusal('ROLLED_BACK'))
  })

  test('with the whole folder of that time, by its owner, is accepted', async () => {
    await desk.writeVersions(desk.open(), 2)
    await fs.cp(desk.folder, `${desk.home}-backup`, { recursive: true })
    await desk.writeVersions(desk.open(), 2)
    await fs.rm(desk.folder, { recursive: true })
    await fs.cp(`${desk.home}-backup`, desk.folder, { recursive: true })
    expect(await read()).toMatchObject({ revision: 2 })
  })
})

describe('a forged vault', () => {
  /** What someone can make who knows the recipient and has seen how a vault looks, but cannot open this one. */
  async function forge(number: number, change: Partial<VaultContent> = {}): Promise<void> {
    const content: VaultContent = {
      env: 'dev',
      number,
      parent: number === 1 ? null : hashOf(await fs.readFile(desk.vaultPath(number - 1))),
      writtenAt: new Date().toISOString(),
      macKey: Buffer.alloc(32, 7).toString('base64'),
      auditKey: Buffer.alloc(32, 7).toString('base64'),
      auditHead: null,
      credentials: { mark: 'forged' },
      recipients: [],
      auditHeads: {},
      succession: null,
      since: 1,
      ...change,
    }
    await desk.encrypt(formatVault(content), number)
  }

  test('as a successor is TAMPERED', async () => {
    await desk.writeVersions(desk.open(), 2)
    await forge(3)
    expect(await refused()).toEqual(refusal('TAMPERED', /could not open the one before/))
  })

  test('as a successor, while a process runs, is TAMPERED for that process', async () => {
    const documents = desk.open()
    await desk.writeVersions(documents, 2)
    await forge(3)
    await expect(documents.read('dev', call())).rejects.toEqual(refusal('TAMPERED'))
  })

  test('in place of the newest is TAMPERED', async () => {
    await desk.writeVersions(desk.open(), 2)
    await forge(2)
    expect(await refused()).toEqual(refusal('TAMPERED'))
  })

  test('before the first save is TAMPERED', async () => {
    await desk.open().auditKey('dev', call())
    await fs.unlink(desk.vaultPath(1))
    await fs.unlink(desk.seenPath(1))
    await writeSeenZero()
    await forge(1)
    await expect(read()).rejects.toEqual(refusal('TAMPERED', /could not open the one before/))
  })

  /** The state that a crash between identity and first version leaves. */
  async function writeSeenZero(): Promise<void> {
    const other = desk.open({
      fs: {
        ...fs,
        link: (from, to) =>
          String(to).includes('vault.') ? Promise.reject(new Error('stop')) : fs.link(from, to),
      },
    })
    await other.auditKey('dev', call()).catch(() => undefined)
    expect(await fs.readdir(desk.folder)).toContain(basename(desk.seenPath(0)))
  }

  test('with the true key, but a MAC that does not hold, is TAMPERED', async () => {
    await desk.writeVersions(desk.open(), 2)
    const { format, mac, ...content } = (await desk.decrypt(2)) as unknown as VaultContent &
      Record<'format' | 'mac', string>
    await desk.encrypt(JSON.stringify({ format, ...content, credentials: {}, mac }), 2)
    expect(await refused()).toEqual(refusal('TAMPERED', /MAC does not hold/))
  })

  test.each(['', 'not JSON', '[]', '{}', 'null', '{"format":"mm-secrets/vault/2"}'])(
    'that decrypts to %j is TAMPERED',
    async (text) => {
      await desk.writeVersions(desk.open(), 2)
      await desk.encrypt(text, 2)
      expect(await refused()).toEqual(refusal('TAMPERED', /MAC does not hold/))
    },
  )

  test('of another environment under the same identity is TAMPERED', async () => {
    await desk.writeVersions(desk.open(), 1)
    const identityFile = desk.identityPath
    await desk.open({ identityFile }).auditKey('prod', call())
    await fs.copyFile(`${desk.home}/prod/vault.v000001.age`, desk.vaultPath(1))
    expect(await refused()).toEqual(refusal('TAMPERED', /another environment/))
  })

  test('whose parent is not the version before it is TAMPERED', async () => {
    await desk.writeVersions(desk.open(), 2)
    const before = await vaultAt(2)
    const parent = '0'.repeat(64)
    await forge(3, { macKey: before.macKey, auditKey: before.auditKey, parent })
    expect(await refused()).toEqual(refusal('TAMPERED', /not made from the version 2/))
  })

  test('with the true key passes, as any version of another machine does', async () => {
    await desk.writeVersions(desk.open(), 2)
    const { macKey, auditKey } = await vaultAt(2)
    await forge(3, { macKey, auditKey })
    expect(await read()).toMatchObject({ revision: 3 })
  })

  test('among the older versions is found when their audit heads are read', async () => {
    await desk.writeVersions(desk.open(), 3)
    await forge(2)
    const heads = desk.open().auditHeads('dev', call())
    await expect(heads).rejects.toEqual(refusal('TAMPERED', /could not open the others/))
  })
})

describe('the record of the newest version seen', () => {
  test('moves on with each write, and older ones are removed', async () => {
    await desk.writeVersions(desk.open(), 3)
    const records = (await fs.readdir(desk.folder)).filter((name) => name.startsWith('seen.'))
    expect(records).toEqual([basename(desk.seenPath(3))])
  })

  test('moves on when a newer version is read', async () => {
    await desk.writeVersions(desk.open(), 2)
    const older = await fs.readFile(desk.seenPath(2))
    await desk.writeVersions(desk.open(), 1)
    await fs.writeFile(desk.seenPath(2), older)
    await fs.unlink(desk.seenPath(3))
    await read()
    const records = (await fs.readdir(desk.folder)).filter((name) => name.startsWith('seen.'))
    expect(records).toEqual([basename(desk.seenPath(3))])
  })

  test('holds no value and no key', async () => {
    await desk.writeVersions(desk.open(), 1)
    const record = await fs.readFile(desk.seenPath(1), 'utf8')
    const { macKey, auditKey } = await vaultAt(1)
    for (const secret of [macKey, auditKey, await desk.identity()]) {
      expect(record).not.toContain(secret)
    }
  })

  test.each([1, 2])('when it is gone, a vault of %i versions is TAMPERED', async (count) => {
    await desk.writeVersions(desk.open(), count)
    await fs.unlink(desk.seenPath(count))
    expect(await refused()).toEqual(refusal('TAMPERED', /record of the newest version seen/))
  })

  test.each([
    { what: 'is no JSON', change: () => '{' },
    { what: 'is null', change: () => 'null' },
    { what: 'was changed', change: (text: string) => text.replace('"number":2', '"number":1') },
    { what: 'lacks its MAC', change: (text: string) => text.replace('"mac"', '"cam"') },
  ])('when it $what, it counts as gone', async ({ change }) => {
    await desk.writeVersions(desk.open(), 2)
    const text = await fs.readFile(desk.seenPath(2), 'utf8')
    await fs.writeFile(desk.seenPath(2), change(text))
    expect(await refused()).toEqual(refusal('TAMPERED', /gone or not ours/))
  })

  test('when it is gone together with the vault, the vault does not begin anew in silence', async () => {
    await desk.writeVersions(desk.open(), 2)
    for (const number of [1, 2]) await fs.unlink(desk.vaultPath(number))
    await fs.writeFile(desk.seenPath(2), '{}')
    await expect(read()).rejects.toEqual(refusal('TAMPERED', /gone or not ours/))
  })

  test('of another environment does not count', async () => {
    await desk.writeVersions(desk.open(), 2)
    const identityFile = desk.identityPath
    const other = desk.open({ identityFile })
    await other.auditKey('prod', call())
    await fs.copyFile(`${desk.home}/prod/${basename(desk.seenPath(1))}`, desk.seenPath(1))
    await fs.unlink(desk.seenPath(2))
    expect(await refused()).toEqual(refusal('TAMPERED', /gone or not ours/))
  })

  test('cannot be prevented by a false one under the next number', async () => {
    await desk.writeVersions(desk.open(), 1)
    await fs.writeFile(desk.seenPath(2), '{}')
    await desk.writeVersions(desk.open(), 1)
    await fs.unlink(desk.vaultPath(2))
    await expect(read()).rejects.toEqual(refusal('ROLLED_BACK', /version 2 was seen/))
  })

  test('that cannot be written is a warning, not an error', async () => {
    await desk.writeVersions(desk.open(), 1)
    const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'open' })
    const failing = {
      ...fs,
      open: ((path: string, ...rest: never[]) =>
        path.includes('.seen.') ? Promise.reject(full) : fs.open(path, ...rest)) as typeof fs.open,
    }
    await desk.writeVersions(desk.open({ fs: failing }), 1)
    expect(desk.warnings).toEqual([expect.stringContaining('no space is left')])
    expect(await read()).toMatchObject({ revision: 2 })
  })
})

test('without its identity a vault names the path that is missing', async () => {
  await desk.writeVersions(desk.open(), 1)
  await fs.rename(desk.identityPath, `${desk.folder}/kept`)
  const missing = refusal('STORE_CREDENTIALS', new RegExp(`missing: ${desk.identityPath}`))
  await expect(read()).rejects.toEqual(missing)
  await expect(desk.open().replace('dev', marked(1), 0, call())).rejects.toEqual(missing)
  await fs.unlink(desk.vaultPath(1))
  await expect(read()).rejects.toEqual(missing)
})

test('a new identity in place of the old one does not open the vault', async () => {
  await desk.writeVersions(desk.open(), 1)
  const other: VaultDesk['open'] = desk.open
  await other({ home: `${desk.home}-other` }).auditKey('dev', call())
  await fs.copyFile(`${desk.home}-other/dev/identity.txt`, desk.identityPath)
  await expect(read()).rejects.toThrow(/gone or not ours/)
})

test('the first key of a vault depends on identity and environment alone', async () => {
  await desk.writeVersions(desk.open(), 1)
  const identity = parseIdentity(await desk.identity(), 'test')
  expect((await vaultAt(1)).macKey).toBe(firstMacKey(identity, 'dev'))
  expect(firstMacKey(identity, 'dev')).not.toBe(firstMacKey(identity, 'prod'))
})
