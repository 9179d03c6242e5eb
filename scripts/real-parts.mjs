// The real programs that tests use, found on PATH, or installed where that is ours to do.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { run } from './lib/child.mjs'

/**
 * @typedef {object} Part
 * @property {string} name the command, or the module of Python
 * @property {string | null} debian the package that holds it; null: there is none
 * @property {string} elsewhere how to get it without apt-get
 * @property {readonly NodeJS.Platform[]} platforms where it exists at all
 * @property {true} [python] a module of Python
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
  {
    name: 'aws',
    debian: 'awscli',
    elsewhere: 'brew install awscli, or pip install awscli',
    platforms: ['linux', 'darwin', 'win32'],
  },
  {
    name: 'boto3',
    debian: 'python3-boto3',
    elsewhere: 'pip install boto3',
    platforms: ['linux', 'darwin', 'win32'],
    python: true,
  },
  // No package of Debian holds it, so that nothing here can install it: its absence is told and fails no run.
  {
    name: 'moto_server',
    debian: null,
    elsewhere: "pip install 'moto[server]'",
    platforms: ['linux', 'darwin', 'win32'],
  },
]

/**
 * @typedef {object} RealParts
 * @property {Readonly<Record<string, string>>} found paths by name
 * @property {readonly string[]} skipped one line for each lane that cannot run
 * @property {number} missing how many of these fail a run that requires its lanes
 */

/**
 * @returns {Promise<RealParts>}
 */
export async function realParts() {
  const here = PARTS.filter((part) => part.platforms.includes(process.platform))
  await install(here.filter((part) => part.debian !== null && locate(part) === null))
  /** @type {Record<string, string>} */
  const found = {}
  const skipped = []
  let missing = 0
  for (const part of PARTS) {
    const path = locate(part)
    if (path !== null) {
      found[part.name] = path
      continue
    }
    skipped.push(`LANE SKIPPED: ${reason(part)}`)
    if (part.debian !== null) missing += 1
  }
  return { found, skipped, missing }
}

/** @param {Part} part */
function reason(part) {
  if (!part.platforms.includes(process.platform)) {
    return `${part.name} does not exist on ${process.platform}`
  }
  return part.debian === null
    ? `${part.name} is not installed: ${part.elsewhere}`
    : `${part.name} is not installed: apt-get install ${part.debian} (elsewhere: ${part.elsewhere})`
}

/** @param {readonly Part[]} missing */
async function install(missing) {
  if (missing.length === 0 || process.getuid?.() !== 0 || find('apt-get') === null) return
  const packages = missing.flatMap((part) => part.debian ?? [])
  process.stderr.write(`installing ${packages.join(', ')} with apt-get\n`)
  await apt(['-qq', 'update'])
  // One by one: a distribution may lack one of them.
  for (const name of packages) await apt(['-qq', '-y', '--no-install-recommends', 'install', name])
}

/** @param {readonly string[]} args */
async function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { code, output } = await run('apt-get', args, { output: 'capture', env })
  if (code !== 0) process.stderr.write(output)
}

/**
 * @param {Part} part
 * @returns {string | null}
 */
function locate(part) {
  if (part.python !== true) return find(part.name)
  const python = find('python3')
  if (python === null) return null
  const { status } = spawnSync(python, ['-c', `import ${part.name}`], { stdio: 'ignore' })
  return status === 0 ? python : null
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
