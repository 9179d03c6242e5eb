import * as fs from 'node:fs/promises'
import { constants } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answer } from '../../../src/completion/answer.ts'
import { EMPTY_WORD } from '../../../src/completion/names.ts'
import { readOnly } from '../../../src/completion/read-only.ts'
import type { Terminal } from '../../../src/context.ts'

let folder: string
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'mm-completion-'))
})
afterEach(() => fs.rm(folder, { recursive: true }))

async function told(
  words: readonly string[],
  openSession: Terminal['openSession'],
): Promise<string> {
  let text = ''
  const write = (part: string): void => void (text += part)
  const refuse = () => Promise.reject(new Error('Nobody is asked.'))
  const terminal: Partial<Terminal> = {
    stdout: { isTty: false, columns: 80, write },
    stderr: { isTty: false, columns: 80, write },
    prompts: { secret: refuse, line: refuse, confirm: refuse },
    env: {},
    fs,
    signal: new AbortController().signal,
    openSession,
  }
  await answer(words, terminal as Terminal)
  return text
}

test('whatever goes wrong is silence', async () => {
  const broken = () => Promise.reject(new TypeError('a bug'))
  expect(await told(['fetch', '--account', ''], broken)).toBe('')
  expect(await told(['fetch', '--exchange', 'b'], broken)).toBe('bybit\nbinance\n')
})

test('what is opened can neither ask, tell nor write', async () => {
  let asked: boolean | null = null
  const open: Terminal['openSession'] = async (terminal, ask) => {
    asked = ask
    terminal.stderr.write('a warning')
    await terminal.fs.mkdir(join(folder, 'made')).catch(() => undefined)
    throw new Error('no session')
  }
  expect(await told(['fetch', '--account', EMPTY_WORD], open)).toBe('')
  expect(asked).toBe(false)
  expect(await fs.readdir(folder)).toEqual([])
})

test('a file system for reading reads, and refuses all else', async () => {
  const path = join(folder, 'file')
  await fs.writeFile(path, 'text')
  const guarded = readOnly(fs)
  for (const flags of [undefined, 'r', constants.O_RDONLY | constants.O_NOFOLLOW]) {
    const file = await guarded.open(path, flags)
    expect(await file.readFile('utf8')).toBe('text')
    await file.close()
  }
  for (const flags of [
    'w',
    'wx',
    'a',
    'r+',
    constants.O_RDWR,
    constants.O_WRONLY,
    constants.O_CREAT,
  ]) {
    await expect(guarded.open(path, flags)).rejects.toThrow('Nothing is written here.')
  }
  await expect(guarded.link(path, `${path}2`)).rejects.toThrow()
  await expect(guarded.rename(path, `${path}2`)).rejects.toThrow()
  await expect(guarded.unlink(path)).rejects.toThrow()
  await expect(guarded.rmdir(folder)).rejects.toThrow()
  expect(await guarded.readdir(folder)).toEqual(['file'])
  expect((await guarded.lstat(path)).size).toBe(4)
})
