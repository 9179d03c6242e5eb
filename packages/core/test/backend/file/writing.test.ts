import * as fs from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { AuditHead } from '../../../src/audit/event.ts'
import type { FileSystem } from '../../../src/runtime/deps.ts'
import { refusal } from '../../refusal.ts'
import { call, marked, useVaultDesk } from './desk.ts'

const desk = useVaultDesk()
const HOUR_MS = 60 * 60 * 1000

const names = async (prefix: string): Promise<readonly string[]> =>
  (await fs.readdir(desk.folder)).filter((name) => name.startsWith(prefix))

/** The file system, where `link` to a vault waits until it is let go. */
function heldLink(): { fs: FileSystem; reached: Promise<void>; letGo: () => void } {
  const reached = signal()
  const held = signal()
  const link: FileSystem['link'] = async (from, to) => {
    if (String(to).endsWith('.age')) {
      reached.give()
      await held.given
    }
    return fs.link(from, to)
  }
  return { fs: { ...fs, link }, reached: reached.given, letGo: held.give }
}

function signal(): { given: Promise<void>; give: () => void } {
  let give: () => void = () => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return {
    given,
    give: () => {
      give()
    },
  }
}

describe('a version that could not be read back', () => {
  test('is refused before it is there, and what was written stays', async () => {
    await desk.writeVersions(desk.open(), 1)
    const small = desk.open({ maxVaultBytes: 4096 })
    const long = { credentials: { mark: { text: 'x'.repeat(8192) } } }
    await expect(small.replace('dev', long, 1, call())).rejects.toThrow(
      refusal('UNAVAILABLE', /vault of dev would grow beyond/),
    )
    expect(await names('vault.')).toEqual(['vault.v000001.age'])
    await desk.writeVersions(small, 1)
    expect((await desk.open().read('dev', call()))?.revision).toBe(2)
  })
})

describe('a version', () => {
  test('is pretty JSON with sorted names, number, parent and time, and last its MAC', async () => {
    await desk.writeVersions(desk.open(), 2)
    const content = await desk.decrypt(2)
    const names = Object.keys(content).filter((name) => name !== 'mac')
    expect(Object.keys(content)).toEqual([...names.sort(), 'mac'])
    expect(content).toMatchObject({ env: 'dev', number: 2, format: 'mm-secrets/vault/1' })
    const { createHash } = await import('node:crypto')
    const parent = createHash('sha256').update(await fs.readFile(desk.vaultPath(1)))
    expect(content['parent']).toBe(parent.digest('hex'))
    expect(Date.parse(content['writtenAt'] as string)).not.toBeNaN()
    expect((await desk.decrypt(1))['parent']).toBeNull()
  })

  test('keeps any content, the name __proto__ too', async () => {
    const credentials = JSON.parse(
      '{"__proto__":{"b":1,"a":[null,"\\ud800 ☃"]},"1":2,"0":{}}',
    ) as Record<string, unknown>
    await desk.open().replace('dev', { credentials }, 0, call())
    const found = await desk.open().read('dev', call())
    expect(JSON.stringify(found?.document.credentials)).toBe(
      '{"0":{},"1":2,"__proto__":{"a":[null,"\\ud800 ☃"],"b":1}}',
    )
  })

  test('is not shared with the caller: what he changes later is not stored', async () => {
    const documents = desk.open()
    const credentials = { mark: { number: 1 } }
    await documents.replace('dev', { credentials }, 0, call())
    credentials.mark.number = 7
    expect((await documents.read('dev', call()))?.document.credentials).toEqual(
      marked(1).credentials,
    )
  })

  test('at a revision that is not the newest is not written', async () => {
    const documents = desk.open()
    expect(await documents.replace('dev', marked(1), 1, call())).toBe(false)
    await desk.writeVersions(documents, 2)
    for (const revision of [0, 1, 3]) {
      expect(await documents.replace('dev', marked(9), revision, call())).toBe(false)
    }
    expect(await names('vault.')).toEqual(['vault.v000001.age', 'vault.v000002.age'])
  })

  test('is not written once the person has left', async () => {
    const documents = desk.open()
    await desk.writeVersions(documents, 1)
    const left = { ...call(), signal: AbortSignal.abort() }
    await expect(documents.replace('dev', marked(2), 1, left)).rejects.toEqual(
      refusal('INTERRUPTED'),
    )
    expect(await names('vault.')).toEqual(['vault.v000001.age'])
  })
})

describe('reading again', () => {
  test('decrypts once for each version, however many ask', async () => {
    await desk.writeVersions(desk.open(), 1)
    let opened = 0
    const open: FileSystem['open'] = (path, ...rest) => {
      if (String(path).endsWith('.age')) opened += 1
      return fs.open(path, ...rest)
    }
    const documents = desk.open({ fs: { ...fs, open } })
    await Promise.all(Array.from({ length: 100 }, () => documents.read('dev', call())))
    await documents.read('dev', call())
    expect(opened).toBe(1)
  })

  test('always shows what another process wrote', async () => {
    const [one, other] = [desk.open(), desk.open()]
    for (let number = 1; number <= 5; number += 1) {
      await desk.writeVersions(number % 2 === 0 ? one : other, 1)
      for (const documents of [one, other]) {
        expect(await documents.read('dev', call())).toMatchObject({ revision: number })
      }
    }
  })
})

describe('pruning', () => {
  test('keeps the newest 32 versions', async () => {
    await desk.writeVersions(desk.open(), 40)
    const versions = await names('vault.')
    expect(versions).toHaveLength(32)
    expect(versions.at(0)).toBe('vault.v000009.age')
    expect(versions.at(-1)).toBe('vault.v000040.age')
  })

  test('stops where a version cannot be removed, so that no gap tells a writer a wrong story', async () => {
    await desk.writeVersions(desk.open(), 33)
    const refused = Object.assign(new Error('refused'), { code: 'EACCES', syscall: 'unlink' })
    const unlink: FileSystem['unlink'] = (path) =>
      String(path) === desk.vaultPath(2) ? Promise.reject(refused) : fs.unlink(path)
    await desk.writeVersions(desk.open({ fs: { ...fs, unlink } }), 4)
    expect((await names('vault.')).slice(0, 2)).toEqual(['vault.v000002.age', 'vault.v000003.age'])
    await desk.writeVersions(desk.open(), 1)
    expect((await names('vault.')).at(0)).toBe('vault.v000007.age')
  })

  test.each([0, 1, 5])(
    'a writer that slept on version %i while others wrote past it and pruned is told so',
    async (revision) => {
      await desk.writeVersions(desk.open(), revision)
      const slow = heldLink()
      const late = desk.open({ fs: slow.fs }).replace('dev', marked(99), revision, call())
      await slow.reached
      // Until the number that the sleeper is about to take is pruned.
      await desk.writeVersions(desk.open(), 33)
      expect(await names(`vault.v00000${revision + 1}`)).toEqual([])
      slow.letGo()
      expect(await late).toBe(false)
      expect(await names(`vault.v00000${revision + 1}`)).toEqual([])
      expect(await desk.open().read('dev', call())).toMatchObject({ revision: revision + 33 })
    },
  )
})

describe('temporary files', () => {
  test('are gone after a write', async () => {
    await desk.writeVersions(desk.open(), 3)
    expect(await names('.')).toEqual([])
  })

  test('of a dead writer are removed an hour later', async () => {
    const documents = desk.open()
    await desk.writeVersions(documents, 1)
    const [old, young] = ['.vault.v000002.age.1-1.tmp', '.vault.v000002.age.1-2.tmp']
    for (const name of [old, young]) await fs.writeFile(`${desk.folder}/${name}`, 'half')
    const then = new Date(Date.now() - HOUR_MS - 60_000)
    await fs.utimes(`${desk.folder}/${old}`, then, then)
    await desk.writeVersions(documents, 1)
    expect(await names('.')).toEqual([young])
  })

  test('of a dead process with the same number are in nobody’s way', async () => {
    await desk.writeVersions(desk.open(), 1)
    for (let count = 1; count < 100; count += 1) {
      await fs.writeFile(`${desk.folder}/.vault.v000002.age.${process.pid}-${count}.tmp`, 'half')
    }
    await desk.writeVersions(desk.open(), 1)
    expect(await desk.open().read('dev', call())).toMatchObject({ revision: 2 })
  })
})

describe('the audit chain', () => {
  const head = (sequence: number): AuditHead => ({ sequence, mac: String(sequence).repeat(64) })

  test('has a key of 32 bytes that every version keeps', async () => {
    const key = await desk.open().auditKey('dev', call())
    expect(key).toHaveLength(32)
    expect(await desk.open().read('dev', call())).toMatchObject({
      revision: 1,
      document: { credentials: {}, auditHead: null },
    })
    await desk.writeVersions(desk.open(), 3)
    expect(await desk.open().auditKey('dev', call())).toEqual(key)
  })

  test('stands in each version as it stood when that was written', async () => {
    let sequence = 0
    const documents = desk.open({ auditHead: () => Promise.resolve(head((sequence += 2))) })
    await desk.writeVersions(documents, 3)
    expect(await desk.open().auditHeads('dev', call())).toEqual([head(2), head(4)])
  })

  test('that was cut does not take back what a version says', async () => {
    await desk.writeVersions(desk.open({ auditHead: () => Promise.resolve(head(7)) }), 2)
    await desk.writeVersions(desk.open({ auditHead: () => Promise.resolve(head(3)) }), 1)
    await desk.writeVersions(desk.open(), 1)
    expect(await desk.open().auditHeads('dev', call())).toEqual([head(7), head(7), head(7)])
  })

  test('that cannot be read stops no write', async () => {
    const broken = new Error('the log is locked')
    await desk.writeVersions(desk.open({ auditHead: () => Promise.reject(broken) }), 2)
    expect(desk.warnings).toEqual([expect.stringContaining('the log is locked')])
  })

  test('without a vault has no heads', async () => {
    expect(await desk.open().auditHeads('dev', call())).toEqual([])
  })
})

test('environments do not touch each other', async () => {
  await desk.writeVersions(desk.open(), 2)
  const opened: string[] = []
  const open: FileSystem['open'] = (path, ...rest) => {
    opened.push(String(path))
    return fs.open(path, ...rest)
  }
  const documents = desk.open({ fs: { ...fs, open } })
  expect(await documents.read('prod', call())).toBeNull()
  expect(await documents.replace('prod', marked(1), 0, call())).toBe(true)
  expect(opened.filter((path) => path.startsWith(desk.folder))).toEqual([])
})
