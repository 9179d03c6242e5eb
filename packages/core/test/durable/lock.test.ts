import { execFileSync } from 'node:child_process'
import {
  mkdtemp,
  mkdir,
  readFile,
  readdir,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fs from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withLock } from '../../src/durable/lock.ts'
import type { LockOwner } from '../../src/durable/lock-owner.ts'
import { thisProcess } from '../../src/durable/lock-owner.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { observedFs, systemError } from './observed-fs.ts'
import type { Running } from './processes.ts'
import { startScript } from './processes.ts'

const CHILD = new URL('lock-child.ts', import.meta.url)
const POSIX = process.platform !== 'win32'
const TOKEN = '00000000-0000-4000-8000-000000000001'

let folder = ''
let lock = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mm-lock-'))
  lock = join(folder, 'lock')
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const soon = (ms = 30_000): { deadline: number } => ({ deadline: systemClock.now() + ms })

describe('one process', () => {
  test('callers enter in the order in which they came, one at a time', async () => {
    const order: string[] = []
    const enter = (name: string): Promise<void> =>
      withLock(fs, lock, systemClock, soon(), async () => {
        order.push(`${name} in`)
        await systemClock.sleep(1)
        order.push(`${name} out`)
      })
    await Promise.all(['a', 'b', 'c'].map(enter))
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
  })

  test('the work returns its value or throws its own error, and nothing is left behind', async () => {
    await expect(withLock(fs, lock, systemClock, soon(), () => Promise.resolve(7))).resolves.toBe(7)
    const fails = withLock(fs, lock, systemClock, soon(), () => Promise.reject(new Error('mine')))
    await expect(fails).rejects.toThrow('mine')
    expect(await readdir(folder)).toEqual([])
  })

  test('the owner stands in the lock while it is held', async () => {
    const owner = await withLock(fs, lock, systemClock, soon(), () =>
      readFile(join(lock, 'owner'), 'utf8'),
    )
    expect(JSON.parse(owner)).toMatchObject({ process: await thisProcess(fs) })
  })

  test('a failure at any call gives an error or success, and the lock can be taken afterwards', async () => {
    for (let fatal = 1; ; fatal += 1) {
      let calls = 0
      const failing = observedFs((name) => {
        calls += 1
        if (calls === fatal) throw systemError('EIO', name)
      })
      let entered = 0
      const enter = (): Promise<void> => {
        entered += 1
        return Promise.resolve()
      }
      await withLock(failing, lock, systemClock, soon(), enter).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'UNAVAILABLE' })
        expect(entered).toBe(0)
      })
      await withLock(fs, lock, systemClock, soon(2_000), enter)
      if (calls < fatal) break
    }
    expect(await readdir(folder)).not.toContain('lock')
  })

  test('where the folder is missing, the error names the lock', async () => {
    const path = join(folder, 'missing', 'lock')
    await expect(withLock(fs, path, systemClock, soon(), () => Promise.resolve())).rejects.toThrow(
      path,
    )
  })

  test('a person who leaves while waiting is let go at once', async () => {
    await heldBy({ host: 'elsewhere' })
    const leaving = new AbortController()
    const waiting = withLock(
      fs,
      lock,
      {
        now: systemClock.now,
        sleep: (ms, signal) => {
          leaving.abort()
          return systemClock.sleep(ms, signal)
        },
      },
      { ...soon(), signal: leaving.signal },
      () => Promise.resolve(),
    )
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(await readdir(folder)).toEqual(['lock'])
  })
})

describe('an owner that is gone', () => {
  const gone: readonly (readonly [string, Partial<LockOwner['process']>])[] = [
    ['the machine was restarted', { boot: 'another-boot' }],
    ['no process has its pid', { pid: 2 ** 22 + 1 }],
    // Elsewhere nothing tells when a process began.
    ...(process.platform === 'linux'
      ? [['another process has its pid', { startTime: '1' }] as const]
      : []),
  ]
  test.each(gone)('is followed: %s', async (_, owner) => {
    await heldBy(owner)
    await withLock(fs, lock, systemClock, soon(), () => Promise.resolve())
    expect(await readdir(folder)).toEqual([])
  })

  test('is followed when the power failed before its name was written', async () => {
    await mkdir(lock)
    await writeFile(join(lock, 'owner'), '')
    await withLock(fs, lock, systemClock, soon(), () => Promise.resolve())
    expect(await readdir(folder)).toEqual([])
  })

  const planted: readonly (readonly [string, (owner: string) => unknown])[] = [
    ['a pipe', (owner) => execFileSync('mkfifo', [owner])],
    ['a link to a device without an end', (owner) => symlink('/dev/zero', owner)],
    ['a file of 3 GiB', (owner) => writeFile(owner, '').then(() => truncate(owner, 3 * 1024 ** 3))],
  ]
  test.skipIf(!POSIX).each(planted)('is followed when it never was: %s', async (_, plant) => {
    await mkdir(lock)
    await plant(join(lock, 'owner'))
    await withLock(fs, lock, systemClock, soon(), () => Promise.resolve())
    expect(await readdir(folder)).toEqual([])
  })

  test('is followed when several died while they broke its lock', async () => {
    await heldBy({ boot: 'another-boot' })
    for (const number of [1, 2, 3]) {
      await heldBy({ boot: 'another-boot' }, `lock.${TOKEN}.break.${number}`)
    }
    await withLock(fs, lock, systemClock, soon(), () => Promise.resolve())
    expect(await readdir(folder)).toEqual([])
  })

  test('leaves claims and breaks behind, which the next owner sweeps', async () => {
    await heldBy({}, `lock.${TOKEN}`)
    await fs.utimes(join(folder, `lock.${TOKEN}`), 1, 1)
    await heldBy({}, `lock.${TOKEN}.break.1`)
    await withLock(fs, lock, systemClock, soon(), () => Promise.resolve())
    expect(await readdir(folder)).toEqual([])
  })
})

describe('an owner that may be alive', () => {
  const alive: readonly (readonly [string, Partial<LockOwner['process']>])[] = [
    ['another host', { host: 'elsewhere', boot: 'another-boot' }],
    ['another container', { pidNamespace: 1, pid: 2 ** 22 + 1 }],
    ['this process', {}],
  ]
  test.each(alive)('is waited for, and named past the deadline: %s', async (_, owner) => {
    await heldBy(owner)
    const waiting = withLock(fs, lock, hastyClock(), soon(), () => Promise.resolve())
    const { pid = process.pid, host = hostname() } = owner
    await expect(waiting).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `${lock} is held by process ${pid} on ${host}.`,
    })
    expect(await readdir(folder)).toEqual(['lock'])
  })

  test('is left the claims that it is about to take a lock or a break with', async () => {
    const claims = [`lock.${TOKEN}`, `lock.${TOKEN}.break.1.${TOKEN}`]
    for (const claim of claims) await heldBy({}, claim)
    await withLock(fs, lock, systemClock, soon(), () => Promise.resolve())
    expect(await readdir(folder)).toEqual(claims)
  })

  test('keeps the lock while another one breaks it alive', async () => {
    await heldBy({ boot: 'another-boot' })
    await heldBy({ host: 'elsewhere', boot: 'another-boot' }, `lock.${TOKEN}.break.1`)
    const waiting = withLock(fs, lock, hastyClock(), soon(), () => Promise.resolve())
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await readdir(folder)).toContain('lock')
  })
})

describe('processes', () => {
  test('eight of them are never in the critical section together', async () => {
    const children = Array.from({ length: 8 }, () => enters('25'))
    for (const { ended } of children) {
      expect(await ended).toMatchObject({ code: 0, stdout: 'finished\n', stderr: '' })
    }
    expect(await readdir(folder)).toEqual([])
  })

  test('they take over from owners that are killed inside it, one at a time', async () => {
    // Each waits for the others, so that many see the same dead owner at the same moment.
    const contenders = Array.from({ length: 36 }, (_, n) =>
      n % 3 === 0 ? enters('20') : enters('4', 'holding'),
    )
    for (const [n, { ended }] of contenders.entries()) {
      const expected = n % 3 === 0 ? { code: 0, stdout: 'finished\n' } : { signal: 'SIGKILL' }
      expect(await ended).toMatchObject({ stderr: '', stdout: '', ...expected })
    }
  }, 120_000)

  test('they take over from one that is killed at any of its calls, breaking a lock included', async () => {
    await heldBy({ boot: 'another-boot' })
    const survivors = Array.from({ length: 2 }, () => enters('30'))
    for (let call = 1; call <= 40; call += 1) {
      const { signal, stdout } = await enters('2', String(call)).ended
      expect(stdout).not.toContain('OVERLAP')
      if (signal === null) break
      expect(signal).toBe('SIGKILL')
    }
    for (const { ended } of survivors) {
      expect(await ended).toMatchObject({ code: 0, stdout: 'finished\n', stderr: '' })
    }
  }, 120_000)
})

function enters(rounds: string, killAt = 'never'): Running {
  return startScript(CHILD, [lock, join(folder, 'canary'), rounds, killAt])
}

/** A lock as another process would leave it: this one's identity with some facts changed. */
async function heldBy(facts: Partial<LockOwner['process']>, name = 'lock'): Promise<void> {
  const owner: LockOwner = { token: TOKEN, process: { ...(await thisProcess(fs)), ...facts } }
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, 'owner'), JSON.stringify(owner))
}

/** Each pause takes ten seconds of this clock and none of ours. */
function hastyClock(): Clock {
  let ahead = 0
  return {
    now: () => systemClock.now() + ahead,
    sleep: (ms) => {
      ahead += 10_000
      return systemClock.sleep(Math.min(ms, 1))
    },
  }
}
