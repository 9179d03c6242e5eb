// Installs what the lockfile names. Everything is printed on stderr: a caller's stdout is not ours.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT, run } from './lib/child.mjs'

const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const INSTALL = ['install', '--frozen-lockfile', '--reporter=append-only']

process.exitCode = (await quick()) ? 0 : await thorough()

/** With the pnpm of an earlier install: a moment, and nothing said. */
async function quick() {
  if (installedPnpm() !== packageManager) return false
  return (await run('pnpm', INSTALL, { output: 'capture' })).code === 0
}

async function thorough() {
  const args = ['--yes', packageManager, ...INSTALL]
  return (await run('npx', args, { output: 'stderr', env: process.env })).code
}

/** @returns {string | null} */
function installedPnpm() {
  const manifest = join(ROOT, 'node_modules', 'pnpm', 'package.json')
  if (!existsSync(manifest)) return null
  return `pnpm@${JSON.parse(readFileSync(manifest, 'utf8')).version}`
}
