import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFile, replaceFile } from '../../src/durable/atomic-file.ts'
import { fileError, systemCode } from '../../src/durable/file-error.ts'
import {
  makePrivateFolder,
  readPrivateFile,
  readRegularFile,
} from '../../src/durable/private-file.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import type { FileSystem } from '../../src/runtime/deps.ts'
import { newCall } from '../../src/runtime/call.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { refusal } from '../refusal.ts'
import { observedFs, systemError } from './observed-fs.ts'

const POSIX = process.platform !== 'win32'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'mm-atomic-'))
  path = join(folder, 'file')
})
afterEach(async () => {
  await fs.rm(folder, { recursive: true, force: true })
})

const wait = (): { clock: typeof systemClock; call: ReturnType<typeof newCall> } => ({
  clock: systemClock,
  call: newCall(systemClock),
})
const create = (content: string, system: FileSystem = fs): Promise<boolean> =>
  createFile(system, path, content, wait())

/** A file system whose link() answers so, after doing it or not. */
function linking(code: string, done: boolean): FileSystem {
  return {
    ...fs,
    link: async (from, to) => {
      if (done) await fs.link(from, to)
      throw systemError(code, 'link')
    },
  }
}

describe('creating a file', () => {
  test('writes it for its owner alone, and leaves nothing beside it', async () => {
    expect(await create('all of it')).toBe(true)
    expect(await fs.readFile(path, 'utf8')).toBe('all of it')
    expect(await fs.readdir(folder)).toEqual(['file'])
    if (POSIX) expect((await fs.stat(path)).mode & 0o777).toBe(0o600)
  })

  test('never replaces one that is there', async () => {
    await create('first')
    expect(await create('second')).toBe(false)
    expect(await fs.readFile(path, 'utf8')).toBe('first')
    expect(await fs.readdir(folder)).toEqual(['file'])
  })

  test.each([{ links: true }, { links: false }])(
    'lets exactly one of many at once succeed (hard links: $links)',
    async ({ links }) => {
      const system = links ? fs : linking('EPERM', false)
      const all = Array.from({ length: 16 }, (_, index) => `writer ${index}`)
      const outcomes = await Promise.all(all.map((content) => create(content, system)))
      expect(outcomes.filter(Boolean)).toHaveLength(1)
      expect(await fs.readFile(path, 'utf8')).toBe(all[outcomes.indexOf(true)])
      expect((await fs.readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
    },
  )

  test.each(['EEXIST', 'EIO', 'ETIMEDOUT'])(
    'succeeds when link answers %s although it was done',
    async (code) => {
      expect(await create('done', linking(code, true))).toBe(true)
      expect(await fs.readFile(path, 'utf8')).toBe('done')
    },
  )

  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])(
    'does without hard links where link answers %s',
    async (code) => {
      expect(await create('one', linking(code, false))).toBe(true)
      expect(await create('two', linking(code, false))).toBe(false)
      expect(await fs.readFile(path, 'utf8')).toBe('one')
    },
  )

  test('passes other errors of link on, and leaves nothing', async () => {
    await expect(create('x', linking('EIO', false))).rejects.toMatchObject({ code: 'EIO' })
    expect(await fs.readdir(folder)).toEqual([])
  })

  test('syncs the file before it has its name, and the folder before it is acknowledged', async () => {
    const calls: string[] = []
    const observed = observedFs((name) => {
      calls.push(name)
    })
    await create('x', observed)
    const steps = calls.filter((name) => ['link', 'sync', 'unlink', 'writeFile'].includes(name))
    const folderSync = POSIX ? ['sync'] : []
    expect(steps).toEqual(['writeFile', 'sync', 'link', ...folderSync, 'unlink'])
  })

  test('when stopped at any call leaves nothing or all of it', async () => {
    for (let at = 1, more = true; more; at += 1) {
      let calls = 0
      const stopped = observedFs((name) => {
        calls += 1
        if (calls >= at) throw systemError('ESHUTDOWN', name)
      })
      const acknowledged = await create('all of it', stopped).catch(() => false)
      const found = await fs.readFile(path, 'utf8').catch(() => null)
      expect(acknowledged ? ['all of it'] : ['all of it', null]).toContain(found)
      await fs.rm(path, { force: true })
      more = calls >= at
    }
  })
})

describe('replacing a file', () => {
  test('puts the new content in place of the old', async () => {
    await replaceFile(fs, path, 'old')
    await replaceFile(fs, path, Buffer.from('new'))
    expect(await fs.readFile(path, 'utf8')).toBe('new')
    expect(await fs.readdir(folder)).toEqual(['file'])
  })

  test('when stopped at any call leaves the old or the new', async () => {
    for (let at = 1, more = true; more; at += 1) {
      await replaceFile(fs, path, 'old')
      let calls = 0
      const stopped = observedFs((name) => {
        calls += 1
        if (calls >= at) throw systemError('ESHUTDOWN', name)
      })
      const acknowledged = await replaceFile(stopped, path, 'new').then(
        () => true,
        () => false,
      )
      const found = await fs.readFile(path, 'utf8')
      expect(acknowledged ? ['new'] : ['old', 'new']).toContain(found)
      more = calls >= at
    }
  })

  test('that fails leaves no temporary file', async () => {
    const full = observedFs((name) => {
      if (name === 'writeFile') throw systemError('ENOSPC', 'write')
    })
    await expect(replaceFile(full, path, 'x')).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await fs.readdir(folder)).toEqual([])
  })
})

describe('reading a private file', () => {
  test('gives its bytes, or null when there is none', async () => {
    expect(await readPrivateFile(fs, path, 'the file')).toBeNull()
    await create('mine')
    expect((await readPrivateFile(fs, path, 'the file'))?.toString()).toBe('mine')
  })

  test.skipIf(!POSIX)('refuses one that others may read, naming it and the chmod', async () => {
    await create('mine')
    await fs.chmod(path, 0o644)
    const error: unknown = await readPrivateFile(fs, path, 'the key').catch((e: unknown) => e)
    expect(error).toEqual(refusal('CONFIG', /^The key is open to other users: .*file$/))
    expect(error).toMatchObject({ hint: `Close it: chmod 600 '${path}'` })
  })

  test.skipIf(!POSIX)('refuses a symbolic link', async () => {
    await fs.writeFile(`${path}.real`, 'mine', { mode: 0o600 })
    await fs.symlink(`${path}.real`, path)
    const read = readPrivateFile(fs, path, 'the key')
    await expect(read).rejects.toEqual(refusal('CONFIG', /^The key is a symbolic link/))
  })
})

test('a file of 3 GiB is CORRUPT before it is read, and its path and size are named', async () => {
  await create('mine')
  await fs.truncate(path, 3 * 1024 ** 3)
  const large = refusal(
    'CORRUPT',
    /^The key has 3221225472 bytes, where 65536 are the most: .*file$/,
  )
  await expect(readPrivateFile(fs, path, 'the key')).rejects.toEqual(large)
  await expect(readRegularFile(fs, path, 'the key')).rejects.toEqual(large)
  await fs.truncate(path, 65_537)
  expect(await readRegularFile(fs, path, 'the key', 65_537)).toHaveLength(65_537)
})

describe('making a private folder', () => {
  test.skipIf(!POSIX)('makes it and those above it for this user alone', async () => {
    const deep = join(folder, 'a', 'b')
    await makePrivateFolder(fs, deep)
    await makePrivateFolder(fs, deep)
    for (const made of [join(folder, 'a'), deep]) {
      expect((await fs.stat(made)).mode & 0o777).toBe(0o700)
    }
  })

  test('makes the entries of all that it made durable', async () => {
    const synced: string[] = []
    const observed = observedFs((name, [opened]) => {
      if (name === 'open') synced.push(String(opened))
    })
    await makePrivateFolder(observed, join(folder, 'a', 'b'))
    expect(synced).toEqual(POSIX ? [join(folder, 'a'), folder] : [])
  })

  test.skipIf(!POSIX)('refuses a symbolic link in its place', async () => {
    await fs.mkdir(join(folder, 'real'))
    await fs.symlink('real', path)
    await expect(makePrivateFolder(fs, path)).rejects.toEqual(refusal('CONFIG', /symbolic link/))
    await fs.rmdir(join(folder, 'real'))
    await expect(makePrivateFolder(fs, path)).rejects.toEqual(refusal('CONFIG', /symbolic link/))
  })

  test('refuses a file in its place', async () => {
    await create('x')
    await expect(makePrivateFolder(fs, path)).rejects.toEqual(refusal('CONFIG', /Not a folder/))
  })

  test.skipIf(!POSIX)('refuses one that others may write to', async () => {
    await fs.mkdir(path)
    await fs.chmod(path, 0o770)
    const made = makePrivateFolder(fs, path)
    await expect(made).rejects.toEqual(refusal('CONFIG', /Other users may write to the folder/))
  })
})

describe('an error of the system', () => {
  test.each([
    ['ENOSPC', 'UNAVAILABLE'],
    ['EDQUOT', 'UNAVAILABLE'],
    ['EFBIG', 'UNAVAILABLE'],
    ['EMFILE', 'UNAVAILABLE'],
    ['EIO', 'UNAVAILABLE'],
    ['EROFS', 'CONFIG'],
    ['ENOTDIR', 'CONFIG'],
    ['EACCES', 'DENIED'],
    ['EPERM', 'DENIED'],
    ['ENOENT', 'UNAVAILABLE'],
  ] as const)('%s becomes %s that names what was done, the path and a remedy', (system, code) => {
    const cause = systemError(system, 'open')
    const error = fileError(cause, '/a/path', 'writing the vault')
    expect(error).toEqual(refusal(code, /^Failed while writing the vault: .*: \/a\/path$/))
    expect(error.hint).toMatch(/\.$/)
    expect(error.cause).toBe(cause)
  })

  test('of ours stays what it is, and a bug stays a bug', () => {
    const ours = new SecretsError('CORRUPT', 'Damaged.')
    expect(fileError(ours, '/a', 'reading')).toBe(ours)
    expect(() => fileError(new TypeError('a bug'), '/a', 'reading')).toThrow(TypeError)
    expect(systemCode(new TypeError('a bug'))).toBeNull()
  })
})
