import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { describeWith } from '@mm-secrets/vitest-config'
import { Decrypter, Encrypter, armor } from 'age-encryption'
import { beforeEach, describe, expect, test } from 'vitest'
import type { FileDocuments } from '../../../src/backend/file/index.ts'
import { Redacted } from '../../../src/credential/redacted.ts'
import { refusal } from '../../refusal.ts'
import { call, marked, useVaultDesk } from './desk.ts'

const desk = useVaultDesk()
const run = promisify(execFile)
const ROOT = process.getuid?.() === 0
/** scrypt at its least, so that the tests are quick; what `age -p` writes is tested below. */
const QUICK = 2

/** Puts a passphrase on the identity that is there. */
async function guard(passphrase: string, form: 'armored' | 'binary'): Promise<void> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(QUICK)
  const file = await encrypter.encrypt(await fs.readFile(desk.identityPath))
  await fs.writeFile(desk.identityPath, form === 'armored' ? armor.encode(file) : file)
}

interface Asked {
  readonly prompts: string[]
  readonly askPassphrase: (prompt: string) => Promise<Redacted>
}

function answering(...answers: readonly string[]): Asked {
  const prompts: string[] = []
  return {
    prompts,
    askPassphrase: (prompt) => {
      const answer = answers[Math.min(prompts.push(prompt), answers.length) - 1]
      return Promise.resolve(new Redacted(answer ?? ''))
    },
  }
}

const read = (documents: FileDocuments = desk.open()): Promise<unknown> =>
  documents.read('dev', call())

describe('making an identity', () => {
  test('happens at the first write, never at a read', async () => {
    expect(await read()).toBeNull()
    await expect(fs.readdir(desk.home)).rejects.toThrow('ENOENT')
    await desk.writeVersions(desk.open(), 1)
    const text = await fs.readFile(desk.identityPath, 'utf8')
    expect(text).toMatch(
      /^# created: \d{4}-\d\d-\d\dT[\d:.]+Z\n# public key: age1[a-z0-9]{58}\nAGE-SECRET-KEY-1[A-Z0-9]{58}\n$/,
    )
  })

  test.skipIf(process.platform === 'win32')(
    'leaves it and its folder to its user alone',
    async () => {
      await desk.writeVersions(desk.open(), 1)
      const modes: Record<string, number> = {}
      for (const name of ['', ...(await fs.readdir(desk.folder))]) {
        modes[name] = (await fs.stat(`${desk.folder}/${name}`)).mode & 0o777
      }
      expect(modes).toEqual({
        '': 0o700,
        'identity.txt': 0o600,
        [basename(desk.seenPath(1))]: 0o600,
        'vault.v000001.age': 0o600,
      })
    },
  )

  test('by several processes at once leaves one, which all use', async () => {
    const openings = Array.from({ length: 8 }, () => desk.open())
    const keys = await Promise.all(openings.map((one) => one.auditKey('dev', call())))
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
    expect(await read()).toMatchObject({ revision: 1 })
  })

  test('never happens where it is kept elsewhere', async () => {
    const identityFile = `${desk.home}/elsewhere.txt`
    const write = desk.open({ identityFile }).auditKey('dev', call())
    const missing = new RegExp(`missing: ${identityFile}`)
    await expect(write).rejects.toEqual(refusal('STORE_CREDENTIALS', missing))
    await expect(fs.stat(desk.identityPath)).rejects.toThrow('ENOENT')
  })

  test('one kept elsewhere serves instead of the one in the folder', async () => {
    await desk.writeVersions(desk.open(), 1)
    const identityFile = `${desk.home}/elsewhere.txt`
    await fs.rename(desk.identityPath, identityFile)
    expect(await read(desk.open({ identityFile }))).toMatchObject({ revision: 1 })
  })

  test('with a passphrase asks twice, and writes what age -p -a writes', async () => {
    const asked = answering('six words nobody would guess here')
    const documents = desk.open({ ...asked, newIdentity: () => 'passphrase' })
    await desk.writeVersions(documents, 1)
    expect(asked.prompts).toHaveLength(2)
    const text = await fs.readFile(desk.identityPath, 'utf8')
    expect(text).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    const decrypter = new Decrypter()
    decrypter.addPassphrase('six words nobody would guess here')
    expect(await decrypter.decrypt(armor.decode(text), 'text')).toContain('\nAGE-SECRET-KEY-1')
  })

  test.each([
    { what: 'an empty one', answers: ['', ''] },
    { what: 'two different ones', answers: ['one of them', 'another one'] },
  ])('with a passphrase refuses $what, and makes nothing', async ({ answers }) => {
    const documents = desk.open({ ...answering(...answers), newIdentity: () => 'passphrase' })
    await expect(documents.auditKey('dev', call())).rejects.toEqual(refusal('USAGE'))
    await expect(fs.stat(desk.home)).rejects.toThrow('ENOENT')
  })

  test('with a passphrase needs somebody to ask', async () => {
    const documents = desk.open({ newIdentity: () => 'passphrase' })
    const refused = refusal('STORE_CREDENTIALS', /nobody can be asked/)
    await expect(documents.auditKey('dev', call())).rejects.toEqual(refused)
  })
})

describe.skipIf(process.platform === 'win32')('an identity that is not private', () => {
  beforeEach(() => desk.writeVersions(desk.open(), 1))

  test.each([0o604, 0o640, 0o660, 0o601])(
    'of mode %o is refused with the chmod that mends it',
    async (mode) => {
      await fs.chmod(desk.identityPath, mode)
      const error: unknown = await read().catch((thrown: unknown) => thrown)
      expect(error).toEqual(refusal('CONFIG', /identity of dev is open to other users/))
      expect(error).toMatchObject({ hint: `Close it: chmod 600 '${desk.identityPath}'` })
      await fs.chmod(desk.identityPath, 0o600)
      expect(await read()).toMatchObject({ revision: 1 })
    },
  )

  test('as a symbolic link is refused', async () => {
    await fs.rename(desk.identityPath, `${desk.home}/real.txt`)
    await fs.symlink(`${desk.home}/real.txt`, desk.identityPath)
    await expect(read()).rejects.toEqual(refusal('CONFIG', /identity of dev is a symbolic link/))
  })

  test('as a folder is refused', async () => {
    await fs.unlink(desk.identityPath)
    await fs.mkdir(desk.identityPath)
    await expect(read()).rejects.toEqual(refusal('CONFIG', /not a regular file/))
  })

  test('as a pipe is refused, without waiting for a writer', async () => {
    await fs.unlink(desk.identityPath)
    await run('mkfifo', ['-m', '600', desk.identityPath])
    await expect(read()).rejects.toEqual(refusal('CONFIG', /not a regular file/))
  })

  const title = 'of another user is refused with the chown that mends it'
  test.skipIf(!ROOT)(ROOT ? title : `${title} (skipped: needs root)`, async () => {
    await fs.chown(desk.identityPath, 12345, 12345)
    const error: unknown = await read().catch((thrown: unknown) => thrown)
    expect(error).toEqual(refusal('CONFIG', /identity of dev belongs to another user/))
    expect(error).toMatchObject({
      hint: expect.stringContaining(`chown 0 '${desk.identityPath}'`) as unknown,
    })
  })

  const lent = 'that systemd lends, mode 0440 of root, is taken'
  test.skipIf(!ROOT)(ROOT ? lent : `${lent} (skipped: needs root)`, async () => {
    await fs.chmod(desk.identityPath, 0o440)
    expect(await read()).toMatchObject({ revision: 1 })
  })
})

describe('an identity with a passphrase', () => {
  const PASSPHRASE = 'correct horse and so on'
  beforeEach(() => desk.writeVersions(desk.open(), 1))

  test.each(['armored', 'binary'] as const)('in %s form is asked for once', async (form) => {
    await guard(PASSPHRASE, form)
    const asked = answering(PASSPHRASE)
    const documents = desk.open(asked)
    await Promise.all([read(documents), read(documents)])
    await desk.writeVersions(documents, 1)
    expect(asked.prompts).toEqual(['Passphrase of the identity of dev: '])
  })

  test('is read from a private file, with or without a newline at its end', async () => {
    await guard(PASSPHRASE, 'armored')
    const identityPassphraseFile = `${desk.home}/passphrase`
    for (const end of ['', '\n', '\r\n']) {
      await fs.writeFile(identityPassphraseFile, PASSPHRASE + end, { mode: 0o600 })
      expect(await read(desk.open({ identityPassphraseFile }))).toMatchObject({ revision: 1 })
    }
  })

  test.skipIf(process.platform === 'win32')(
    'is not read from a file that others may read',
    async () => {
      await guard(PASSPHRASE, 'armored')
      const identityPassphraseFile = `${desk.home}/passphrase`
      await fs.writeFile(identityPassphraseFile, PASSPHRASE, { mode: 0o600 })
      await fs.chmod(identityPassphraseFile, 0o644)
      const opened = read(desk.open({ identityPassphraseFile }))
      await expect(opened).rejects.toEqual(refusal('CONFIG', /open to other users.*passphrase/))
    },
  )

  test.each([null, '', '\n'])('is not opened by a passphrase file with %j', async (content) => {
    await guard(PASSPHRASE, 'armored')
    const identityPassphraseFile = `${desk.home}/passphrase`
    if (content !== null) await fs.writeFile(identityPassphraseFile, content, { mode: 0o600 })
    const opened = read(desk.open({ identityPassphraseFile }))
    const says = content === null ? /is missing: .*passphrase/ : /is empty: .*passphrase/
    await expect(opened).rejects.toEqual(refusal('STORE_CREDENTIALS', says))
  })

  test('is refused where nobody can be asked, or may be', async () => {
    await guard(PASSPHRASE, 'armored')
    const refused = refusal('STORE_CREDENTIALS', /nobody can be asked/)
    await expect(read()).rejects.toEqual(refused)
    const asked = answering(PASSPHRASE)
    const quiet = desk.open(asked).read('dev', { ...call(), neverPrompt: true })
    await expect(quiet).rejects.toEqual(refused)
    expect(asked.prompts).toEqual([])
  })

  describe.skipIf(process.platform === 'win32')('given by a descriptor', () => {
    async function reading(mode: number): Promise<unknown> {
      const path = `${desk.home}/passphrase`
      await fs.writeFile(path, PASSPHRASE, { mode: 0o600 })
      await fs.chmod(path, mode)
      const file = await fs.open(path)
      try {
        return await read(desk.open({ identityPassphraseFile: `/dev/fd/${file.fd}` }))
      } finally {
        await file.close()
      }
    }

    test('opens it, where the file behind it is private', async () => {
      await guard(PASSPHRASE, 'armored')
      expect(await reading(0o600)).toMatchObject({ revision: 1 })
      await expect(reading(0o644)).rejects.toEqual(refusal('CONFIG', /open to other users/))
    })

    test('that is closed is STORE_CREDENTIALS', async () => {
      await guard(PASSPHRASE, 'armored')
      const opened = read(desk.open({ identityPassphraseFile: '/dev/fd/987' }))
      await expect(opened).rejects.toEqual(refusal('STORE_CREDENTIALS', /passphrase is missing/))
    })
  })

  test('a caller that must not prompt does not wait for an answer, and uses it once it is there', async () => {
    await guard(PASSPHRASE, 'armored')
    let answer: (passphrase: Redacted) => void = () => undefined
    let wasAsked: () => void = () => undefined
    const asked = new Promise<void>((resolve) => (wasAsked = resolve))
    const documents = desk.open({
      askPassphrase: () => {
        wasAsked()
        return new Promise((resolve) => (answer = resolve))
      },
    })
    const waiting = read(documents)
    await asked
    const quiet = (): Promise<unknown> => documents.read('dev', { ...call(), neverPrompt: true })
    await expect(quiet()).rejects.toEqual(refusal('STORE_CREDENTIALS'))
    answer(new Redacted(PASSPHRASE))
    expect(await waiting).toMatchObject({ revision: 1 })
    expect(await quiet()).toMatchObject({ revision: 1 })
  })

  test('and a wrong answer is STORE_CREDENTIALS without the answer; the next attempt asks again', async () => {
    await guard(PASSPHRASE, 'armored')
    const asked = answering('not the right words', PASSPHRASE)
    const documents = desk.open(asked)
    const error: unknown = await read(documents).catch((thrown: unknown) => thrown)
    expect(error).toEqual(refusal('STORE_CREDENTIALS', /could not be unlocked/))
    expect(JSON.stringify([error, String(error)])).not.toContain('not the right words')
    expect(await read(documents)).toMatchObject({ revision: 1 })
    expect(asked.prompts).toHaveLength(2)
  })

  test('that was damaged is STORE_CREDENTIALS', async () => {
    await guard(PASSPHRASE, 'armored')
    await fs.truncate(desk.identityPath, 200)
    const opened = read(desk.open(answering(PASSPHRASE)))
    await expect(opened).rejects.toEqual(refusal('STORE_CREDENTIALS', /could not be unlocked/))
  })
})

describeWith('age', 'the age tool', (age) => {
  test('reads each version of the vault with the identity', async () => {
    await desk.writeVersions(desk.open(), 3)
    for (const number of [1, 2, 3]) {
      const { stdout } = await run(age, ['-d', '-i', desk.identityPath, desk.vaultPath(number)])
      expect(JSON.parse(stdout)).toMatchObject({
        format: 'mm-secrets/vault/1',
        env: 'dev',
        number,
        ...marked(number),
      })
    }
  })

  test('makes identities that are taken', async () => {
    await fs.mkdir(desk.folder, { recursive: true, mode: 0o700 })
    await run(`${age}-keygen`, ['-o', desk.identityPath])
    await desk.writeVersions(desk.open(), 1)
    const { stdout } = await run(age, ['-d', '-i', desk.identityPath, desk.vaultPath(1)])
    expect(JSON.parse(stdout)).toMatchObject({ number: 1 })
  })

  test('and the public key that stands in an identity made here agree', async () => {
    await desk.writeVersions(desk.open(), 1)
    const { stdout } = await run(`${age}-keygen`, ['-y', desk.identityPath])
    expect(await fs.readFile(desk.identityPath, 'utf8')).toContain(`# public key: ${stdout}`)
  })
})
