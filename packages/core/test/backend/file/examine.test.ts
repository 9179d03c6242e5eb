import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { recipientCount } from '../../../src/backend/file/age-file.ts'
import type { FileDocumentsOptions } from '../../../src/backend/file/index.ts'
import { Redacted } from '../../../src/credential/redacted.ts'
import type { Finding } from '../../../src/doctor/finding.ts'
import { movableClock } from '../../contract/movable-clock.ts'
import { call, useVaultDesk } from './desk.ts'

const desk = useVaultDesk()
const DAY_MS = 86_400_000

const examine = (options: Partial<FileDocumentsOptions> = {}): Promise<readonly Finding[]> =>
  desk.open(options).examine('dev', call())

const worse = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ level }) => level !== 'ok')

async function onlyFinding(options: Partial<FileDocumentsOptions> = {}): Promise<Finding> {
  // That a vault has one recipient is the business of one test.
  const found = worse(await examine(options)).filter(({ check }) => check !== 'recipients')
  expect(found).toHaveLength(1)
  return found[0]!
}

describe('examining a vault', () => {
  test('that is not there finds nothing to mend, and makes nothing', async () => {
    expect(worse(await examine())).toEqual([])
    await expect(fs.readdir(desk.home)).rejects.toThrow('ENOENT')
  })

  test('that is whole finds that one identity alone opens it', async () => {
    await desk.writeVersions(desk.open(), 3)
    const findings = await examine()
    expect(worse(findings)).toMatchObject([{ check: 'recipients', level: 'note' }])
    expect(findings).toContainEqual({
      check: 'store',
      level: 'ok',
      message: 'The vault of dev opens: 3 versions are kept, up to 3.',
      fix: null,
    })
  })

  test('counts those to whom a version is encrypted by its header', async () => {
    const encrypter = new Encrypter()
    for (const identity of [await generateX25519Identity(), await generateX25519Identity()]) {
      encrypter.addRecipient(await identityToRecipient(identity))
    }
    expect(recipientCount(Buffer.from(await encrypter.encrypt('x')))).toBe(2)
  })

  test.each([
    ['damaged', async () => fs.truncate(desk.vaultPath(2), 100), /cannot be decrypted/],
    ['put back to an older one', async () => fs.rm(desk.vaultPath(3)), /went back/],
    ['without a record of what was seen', async () => fs.rm(desk.seenPath(3)), /record .* is gone/],
  ])('that is %s is an error with its way out', async (_what, break_, message) => {
    await desk.writeVersions(desk.open(), 3)
    await break_()
    expect(await onlyFinding()).toMatchObject({
      check: 'store',
      level: 'error',
      message: expect.stringMatching(message) as string,
      fix: expect.stringMatching(/[Pp]ut/) as string,
    })
  })

  test('that was written in the future doubts the clock', async () => {
    await desk.writeVersions(desk.open(), 2)
    expect(await onlyFinding({ clock: movableClock(Date.now() - 2 * DAY_MS) })).toMatchObject({
      check: 'clock',
      level: 'warning',
      message: expect.stringContaining(
        'Version 2 of the vault of dev was written in the future',
      ) as string,
    })
  })

  test('names the temporary files of dead writers, and leaves those of living ones alone', async () => {
    await desk.writeVersions(desk.open(), 1)
    const [dead, living] = ['.vault.1-1.tmp', '.vault.2-1.tmp'].map((name) =>
      join(desk.folder, name),
    )
    await fs.writeFile(dead!, '')
    await fs.writeFile(living!, '')
    const before = new Date(Date.now() - DAY_MS)
    await fs.utimes(dead!, before, before)
    const { fix, level, message } = await onlyFinding()
    expect({ level, message }).toEqual({
      level: 'note',
      message: `A temporary file of writers that died: ${dead!}`,
    })
    expect(fix).toContain(`rm -- '${dead!}'`)
    expect(fix).not.toContain(living!)
  })
})

describe.skipIf(process.platform === 'win32')('examining permissions', () => {
  test.each([
    [
      'the identity',
      () => desk.identityPath,
      0o644,
      'identity',
      /open to other users/,
      'chmod 600',
    ],
    ['the folder', () => desk.folder, 0o777, 'permissions', /may write to the folder/, 'chmod 700'],
  ])('finds %s open to others', async (_what, path, mode, check, message, fix) => {
    await desk.writeVersions(desk.open(), 1)
    await fs.chmod(path(), mode)
    const found = worse(await examine()).find((each) => each.check === check)
    expect(found).toMatchObject({
      level: 'error',
      message: expect.stringMatching(message) as string,
    })
    expect(found?.fix).toContain(`${fix} '${path()}'`)
  })

  test('says that others can list a folder that they cannot write to', async () => {
    await desk.writeVersions(desk.open(), 1)
    await fs.chmod(desk.folder, 0o755)
    expect(await onlyFinding()).toMatchObject({ check: 'permissions', level: 'note' })
  })

  test('does not follow a symbolic link in place of the folder', async () => {
    await desk.writeVersions(desk.open(), 1)
    await fs.rename(desk.folder, `${desk.folder}-elsewhere`)
    await fs.symlink(`${desk.folder}-elsewhere`, desk.folder)
    expect(worse(await examine())).toMatchObject([{ check: 'permissions', level: 'error' }])
  })
})

describe('examining an identity', () => {
  test('that is missing beside a vault is an error that is said once', async () => {
    await desk.writeVersions(desk.open(), 1)
    await fs.rm(desk.identityPath)
    const found = worse(await examine())
    expect(found.map(({ check }) => check)).toEqual(['identity', 'store'])
    expect(found[0]?.message).toContain('is missing')
    expect(found[1]?.message).toBe('The vault of dev could not be looked into.')
  })

  test('of prod without a passphrase is noted, with the command that gives it one', async () => {
    const documents = desk.open()
    await documents.replace('prod', { credentials: {} }, 0, call())
    const found = worse(await desk.open().examine('prod', call()))
    expect(found.map(({ check, level }) => `${check} ${level}`)).toEqual([
      'identity note',
      'recipients note',
    ])
    expect(found[0]?.fix).toContain('age -p -a -o')
  })

  test('that nobody can unlock leaves the vault alone, and asks nobody', async () => {
    await desk.writeVersions(desk.open(), 1)
    const encrypter = new Encrypter()
    encrypter.setPassphrase('six unrelated words')
    encrypter.setScryptWorkFactor(2)
    await fs.writeFile(
      desk.identityPath,
      await encrypter.encrypt(await fs.readFile(desk.identityPath)),
    )
    expect(await onlyFinding()).toMatchObject({
      check: 'store',
      level: 'note',
      fix: 'At a terminal, which asks for it: mm-secrets doctor --env dev',
    })
    let asked = 0
    const askPassphrase = () => {
      asked += 1
      return Promise.resolve(new Redacted('six unrelated words'))
    }
    const never = await desk
      .open({ askPassphrase })
      .examine('dev', { ...call(), neverPrompt: true })
    expect(asked).toBe(0)
    expect(worse(never)).toMatchObject([{ check: 'store', level: 'note' }])
    expect(worse(await examine({ askPassphrase })).map(({ check }) => check)).toEqual([
      'recipients',
    ])
    expect(asked).toBe(1)
  })
})
