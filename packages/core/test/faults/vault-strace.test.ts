import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { realPart } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import type { SystemCall } from './strace.ts'
import { callsOfWrite, tracingRefused, writeWithFault } from './strace.ts'
import { acknowledgedIn, expectIntact, inFolder, makeHome } from './vault-home.ts'

const AT_ONCE = 3
const strace = realPart('strace') ?? ''
const refused = tracingRefused(realPart('strace'))
const title = 'a real process, traced by strace'

describe.skipIf(refused !== null)(
  refused === null ? title : `${title} (skipped: ${refused})`,
  () => {
    test.each([
      { what: 'the first write', versions: 0 },
      { what: 'a later write', versions: 2 },
      { what: 'a write that prunes', versions: 33 },
    ])(
      'killed at each system call of $what in turn loses nothing',
      async ({ versions }) => {
        const calls = await eachCall(versions, async (home, call) => {
          const { signal, stdout } = await writeWithFault(strace, home, call, 'signal=KILL')
          // How often the thread wakes the other one varies, and with it which write is the n-th.
          if (call.name !== 'write') expect(signal, JSON.stringify(call)).toBe('SIGKILL')
          await expectIntact(home, [...marks(versions), ...acknowledgedIn(stdout)])
        })
        const names = calls.map(({ name }) => name)
        expect(names).toEqual(
          expect.arrayContaining(['openat', 'write', 'fsync', 'link', 'unlink']),
        )
        expect(calls.length).toBeGreaterThan(15)
      },
      240_000,
    )

    test('meeting a full disk at each system call says so, and loses nothing', async () => {
      await eachCall(2, async (home, call) => {
        // It could meet a wake-up, at which libuv aborts. `vault-full-disk.test.ts` fills a real disk.
        if (call.name === 'write') return
        const { signal, stdout, stderr } = await writeWithFault(strace, home, call, 'error=ENOSPC')
        expect(signal, `${JSON.stringify(call)} ${stderr}`).toBeNull()
        expect(stdout + stderr, JSON.stringify(call)).toMatch(/done new|no space is left/)
        await expectIntact(home, [...marks(2), ...acknowledgedIn(stdout)])
      })
    }, 240_000)
  },
)

const marks = (versions: number): readonly string[] =>
  Array.from({ length: versions }, (_, index) => `old-${index + 1}`)

/** Does the work for each call of a write on a vault of so many versions, on a copy each. */
async function eachCall(
  versions: number,
  work: (home: string, call: SystemCall) => Promise<void>,
): Promise<readonly SystemCall[]> {
  return inFolder(async (folder) => {
    const template = join(folder, 'template')
    await makeHome(template, versions)
    const copy = async (name: string): Promise<string> => {
      const home = join(folder, name)
      await fs.cp(template, home, { recursive: true, preserveTimestamps: true })
      return home
    }
    const calls = await callsOfWrite(strace, await copy('counted'))
    const waiting = [...calls.entries()]
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, call] = next
        await work(await copy(String(index)), call)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    return calls
  })
}
