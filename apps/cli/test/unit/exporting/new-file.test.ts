import * as fs from 'node:fs/promises'
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refuseUnsafePath, writeNewFile } from '../../../src/exporting/new-file.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mm-export-'))
  path = join(folder, 'keys.env')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const usage = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) as string })

test("the file is its owner's alone, whatever the umask", async () => {
  const before = process.umask(0)
  try {
    await writeNewFile(fs, path, 'text')
  } finally {
    process.umask(before)
  }
  expect(readFileSync(path, 'utf8')).toBe('text')
  expect(lstatSync(path).mode & 0o777).toBe(0o600)
})

test('what exists is never written to: a file, a folder, a link that leads nowhere', async () => {
  writeFileSync(path, 'mine')
  await expect(refuseUnsafePath(fs, path, 'outside')).rejects.toEqual(usage(/exists already/))
  await expect(writeNewFile(fs, path, 'text')).rejects.toEqual(usage(/exists already/))
  expect(readFileSync(path, 'utf8')).toBe('mine')
  await expect(writeNewFile(fs, folder, 'text')).rejects.toEqual(usage(/exists already/))

  const link = join(folder, 'link')
  symlinkSync(join(folder, 'target'), link)
  await expect(refuseUnsafePath(fs, link, 'outside')).rejects.toEqual(usage(/symbolic link/))
  await expect(writeNewFile(fs, link, 'text')).rejects.toEqual(
    usage(/exists already|symbolic link/),
  )
  expect(readdirSync(folder).sort()).toEqual(['keys.env', 'link'])
})

test.each(['tracked', 'untracked', 'unknown'] as const)(
  'a path that git has or may take is refused: %s',
  async (standing) => {
    await expect(refuseUnsafePath(fs, path, standing)).rejects.toEqual(usage(/git/))
  },
)

test.each(['outside', 'ignored'] as const)(
  'a path that git leaves alone is fine: %s',
  async (standing) => {
    await expect(refuseUnsafePath(fs, path, standing)).resolves.toBeUndefined()
  },
)

test('a folder that does not exist is told', async () => {
  const inside = join(folder, 'no', 'keys.env')
  await expect(writeNewFile(fs, inside, 'x')).rejects.toEqual(usage(/folder does not exist/))
})

test.each(['chmod', 'writeFile', 'sync', 'close'] as const)(
  'a disk that fails at %s leaves no part of a value behind',
  async (step) => {
    const failing = {
      ...fs,
      open: async (...args: Parameters<typeof fs.open>) => {
        const file = await fs.open(...args)
        const fail = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
        const close = file.close.bind(file)
        const atClose = async (): Promise<void> => {
          await close()
          await fail()
        }
        return Object.assign(file, { [step]: step === 'close' ? atClose : fail })
      },
    }
    await expect(writeNewFile(failing, path, 'text')).rejects.toEqual(
      expect.objectContaining({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('ENOSPC') as string,
      }),
    )
    expect(readdirSync(folder)).toEqual([])
  },
)
