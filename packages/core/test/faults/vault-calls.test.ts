import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { observedFs, systemError } from '../durable/observed-fs.ts'
import { addMark } from './marks.ts'
import {
  acknowledgedIn,
  expectIntact,
  inFolder,
  makeHome,
  openVaults,
  startChild,
} from './vault-home.ts'

const HOMES = [
  { what: 'the first write', versions: 0 },
  { what: 'a later write', versions: 2 },
  { what: 'a write that prunes', versions: 33 },
] as const

const AT_ONCE = 3

const withoutLinks = observedFs((name) => {
  if (name === 'link') throw systemError('EPERM', 'link')
})

/** From the n-th call on nothing happens any more: to the disk this is a process that was killed. */
const STOP = 'stops'

/** Does one write on a copy of the home, with a fault at the n-th call. @returns false when there were fewer calls */
async function writeWithFault(template: string, fault: string, at: number): Promise<boolean> {
  return inFolder(async (folder) => {
    const home = join(folder, 'home')
    await fs.cp(template, home, { recursive: true, preserveTimestamps: true })
    let calls = 0
    const faulty = observedFs((name) => {
      calls += 1
      if (fault === STOP ? calls >= at : calls === at) {
        throw systemError(fault === STOP ? 'ESHUTDOWN' : fault, name)
      }
    })
    const outcome = await addMark(openVaults(home, faulty), 'new').then(
      () => 'acknowledged',
      (error: unknown) => error,
    )
    if (outcome !== 'acknowledged') expect(outcome).toBeInstanceOf(SecretsError)
    const old = Object.keys(await oldMarks(template))
    await expectIntact(home, outcome === 'acknowledged' ? [...old, 'new'] : old)
    return calls >= at
  })
}

async function oldMarks(template: string): Promise<Readonly<Record<string, unknown>>> {
  const call = { deadline: Number.MAX_SAFE_INTEGER }
  return (await openVaults(template).read('dev', call))?.document.credentials ?? {}
}

describe.each(HOMES)('$what', ({ versions }) => {
  test.each([STOP, 'EIO', 'ENOSPC', 'EACCES', 'EMFILE'])(
    'loses nothing when each call in turn %s',
    async (fault) => {
      await inFolder(async (folder) => {
        const template = join(folder, 'template')
        await makeHome(template, versions)
        let calls = 0
        while (await writeWithFault(template, fault, calls + 1)) calls += 1
        expect(calls).toBeGreaterThan(20)
      })
    },
    120_000,
  )
})

describe('where hard links are refused', () => {
  test('a write succeeds, and so do writers at the same time', async () => {
    await inFolder(async (home) => {
      const writers = Array.from({ length: 4 }, (_, index) => index)
      await Promise.all(
        writers.map(async (writer) => {
          const documents = openVaults(home, withoutLinks)
          for (let count = 0; count < 5; count += 1) await addMark(documents, `${writer}-${count}`)
        }),
      )
      const all = writers.flatMap((writer) => [0, 1, 2, 3, 4].map((count) => `${writer}-${count}`))
      await expectIntact(home, all)
    })
  })

  test('a process killed at each call in turn loses nothing and blocks nobody', async () => {
    await inFolder(async (folder) => {
      const template = join(folder, 'template')
      await makeHome(template, 2)
      for (let first = 1; ; first += AT_ONCE) {
        const batch = Array.from({ length: AT_ONCE }, (_, index) => first + index)
        const killed = await Promise.all(
          batch.map((at) => killedAt(template, `${folder}/${at}`, at)),
        )
        if (killed.includes(false)) {
          expect(first).toBeGreaterThan(30)
          return
        }
      }
    })
  }, 240_000)
})

/** One write by a process that is killed before its n-th call. @returns false when it made fewer calls */
async function killedAt(template: string, home: string, at: number): Promise<boolean> {
  await fs.cp(template, home, { recursive: true })
  const { signal, stdout, stderr } = await startChild(['nolink', home, 'new', `${at}`]).ended
  expect(stderr).toBe('')
  // The lock of the dead process is in the way of the next one that needs it.
  await addMark(openVaults(home, withoutLinks), 'next')
  const acknowledged = acknowledgedIn(stdout)
  await expectIntact(home, ['old-1', 'old-2', 'next', ...acknowledged])
  expect(acknowledged).toEqual(signal === 'SIGKILL' ? [] : ['new'])
  return signal === 'SIGKILL'
}
