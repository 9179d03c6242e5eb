import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describeWith } from '@mm-secrets/vitest-config'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Home, RunOptions } from './bundle.ts'
import { HOST_NODE, makeFolder, makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import type { Pair } from './keys.ts'
import { bybitPair, masked, valuesJson } from './keys.ts'
import { pathsBelow } from './snapshot.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const FETCH = ['fetch', ...DEV, '--json'] as const

/** POSIX alone has modes and links of this kind. */
const posix = process.platform !== 'win32'
const isRoot = process.getuid?.() === 0

interface Desk {
  readonly home: Home
  readonly pair: Pair
  /** `{home}/dev` */
  readonly folder: string
}

/** A home that was saved to and rotated once: the vault has three versions. */
let template: Desk

beforeAll(async () => {
  const home = makeHome()
  const pair = bybitPair()
  await save(home, bybitPair())
  await save(home, pair)
  template = { home, pair, folder: join(home.data, 'dev') }
})

/** A copy of the template, for one fault. */
function desk(): Desk {
  const path = makeFolder()
  cpSync(template.home.path, path, { recursive: true, preserveTimestamps: true })
  const home = makeHome(path)
  return { home, pair: template.pair, folder: join(home.data, 'dev') }
}

function save(home: Home, pair: Pair, options: RunOptions = {}) {
  const args = ['save', ...DEV, '--value-stdin', '--json']
  return home.run(args, { ...options, stdin: valuesJson(pair) })
}

function versions(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('vault.v'))
    .sort()
    .map((name) => join(folder, name))
}

/** Reads and writes are refused alike, and the vault's files stay as they are. */
async function refusedEverywhere({ folder, home }: Desk, exit: number): Promise<readonly string[]> {
  const before = versions(folder)
  const errors = [
    errorOf(await home.run(FETCH), exit),
    errorOf(await home.run(['history', ...DEV, '--json']), exit),
    errorOf(await home.run(['list', '--env', 'dev', '--json']), exit),
    errorOf(await save(home, bybitPair()), exit),
  ]
  expect(versions(folder)).toEqual(before)
  for (const { message, hint } of errors) {
    expect(message).toContain(folder)
    expect(hint).toEqual(expect.any(String))
  }
  return [...new Set(errors.map(({ code }) => code))]
}

describe('a vault file', () => {
  test.each([
    ['in the header', () => 30],
    ['in the wrapped key', (length: number) => Math.min(120, length - 1)],
    ['in the middle', (length: number) => length >> 1],
    ['in the last byte', (length: number) => length - 1],
  ])('with one bit flipped %s is found corrupt', async (_where, at) => {
    const made = desk()
    const newest = versions(made.folder).at(-1) ?? ''
    const bytes = readFileSync(newest)
    const offset = at(bytes.length)
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x10
    chmodSync(newest, 0o600)
    writeFileSync(newest, bytes)
    expect(await refusedEverywhere(made, 9)).toEqual(['CORRUPT'])
  })

  test.each([0, 1, 100, -1])('truncated to %i bytes is found corrupt', async (length) => {
    const made = desk()
    const newest = versions(made.folder).at(-1) ?? ''
    const size = readFileSync(newest).length
    truncateSync(newest, length < 0 ? size + length : length)
    expect(await refusedEverywhere(made, 9)).toEqual(['CORRUPT'])
  })

  test('put back works again at once', async () => {
    const made = desk()
    const newest = versions(made.folder).at(-1) ?? ''
    const bytes = readFileSync(newest)
    truncateSync(newest, 10)
    expect(await made.home.run(FETCH)).toMatchObject({ code: 9 })
    writeFileSync(newest, bytes)
    expect(documentOf(await made.home.run(FETCH))).toMatchObject({ api_key: masked(made.pair.key) })
    expect(await save(made.home, bybitPair())).toMatchObject({ code: 0 })
  })

  test('of an older version in place of the newest is found rolled back', async () => {
    const made = desk()
    rmSync(versions(made.folder).at(-1) ?? '')
    expect(await refusedEverywhere(made, 9)).toEqual(['ROLLED_BACK'])
  })

  test('of an older version under the number of the newest is found tampered with', async () => {
    const made = desk()
    const [older = '', newest = ''] = versions(made.folder).slice(-2)
    rmSync(newest)
    renameSync(older, newest)
    expect(await refusedEverywhere(made, 9)).toEqual(['TAMPERED'])
  })

  test('of a whole vault that was deleted is missed', async () => {
    const made = desk()
    for (const path of versions(made.folder)) rmSync(path)
    expect(await refusedEverywhere(made, 9)).toEqual(['ROLLED_BACK'])
  })

  test.runIf(posix)('on POSIX, one that is a symbolic link is refused', async () => {
    const made = desk()
    const newest = versions(made.folder).at(-1) ?? ''
    const elsewhere = join(made.home.path, 'elsewhere.age')
    renameSync(newest, elsewhere)
    symlinkSync(elsewhere, newest)
    expect(await refusedEverywhere(made, 2)).toEqual(['CONFIG'])
  })
})

describe('an identity', () => {
  test('of somebody else does not open the vault', async () => {
    const made = desk()
    const other = makeHome()
    await save(other, bybitPair())
    cpSync(join(other.data, 'dev', 'identity.txt'), join(made.folder, 'identity.txt'))
    const [code] = await refusedEverywhere(made, 9)
    expect(['CORRUPT', 'TAMPERED']).toContain(code)
  })

  test('that is missing is asked for by its path, and no new one is made', async () => {
    const made = desk()
    const path = join(made.folder, 'identity.txt')
    rmSync(path)
    expect(await refusedEverywhere(made, 5)).toEqual(['STORE_CREDENTIALS'])
    expect(readdirSync(made.folder)).not.toContain('identity.txt')
  })

  test('that is none is refused without repeating what it holds', async () => {
    const made = desk()
    const path = join(made.folder, 'identity.txt')
    const garbled = readFileSync(path, 'utf8').replace(/AGE-SECRET-KEY-1.{4}/, '$&0000')
    writeFileSync(path, garbled)
    const outcome = await made.home.run(FETCH)
    expect([2, 5, 9]).toContain(outcome.code)
    expect(outcome.stderr).toContain(path)
    expect(outcome.stderr).not.toContain(garbled.trim().slice(-20))
  })

  test.runIf(posix)(
    'on POSIX, one that others may read is refused with the command that mends it',
    async () => {
      const made = desk()
      const path = join(made.folder, 'identity.txt')
      chmodSync(path, 0o644)
      expect(await refusedEverywhere(made, 2)).toEqual(['CONFIG'])
      const { hint } = errorOf(await made.home.run(FETCH), 2)
      const command = /chmod 600 '[^']+'/.exec(hint ?? '')?.[0] ?? ''
      execFileSync('sh', ['-c', command])
      expect(documentOf(await made.home.run(FETCH))).toMatchObject({ env: 'dev' })
    },
  )

  test.runIf(posix)('on POSIX, one that is a symbolic link is refused', async () => {
    const made = desk()
    const path = join(made.folder, 'identity.txt')
    renameSync(path, join(made.home.path, 'identity.txt'))
    symlinkSync(join(made.home.path, 'identity.txt'), path)
    expect(await refusedEverywhere(made, 2)).toEqual(['CONFIG'])
  })

  test.runIf(isRoot)('where the tests run as root, one of another user is refused', async () => {
    const made = desk()
    chownSync(join(made.folder, 'identity.txt'), 65_534, 65_534)
    expect(await refusedEverywhere(made, 2)).toEqual(['CONFIG'])
  })

  test('kept elsewhere opens the vault by MM_SECRETS_IDENTITY_FILE', async () => {
    const made = desk()
    const elsewhere = join(made.home.path, 'usb-stick.txt')
    renameSync(join(made.folder, 'identity.txt'), elsewhere)
    const env = { MM_SECRETS_IDENTITY_FILE: elsewhere }
    expect(documentOf(await made.home.run(FETCH, { env }))).toMatchObject({ env: 'dev' })
  })
})

describe.runIf(posix)('on POSIX, an identity behind a passphrase', () => {
  test('opens by the file of the passphrase, and not without it or with another', async () => {
    const home = makeHome()
    mkdirSync(home.data, { recursive: true, mode: 0o700 })
    const config = { environments: { dev: { identity: 'passphrase' } } }
    writeFileSync(join(home.data, 'config.json'), JSON.stringify(config))
    const right = join(home.path, 'passphrase')
    const wrong = join(home.path, 'other-passphrase')
    writeFileSync(right, 'several unrelated words\n', { mode: 0o600 })
    writeFileSync(wrong, 'other unrelated words\n', { mode: 0o600 })
    const env = { MM_SECRETS_IDENTITY_PASSPHRASE_FILE: right }
    const pair = bybitPair()

    expect(errorOf(await save(home, pair), 5).code).toBe('STORE_CREDENTIALS')
    documentOf(await save(home, pair, { env }))
    expect(readFileSync(join(home.data, 'dev', 'identity.txt'), 'latin1')).not.toContain(
      'AGE-SECRET',
    )
    expect(documentOf(await home.run(FETCH, { env }))).toMatchObject({ api_key: masked(pair.key) })
    expect(errorOf(await home.run(FETCH), 5).code).toBe('STORE_CREDENTIALS')
    const other = { MM_SECRETS_IDENTITY_PASSPHRASE_FILE: wrong }
    expect(errorOf(await home.run(FETCH, { env: other }), 5).code).toBe('STORE_CREDENTIALS')
    chmodSync(right, 0o644)
    expect(errorOf(await home.run(FETCH, { env }), 2).code).toBe('CONFIG')
  })
})

/** A user without privileges, whom root becomes to be bound by modes. */
const nobody = { uid: 65_534, gid: 65_534 }
const bound = isRoot ? { user: nobody } : {}
const canBeBound = posix && (!isRoot || nobodyCanRun())

function nobodyCanRun(): boolean {
  try {
    execFileSync(HOST_NODE, ['--version'], { ...nobody, cwd: '/', stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A copy of the template that belongs to the unprivileged user. */
function boundDesk(): Desk {
  const made = desk()
  if (isRoot) {
    for (const path of [made.home.path, ...pathsBelow(made.home.path)]) {
      chownSync(path, nobody.uid, nobody.gid)
    }
  }
  return made
}

describe.runIf(canBeBound)(
  'permissions (where the tests run as an ordinary user, or can become one)',
  () => {
    test('a home that may not be written to is read all the same, with a warning, and not written to', async () => {
      const made = boundDesk()
      const folders = [made.home.data, made.folder, join(made.folder, 'audit')]
      for (const path of folders) chmodSync(path, 0o500)
      try {
        const read = await made.home.run(FETCH, bound)
        expect(documentOf(read)).toMatchObject({ api_key: masked(made.pair.key) })
        expect(read.stderr).toMatch(/warning: .*audit/)
        const error = errorOf(await save(made.home, bybitPair(), bound), 5)
        expect(error).toMatchObject({ code: 'DENIED' })
        expect(error.message).toContain(made.folder)
        // What the log did not take stands on stderr.
        expect((await save(made.home, bybitPair(), bound)).stderr).toMatch(/audit: \{/)
      } finally {
        for (const path of folders) chmodSync(path, 0o700)
      }
      expect(documentOf(await made.home.run(FETCH, bound))).toMatchObject({ env: 'dev' })
      documentOf(await save(made.home, bybitPair(), bound))
      expect(await made.home.run(['audit', 'verify'], bound)).toMatchObject({ code: 0 })
    })

    test('prod is not read where the read cannot be recorded, unless the record goes elsewhere', async () => {
      const { home } = boundDesk()
      const prod = ['--env', 'prod', '--exchange', 'bybit']
      await home.run(['save', ...prod, '--value-stdin'], {
        ...bound,
        stdin: valuesJson(bybitPair()),
      })
      const folder = join(home.data, 'prod', 'audit')
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o400)
      chmodSync(folder, 0o500)
      try {
        const error = errorOf(await home.run(['fetch', ...prod, '--json'], bound), 7)
        expect(error.code).toBe('AUDIT_UNAVAILABLE')
        expect(error.hint).toContain('MM_AUDIT_SINKS')
        const elsewhere = { ...bound, env: { MM_AUDIT_SINKS: 'stderr' } }
        const read = await home.run(['fetch', ...prod], elsewhere)
        expect(documentOf(read)).toMatchObject({ env: 'prod' })
        expect(read.stderr).toContain('"action":"read"')
      } finally {
        chmodSync(folder, 0o700)
      }
    })

    test('a vault, an identity or a config.json that may not be read is named', async () => {
      for (const [name, code] of [
        ['vault', 5],
        ['identity', 5],
        ['config', 5],
      ] as const) {
        const made = boundDesk()
        const config = join(made.home.data, 'config.json')
        writeFileSync(config, '{}')
        if (isRoot) chownSync(config, nobody.uid, nobody.gid)
        const path = {
          vault: versions(made.folder).at(-1) ?? '',
          identity: join(made.folder, 'identity.txt'),
          config,
        }[name]
        chmodSync(path, 0o000)
        const error = errorOf(await made.home.run(FETCH, bound), code)
        expect(error.message).toContain(path)
        expect(error.code).toBe('DENIED')
        chmodSync(path, 0o600)
        expect(documentOf(await made.home.run(FETCH, bound))).toMatchObject({ env: 'dev' })
      }
    })

    test('a home in which no folder can be made is named', async () => {
      const folder = makeFolder()
      const home = makeHome()
      chmodSync(folder, 0o555)
      if (isRoot) chmodSync(home.path, 0o755)
      const env = { MM_SECRETS_HOME: join(folder, 'vaults') }
      const error = errorOf(await save(home, bybitPair(), { ...bound, env }), 5)
      expect(error.code).toBe('DENIED')
      expect(error.message).toContain(folder)
    })
  },
)

describe.runIf(posix)('on POSIX, a limit on the size of files', () => {
  test('stops a write before it is acknowledged, and what was saved stays readable', async () => {
    const made = desk()
    // In units of 1,024 bytes: the vault of one long credential needs more.
    const limited = `ulimit -f 8; mm save ${DEV.join(' ')} --value-stdin --json`
    const long = { key: bybitPair().key, secret: 'x'.repeat(30_000) }
    const outcome = await made.home.shell(limited, { stdin: valuesJson(long) })
    const error = errorOf(outcome, 7)
    expect(error.code).toBe('UNAVAILABLE')
    expect(error.message).toContain(made.folder)
    expect(documentOf(await made.home.run(FETCH))).toMatchObject({ api_key: masked(made.pair.key) })
    expect(leftovers(made.folder)).toEqual([])
    documentOf(await save(made.home, long))
  })
})

/** A small file system of its own, or null where this user may not mount one. */
function smallDisk(options: string): string | null {
  if (process.platform !== 'linux' || !isRoot) return null
  const path = makeFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=0700,${options}`, 'tmpfs', path], {
      stdio: 'ignore',
    })
    return path
  } catch {
    return null
  }
}

const disk = smallDisk('size=256k')
afterAll(() => {
  if (disk !== null) execFileSync('umount', [disk])
})

describe.runIf(disk !== null)('a disk of its own (where the tests may mount one)', () => {
  test('that is full stops a save before it is acknowledged; with space again everything is there', async () => {
    const home = makeHome()
    const env = { MM_SECRETS_HOME: join(disk ?? '', 'vaults') }
    const pair = bybitPair()
    documentOf(await save(home, pair, { env }))
    const ballast = join(disk ?? '', 'ballast')
    fill(ballast)
    const full = await save(home, { ...bybitPair(), secret: 'x'.repeat(30_000) }, { env })
    expect(full).toMatchObject({ code: 7, stdout: '' })
    expect(full.stderr).toMatch(/no space/)
    expect(documentOf(await home.run(FETCH, { env }))).toMatchObject({ api_key: masked(pair.key) })
    rmSync(ballast)
    expect(documentOf(await home.run(FETCH, { env }))).toMatchObject({ api_key: masked(pair.key) })
    documentOf(await save(home, bybitPair(), { env }))
    expect(await home.run(['audit', 'verify', '--env', 'dev'], { env })).toMatchObject({ code: 0 })
    expect(leftovers(join(disk ?? '', 'vaults', 'dev'))).toEqual([])
  })

  test('that is mounted read-only is read, and a save says so', async () => {
    const home = makeHome()
    const env = { MM_SECRETS_HOME: join(disk ?? '', 'read-only') }
    const pair = bybitPair()
    documentOf(await save(home, pair, { env }))
    execFileSync('mount', ['-o', 'remount,ro', disk ?? ''])
    try {
      expect(documentOf(await home.run(FETCH, { env }))).toMatchObject({
        api_key: masked(pair.key),
      })
      const error = errorOf(await save(home, bybitPair(), { env }), 2)
      expect(error).toMatchObject({ code: 'CONFIG' })
      expect(error.message).toMatch(/read-only/)
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', disk ?? ''])
    }
  })
})

describeWith('strace', 'a file system without hard links', (strace) => {
  test('is saved to and read from all the same', async () => {
    const home = makeHome()
    const refuseLinks = ['-e', 'inject=link,linkat:error=EPERM']
    const wrapper = [strace, '-f', '--seccomp-bpf', '-o', join(home.path, 'trace'), ...refuseLinks]
    const [first, second] = [bybitPair(), bybitPair()]
    documentOf(await save(home, first, { wrapper }))
    documentOf(await save(home, second, { wrapper }))
    expect(readFileSync(join(home.path, 'trace'), 'utf8')).toContain('(INJECTED)')
    expect(documentOf(await home.run(FETCH))).toMatchObject({ api_key: masked(second.key) })
    expect(await home.run(['audit', 'verify'])).toMatchObject({ code: 0 })
    expect(leftovers(join(home.data, 'dev'))).toEqual([])
  })
})

function fill(path: string): void {
  const kilobyte = Buffer.alloc(1024)
  writeFileSync(path, '')
  try {
    for (;;) writeFileSync(path, kilobyte, { flag: 'a' })
  } catch {
    return
  }
}

/** Temporary files that a failed write did not clean up. */
function leftovers(folder: string): readonly string[] {
  return pathsBelow(folder).filter((path) => path.endsWith('.tmp'))
}
