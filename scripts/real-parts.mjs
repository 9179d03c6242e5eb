// The real programs that tests use, found on PATH, or installed where that is ours to do.
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { run } from './lib/child.mjs'

/**
 * @typedef {object} Part
 * @property {string} name the command
 * @property {string} debian the package that holds it
 * @property {string} elsewhere how to get it without apt-get
 * @property {readonly NodeJS.Platform[]} platforms where it exists at all
 */

/** @type {readonly Part[]} */
const PARTS = [
  {
    name: 'age',
    debian: 'age',
    elsewhere: 'brew install age, winget install FiloSottile.age',
    platforms: ['linux', 'darwin', 'win32'],
  },
  { name: 'strace', debian: 'strace', elsewhere: 'your package manager', platforms: ['linux'] },
  { name: 'tmux', debian: 'tmux', elsewhere: 'brew install tmux', platforms: ['linux', 'darwin'] },
  { name: 'zsh', debian: 'zsh', elsewhere: 'brew install zsh', platforms: ['linux', 'darwin'] },
  { name: 'fish', debian: 'fish', elsewhere: 'brew install fish', platforms: ['linux', 'darwin'] },
]

/**
 * @typedef {object} RealParts
 * @property {Readonly<Record<string, string>>} found paths by name
 * @property {readonly string[]} skipped one line for each lane that cannot run
 */

/**
 * @returns {Promise<RealParts>}
 */
export async function realParts() {
  const here = PARTS.filter((part) => part.platforms.includes(process.platform))
  await install(here.filter((part) => find(part.name) === null))
  /** @type {Record<string, string>} */
  const found = {}
  const skipped = []
  for (const part of PARTS) {
    const path = find(part.name)
    if (path === null) skipped.push(`LANE SKIPPED: ${reason(part)}`)
    else found[part.name] = path
  }
  return { found, skipped }
}

/** @param {Part} part */
function reason(part) {
  if (!part.platforms.includes(process.platform)) {
    return `${part.name} does not exist on ${process.platform}`
  }
  return `${part.name} is not installed: apt-get install ${part.debian} (elsewhere: ${part.elsewhere})`
}

/** @param {readonly Part[]} missing */
async function install(missing) {
  if (missing.length === 0 || process.getuid?.() !== 0 || find('apt-get') === null) return
  const packages = missing.map((part) => part.debian)
  process.stderr.write(`installing ${packages.join(', ')} with apt-get\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const steps = [
    ['-qq', 'update'],
    ['-qq', '-y', '--no-install-recommends', 'install', ...packages],
  ]
  for (const step of steps) {
    const { code, output } = await run('apt-get', step, { output: 'capture', env })
    if (code !== 0) process.stderr.write(output)
  }
}

/**
 * @param {string} name
 * @returns {string | null}
 */
function find(name) {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name]
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const file of names.map((each) => join(folder, each))) {
      if (folder !== '' && existsSync(file) && executable(file)) return file
    }
  }
  return null
}

/** @param {string} file */
function executable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { skipped } = await realParts()
  for (const line of skipped) process.stdout.write(`${line}\n`)
}
