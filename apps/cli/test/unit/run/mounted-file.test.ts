import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeMountedFile } from '../../../src/run/mounted-file.ts'

let folder = ''
let made = 0
const fresh = (): string => join(folder, `mount-${++made}`)

beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'mm-mount-'))
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

test('is closed to all others, rewritten whole, and leaves nothing', async () => {
  const path = fresh()
  const file = await makeMountedFile(fs, path, 42)
  expect(await fs.readFile(path, 'utf8')).toBe('')
  await file.write('first')
  const opened = await fs.open(path)
  await file.write('second')
  expect(await opened.readFile('utf8')).toBe('first')
  await opened.close()
  expect(await fs.readFile(path, 'utf8')).toBe('second')
  expect((await fs.stat(path)).mode & 0o777).toBe(0o600)
  await file.remove()
  expect(await fs.readdir(folder)).toEqual([])
})

test('is never made in the place of anything', async () => {
  const [taken, link, nowhere] = [fresh(), fresh(), fresh()]
  await fs.writeFile(taken, 'mine')
  await fs.symlink(taken, link)
  await fs.symlink(join(folder, 'absent'), nowhere)
  for (const path of [taken, link, nowhere, folder]) {
    await expect(makeMountedFile(fs, path, 42)).rejects.toMatchObject({
      code: 'USAGE',
      message: `--mount: ${path} cannot be used: it exists already.`,
    })
  }
  expect(await fs.readFile(taken, 'utf8')).toBe('mine')
  await Promise.all([taken, link, nowhere].map((path) => fs.unlink(path)))
})

test('needs a folder, and a name of one line', async () => {
  await expect(makeMountedFile(fs, join(folder, 'absent', 'x'), 42)).rejects.toMatchObject({
    message: expect.stringContaining('its folder does not exist') as string,
  })
  await expect(makeMountedFile(fs, `${fresh()}\nrm`, 42)).rejects.toMatchObject({ code: 'USAGE' })
})

test('a file that somebody else has put in its place is neither written nor removed', async () => {
  const path = fresh()
  const file = await makeMountedFile(fs, path, 42)
  await file.write('ours')
  await fs.rename(path, `${path}.old`)
  await fs.writeFile(path, 'theirs')
  await expect(file.write('new')).rejects.toMatchObject({ code: 'USAGE' })
  await file.remove()
  expect(await fs.readFile(path, 'utf8')).toBe('theirs')
  expect((await fs.readdir(folder)).sort()).toEqual([`mount-${made}`, `mount-${made}.old`])
  await Promise.all([fs.unlink(path), fs.unlink(`${path}.old`)])
})

test('a rewrite that fails leaves the old content and no temporary file', async () => {
  const path = fresh()
  const full = {
    ...fs,
    rename: () =>
      Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'rename' })),
  }
  const file = await makeMountedFile(fs, path, 42)
  await file.write('old')
  const broken = await makeMountedFile(full, fresh(), 42)
  await expect(broken.write('new')).rejects.toThrow('full')
  await broken.remove()
  expect(await fs.readdir(folder)).toEqual([path.slice(folder.length + 1)])
  await file.remove()
})
