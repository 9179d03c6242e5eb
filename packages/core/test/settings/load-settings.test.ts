import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileSystem } from '../../src/runtime/deps.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { loadSettings } from '../../src/settings/load-settings.ts'

const POSIX = process.platform !== 'win32'
let home: string
let file: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mm-settings-'))
  file = join(home, 'config.json')
})

afterEach(async () => {
  await rm(home, { recursive: true })
})

function load(env: Record<string, string> = {}, files: FileSystem = fs): Promise<Settings> {
  return loadSettings({ MM_SECRETS_HOME: home, ...env }, process.platform, files)
}

async function config(text: string | Uint8Array): Promise<void> {
  await writeFile(file, text, { mode: 0o644 })
}

test('config.json in the home is read, and others may be able to read it too', async () => {
  await config('{"environments":{"prod":{"region":"eu-central-1"}}}')
  await expect(load()).resolves.toMatchObject({
    home,
    environments: { prod: { region: 'eu-central-1' } },
  })
})

test('without the file, or without the home, there are no settings of environments', async () => {
  await expect(load()).resolves.toMatchObject({ environments: {} })
  const absent = join(home, 'absent')
  await expect(load({ MM_SECRETS_HOME: absent })).resolves.toMatchObject({ environments: {} })
})

test('a byte order mark is no part of the text', async () => {
  await config('\ufeff{}')
  await expect(load()).resolves.toMatchObject({ environments: {} })
})

describe('a file that cannot be trusted or read is refused by its path', () => {
  const refused = (problem: string) =>
    expect.objectContaining({
      code: 'CONFIG',
      message: expect.stringMatching(problem) as string,
    }) as unknown

  test('malformed JSON, by its place, without its content', async () => {
    await config('{\n  "environments": canary\n}')
    await expect(load()).rejects.toThrow(
      expect.objectContaining({
        code: 'CONFIG',
        message: `${file} is not valid JSON: line 2, column 19.`,
      }),
    )
  })

  test('an unknown key', async () => {
    await config('{"environment":{}}')
    await expect(load()).rejects.toThrow(`${file}: environment is unknown.`)
  })

  test('bytes that are not UTF-8', async () => {
    await config(Uint8Array.of(0x7b, 0xff, 0x7d))
    await expect(load()).rejects.toThrow(refused('is not UTF-8 text'))
  })

  test('more than 1 MiB', async () => {
    await config('{}')
    await truncate(file, 1_048_577)
    await expect(load()).rejects.toThrow(refused('is larger than 1 MiB'))
  })

  test('a folder', async () => {
    await mkdir(file)
    await expect(load()).rejects.toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })

  test('a file in place of the home', async () => {
    await config('{}')
    await expect(load({ MM_SECRETS_HOME: file })).rejects.toThrow(
      expect.objectContaining({ code: 'CONFIG' }),
    )
  })

  test.runIf(POSIX)('a symbolic link (POSIX only: Windows has no O_NOFOLLOW)', async () => {
    await writeFile(join(home, 'elsewhere.json'), '{}')
    await symlink('elsewhere.json', file)
    await expect(load()).rejects.toThrow(refused('is a symbolic link'))
  })

  test.runIf(POSIX)('a pipe, without waiting for its writer (POSIX only)', async () => {
    execFileSync('mkfifo', [file])
    await expect(load()).rejects.toThrow(refused('is not a regular file'))
  })

  test.runIf(POSIX).each([0o664, 0o646])(
    'mode %o: others may write it (POSIX only)',
    async (mode) => {
      await config('{}')
      await chmod(file, mode)
      await expect(load()).rejects.toThrow(
        expect.objectContaining({ code: 'CONFIG', hint: `Close it: chmod go-w '${file}'` }),
      )
    },
  )

  test.runIf(POSIX)("another user's (POSIX only)", async () => {
    await config('{}')
    await expect(load({}, ownedBy(12345))).rejects.toThrow(refused('belongs to another user'))
    await expect(load({}, ownedBy(0))).resolves.toMatchObject({ environments: {} })
  })
})

describe('the identity that systemd lends', () => {
  test('is found in $CREDENTIALS_DIRECTORY', async () => {
    await writeFile(join(home, 'mm-identity'), '')
    await expect(load({ CREDENTIALS_DIRECTORY: home })).resolves.toMatchObject({
      identityFile: join(home, 'mm-identity'),
    })
  })

  test('gives way to the one that MM_SECRETS_IDENTITY_FILE names', async () => {
    await writeFile(join(home, 'mm-identity'), '')
    const named = join(home, 'mine')
    const env = { CREDENTIALS_DIRECTORY: home, MM_SECRETS_IDENTITY_FILE: named }
    await expect(load(env)).resolves.toMatchObject({ identityFile: named })
  })

  test('is absent where the folder holds other credentials only, or is no absolute path', async () => {
    await expect(load({ CREDENTIALS_DIRECTORY: home })).resolves.toMatchObject({
      identityFile: null,
    })
    await expect(load({ CREDENTIALS_DIRECTORY: 'x' })).resolves.toMatchObject({
      identityFile: null,
    })
  })
})

/** The same files, which belong to this user; a test cannot give its own away. */
function ownedBy(uid: number): FileSystem {
  return {
    ...fs,
    async open(...request) {
      const handle = await fs.open(...request)
      const stat = handle.stat.bind(handle)
      handle.stat = (async () => Object.assign(await stat(), { uid })) as typeof handle.stat
      return handle
    },
  }
}
