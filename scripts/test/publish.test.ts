import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Problem } from '@arethetypeswrong/core'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Manifest {
  readonly name: string
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports?: unknown
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'publish-'))

afterAll(() => {
  rmSync(scratch, { recursive: true })
})

function pnpm(...args: string[]): string {
  return execFileSync('pnpm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
}

function publicPackages(): readonly string[] {
  const listed = JSON.parse(pnpm('list', '--recursive', '--depth=-1', '--json')) as readonly {
    readonly name: string
    readonly private: boolean
  }[]
  return listed.filter((each) => !each.private).map(({ name }) => name)
}

describe.each(publicPackages())('%s as published', (name) => {
  let tarball: Buffer
  let manifest: Manifest
  let files: readonly string[]

  beforeAll(() => {
    const destination = mkdtempSync(join(scratch, 'tarball-'))
    pnpm('--filter', name, 'pack', '--pack-destination', destination)
    const [file = ''] = readdirSync(destination)
    tarball = readFileSync(join(destination, file))
    const unpacked = createPackageFromTarballData(tarball)
    files = unpacked.listFiles().map((path) => path.replace(`/node_modules/${name}/`, ''))
    manifest = JSON.parse(unpacked.readFile(`/node_modules/${name}/package.json`)) as Manifest
  })

  it('carries what is built and, beside the manifest, at most licence, readme, manual and schemas', () => {
    expect(
      files.filter(
        (file) =>
          !/^(dist\/|package\.json$|man\/|schemas\/|LICENSE$|README\.md$|config\.schema\.json$)/.test(
            file,
          ),
      ),
    ).toEqual([])
    expect(files.some((file) => file.startsWith('dist/'))).toBe(true)
  })

  it('names nothing that exists in the checkout only', () => {
    const text = JSON.stringify(manifest)
    expect(text).not.toMatch(/catalog:|workspace:|@mm-secrets\/source|\.\/src\/|\.\/test\//)
    expect(manifest).not.toHaveProperty('scripts')
    expect(manifest).not.toHaveProperty('devDependencies')
  })

  it('passes publint', async () => {
    const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength)
    const { messages, pkg } = await publint({
      pack: { tarball: data as ArrayBuffer },
      strict: true,
    })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it('is typed for those who import it, or brings a program without dependencies', async () => {
    if (manifest.exports === undefined) {
      expect(manifest.bin).toBeDefined()
      expect(manifest.dependencies ?? {}).toEqual({})
      return
    }
    const result = await checkPackage(createPackageFromTarballData(tarball), {
      excludeEntrypoints: ['./package.json'],
    })
    expect(result).toMatchObject({ types: { kind: 'included' } })
    const problems = 'problems' in result ? result.problems : []
    expect(problems.filter((problem) => !esmOnly(problem))).toEqual([])
  })
})

/** What resolution from before `exports`, or a CommonJS file, makes of a package that is ESM only is no promise. */
function esmOnly(problem: Problem): boolean {
  return 'resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)
}
