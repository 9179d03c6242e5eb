import { execFileSync } from 'node:child_process'

import { expect, it } from 'vitest'

import { nodeVersions } from '../src/index.ts'

it('names each Node once, this one first', () => {
  const versions = nodeVersions()
  expect(versions[0]?.name).toBe(`Node ${process.versions.node}`)
  expect(new Set(versions.map(({ name }) => name)).size).toBe(versions.length)
  for (const { name, path } of versions) {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim()
    expect(`Node ${version.slice(1)}`).toBe(name)
  }
})
