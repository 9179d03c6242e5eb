import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { refusal } from '../refusal.ts'
import { addMark } from './marks.ts'
import {
  acknowledgedIn,
  expectIntact,
  inFolder,
  makeHome,
  openVaults,
  startChild,
} from './vault-home.ts'

const KIB = 1024
const MAKE_VFAT = 'mkfs.vfat'
const VFAT_BYTES = 2 * KIB * KIB
const tmpfsRefused = await mountRefused(['-t', 'tmpfs', 'none'])
const vfatRefused = await vfatMountRefused()

describe('a disk that fills up', () => {
  test.skipIf(tmpfsRefused !== null)(
    titled('says so; what was acknowledged stays, and freed space is used again', tmpfsRefused),
    async () => {
      await onMount(['-t', 'tmpfs', '-o', 'size=128k', 'none'], async (folder) => {
        const home = `${folder}/home`
        await makeHome(home, 1)
        const acknowledged = ['old-1']
        const fill = async (): Promise<void> => {
          for (let count = 0; ; count += 1) {
            const mark = `${count}-${'x'.repeat(KIB)}`
            await addMark(openVaults(home), mark)
            acknowledged.push(mark)
          }
        }
        await expect(fill()).rejects.toEqual(
          refusal('UNAVAILABLE', /no space is left: .*home\/dev/),
        )
        expect(acknowledged.length).toBeGreaterThan(2)
        const left = await fs.readdir(`${home}/dev`)
        expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([])
        // The oldest are the smallest: enough of them for one of the newest size.
        for (const number of [1, 2, 3, 4, 5, 6]) {
          await fs.unlink(`${home}/dev/vault.v00000${number}.age`)
        }
        await expectIntact(home, acknowledged)
      })
    },
  )

  test.skipIf(process.platform === 'win32')('as a file-size limit does, is said too', async () => {
    await inFolder(async (folder) => {
      const home = `${folder}/home`
      await makeHome(home, 1)
      await addMark(openVaults(home), 'x'.repeat(8 * KIB))
      // In blocks of 512 or 1024 bytes, whichever the shell means: less than the vault has now.
      const limited = ['sh', '-c', 'ulimit -f 6; exec "$@"', 'sh']
      const { stdout, stderr } = await startChild(['write', home, 'new', '1'], limited).ended
      expect(acknowledgedIn(stdout)).toEqual([])
      expect(stderr).toContain('the file-size limit is reached')
      await expectIntact(home, ['old-1'])
    })
  })
})

describe('a file system without hard links', () => {
  test.skipIf(vfatRefused !== null)(titled('as vfat keeps a vault', vfatRefused), async () => {
    await inFolder(async (images) => {
      const image = `${images}/vfat`
      await fs.writeFile(image, Buffer.alloc(VFAT_BYTES))
      run(MAKE_VFAT, [image])
      await onMount(['-o', 'loop,umask=077', image], async (folder) => {
        for (let count = 1; count <= 40; count += 1) {
          await addMark(openVaults(`${folder}/home`), `mark-${count}`)
        }
        await expectIntact(`${folder}/home`, ['mark-1', 'mark-40'])
      })
    })
  })
})

const root = process.getuid?.() === 0
describe('a home that cannot be written to', () => {
  test.skipIf(tmpfsRefused !== null)(
    titled('because its file system is read-only still gives what it holds', tmpfsRefused),
    async () => {
      await onMount(['-t', 'tmpfs', 'none'], async (folder) => {
        const home = `${folder}/home`
        await makeHome(home, 2)
        run('mount', ['-o', 'remount,ro', folder])
        await expect(addMark(openVaults(home), 'new')).rejects.toEqual(
          refusal('CONFIG', /the file system is read-only: .*home\/dev/),
        )
        const found = await openVaults(home).read('dev', { deadline: Number.MAX_SAFE_INTEGER })
        expect(found).toMatchObject({ revision: 2 })
      })
    },
  )

  test.skipIf(root || process.platform === 'win32')(
    titled('because it is closed says whose it must be', root ? 'root may write anywhere' : null),
    async () => {
      await inFolder(async (folder) => {
        const home = `${folder}/home`
        await makeHome(home, 2)
        await fs.chmod(`${home}/dev`, 0o500)
        const refused = addMark(openVaults(home), 'new')
        await expect(refused).rejects.toEqual(refusal('DENIED', /permission denied: .*home\/dev/))
        await fs.chmod(`${home}/dev`, 0o700)
        await expectIntact(home, ['old-1', 'old-2'])
      })
    },
  )
})

function titled(title: string, refused: string | null): string {
  return refused === null ? title : `${title} (skipped: ${refused})`
}

async function onMount(
  options: readonly string[],
  work: (folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (parent) => {
    const folder = `${parent}/mounted`
    await fs.mkdir(folder)
    run('mount', [...options, folder])
    try {
      await work(folder)
    } finally {
      run('umount', [folder])
    }
  })
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

/** Why this cannot be mounted here; null where it can. */
async function mountRefused(options: readonly string[]): Promise<string | null> {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root'
  return onMount(options, () => Promise.resolve()).then(
    () => null,
    () => 'this system does not mount it',
  )
}

async function vfatMountRefused(): Promise<string | null> {
  if (spawnSync(MAKE_VFAT, ['--help']).error !== undefined) return `${MAKE_VFAT} is not installed`
  return inFolder(async (folder) => {
    const image = `${folder}/vfat`
    await fs.writeFile(image, Buffer.alloc(VFAT_BYTES))
    run(MAKE_VFAT, [image])
    return mountRefused(['-o', 'loop', image])
  })
}
