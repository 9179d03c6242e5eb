import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { FileDocuments } from '../../src/backend/file/index.ts'
import { fileDocuments } from '../../src/backend/file/index.ts'
import type { FileSystem } from '../../src/runtime/deps.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { Running } from '../durable/processes.ts'
import { startScript } from '../durable/processes.ts'
import { addMark, marksIn } from './marks.ts'

const CHILD = new URL('vault-child.ts', import.meta.url)

export function openVaults(home: string, system: FileSystem = fs): FileDocuments {
  return fileDocuments({
    home,
    fs: system,
    clock: systemClock,
    randomness: randomBytes,
    warn: () => undefined,
    auditHead: () => Promise.resolve(null),
  })
}

/** Runs with an empty folder that is removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'mm-faults-'))
  try {
    return await work(folder)
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
}

/** A home whose vault has so many versions: none, a few, or so many that the next write prunes. */
export async function makeHome(home: string, versions: number): Promise<void> {
  await fs.mkdir(home, { mode: 0o700 })
  const documents = openVaults(home)
  for (let number = 1; number <= versions; number += 1) await addMark(documents, `old-${number}`)
}

/** After a fault: the vault opens, holds what was acknowledged, and takes a write. */
export async function expectIntact(home: string, acknowledged: readonly string[]): Promise<void> {
  const found = await marksIn(openVaults(home))
  expect(acknowledged.filter((mark) => !found.has(mark))).toEqual([])
  await addMark(openVaults(home), 'afterwards')
  const after = await marksIn(openVaults(home))
  expect([...found, 'afterwards'].filter((mark) => !after.has(mark))).toEqual([])
}

export function startChild(args: readonly string[], wrapper: readonly string[] = []): Running {
  return startScript(CHILD, args, wrapper)
}

/** Resolves when the child says a line that begins so. @throws when it ends before */
export function saying(running: Running, beginning: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = ''
    running.child.stdout?.on('data', (text: string) => {
      heard += text
      if (heard.split('\n').some((line) => line.startsWith(beginning))) resolve()
    })
    void running.ended.then(({ stderr }) => {
      reject(new Error(`It ended without saying ${beginning}: ${stderr}`))
    })
  })
}

/** What a child acknowledged before it ended, however it ended. */
export function acknowledgedIn(stdout: string): readonly string[] {
  return stdout.split('\n').flatMap((line) => (line.startsWith('done ') ? [line.slice(5)] : []))
}
