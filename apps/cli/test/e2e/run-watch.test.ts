import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { credentialRef, loadSettings } from '@mm-secrets/core'
import { nodeDeps, openSecrets } from '@mm-secrets/secrets'
import { describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { HOST_NODE, makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import type { Pair } from './keys.ts'
import { bybitPair, valuesJson } from './keys.ts'
import { descendants, endLater, gone, until } from './run-processes.ts'

const BYBIT = ['--env', 'dev', '--exchange', 'bybit'] as const
const ROTATED = 75

/** Notes which pair it was given, and ends at SIGTERM after a moment. */
const FROM_ENVIRONMENT = `
  const { createHash } = require('node:crypto')
  const { appendFileSync } = require('node:fs')
  const { BYBIT_API_KEY, BYBIT_API_SECRET } = process.env
  const hash = createHash('sha256').update(BYBIT_API_KEY + '/' + BYBIT_API_SECRET).digest('hex')
  appendFileSync(process.argv[1], hash + '\\n')
  process.on('SIGTERM', () => setTimeout(() => process.exit(0), 5))
  setInterval(() => {}, 1000)
`

/** Notes which pair is in the file, as often as it can; what SIGHUP meets is noted with a mark. */
const FROM_FILE = `
  const { createHash } = require('node:crypto')
  const { appendFileSync, readFileSync } = require('node:fs')
  const [log, file] = process.argv.slice(1)
  const note = (mark) => {
    const { api_key, api_secret } = JSON.parse(readFileSync(file, 'utf8')).bybit
    const hash = createHash('sha256').update(api_key + '/' + api_secret).digest('hex')
    appendFileSync(log, mark + hash + '\\n')
  }
  let last = ''
  process.on('SIGHUP', () => note('hup '))
  setInterval(() => note(''), 5)
`

function hashOf({ key, secret }: Pair): string {
  return createHash('sha256').update(`${key}/${secret}`).digest('hex')
}

async function saved(home: Home): Promise<Pair> {
  const pair = bybitPair()
  await home.run(['save', ...BYBIT, '--value-stdin'], { stdin: valuesJson(pair) })
  return pair
}

async function rotated(home: Home): Promise<Pair> {
  const pair = bybitPair()
  const outcome = await home.run(['rotate', ...BYBIT, '--value-stdin'], { stdin: valuesJson(pair) })
  expect(outcome.code, outcome.stderr).toBe(0)
  return pair
}

/** The store of a home, for what the command line cannot do yet. */
async function secretsOf(home: Home) {
  const env = home.env({ MM_SECRETS_HOME: home.data })
  const settings = await loadSettings(env, process.platform, fs)
  return openSecrets(settings, nodeDeps({ face: 'library', env, warn: () => undefined }))
}

function logOf(home: Home): { readonly path: string; readonly lines: () => readonly string[] } {
  const path = join(home.path, 'log')
  const lines = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [])
  return { path, lines }
}

function watched(home: Home, options: readonly string[], ...program: readonly string[]) {
  const line = ['run', ...BYBIT, '--watch=100ms', ...options, '--', HOST_NODE, '-e', ...program]
  return endLater(home.start(line))
}

describe.runIf(process.platform === 'linux')('run --watch', () => {
  test('starts the program anew across fifty rotations, and it never sees a mixed pair', async () => {
    const home = makeHome()
    const log = logOf(home)
    const hashes = [hashOf(await saved(home))]
    const running = watched(home, [], FROM_ENVIRONMENT, log.path)
    await until('the program', () => log.lines().includes(hashes[0] ?? ''))
    for (let count = 1; count <= 50; count++) {
      const hash = hashOf(await rotated(home))
      hashes.push(hash)
      // Every third comes while the one before is still being acted on.
      if (count % 3 !== 0) await until('the new pair', () => log.lines().includes(hash))
    }
    await until('the last pair', () => log.lines().at(-1) === hashes.at(-1))
    const family = descendants(running.pid)
    process.kill(running.pid, 'SIGTERM')
    expect(await running.ended).toMatchObject({ code: 0, stdout: '' })
    await gone(family)
    const seen = log.lines()
    for (const hash of seen) expect(hashes).toContain(hash)
    // Oldest first, none twice: no rotation was undone.
    const places = seen.map((hash) => hashes.indexOf(hash))
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b))
    expect(seen.length).toBeGreaterThan(30)
  })

  test('tells the program by SIGHUP once the file is rewritten, which is whole at every moment', async () => {
    const home = makeHome()
    const log = logOf(home)
    const file = join(home.path, 'bot.json')
    const hashes = [hashOf(await saved(home))]
    const mount = ['--mount', file, '--format', 'json', '--on-rotate', 'hup']
    const running = watched(home, mount, FROM_FILE, log.path, file)
    await until('the program', () => log.lines().length > 0)
    const [program = 0] = descendants(running.pid).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(log.path),
    )
    for (let count = 1; count <= 10; count++) {
      const hash = hashOf(await rotated(home))
      hashes.push(hash)
      await until('the new pair', () => log.lines().includes(`hup ${hash}`))
    }
    const seen = log.lines().map((line) => line.replace('hup ', ''))
    for (const hash of seen) expect(hashes).toContain(hash)
    // open(2): a line of ours must not have made the program's streams non-blocking (O_NONBLOCK, 04000).
    for (const fd of [1, 2]) {
      const flags = /flags:\s*([0-7]+)/.exec(readFileSync(`/proc/${program}/fdinfo/${fd}`, 'utf8'))
      expect(Number.parseInt(flags?.[1] ?? '4000', 8) & 0o4000).toBe(0)
    }
    process.kill(running.pid, 'SIGTERM')
    const outcome = await running.ended
    expect(outcome.stderr.match(/was rotated; telling the program by SIGHUP/g)).toHaveLength(10)
    expect(existsSync(file)).toBe(false)
  })

  test('ends the program after a rotation where that is wished, with 75', async () => {
    const home = makeHome()
    const log = logOf(home)
    await saved(home)
    const running = watched(home, ['--on-rotate', 'exit'], FROM_ENVIRONMENT, log.path)
    await until('the program', () => log.lines().length > 0)
    await rotated(home)
    expect(await running.ended).toMatchObject({ code: ROTATED, stdout: '' })
    expect(log.lines()).toHaveLength(1)
  })

  test('kills a program that does not end within its grace', async () => {
    const home = makeHome()
    const log = logOf(home)
    await saved(home)
    const deaf = `process.on('SIGTERM', () => {}); ${FROM_ENVIRONMENT.replace('process.exit(0)', '0')}`
    const options = ['--on-rotate', 'exit', '--grace', '200ms']
    const running = watched(home, options, deaf, log.path)
    await until('the program', () => log.lines().length > 0)
    const family = descendants(running.pid)
    await rotated(home)
    expect(await running.ended).toMatchObject({ code: ROTATED })
    await gone(family)
  })

  test('a half save, which is pending, changes nothing', async () => {
    const home = makeHome()
    const log = logOf(home)
    await saved(home)
    const running = watched(home, ['--on-rotate', 'exit'], FROM_ENVIRONMENT, log.path)
    await until('the program', () => log.lines().length > 0)
    const half = await home.run(['save', ...BYBIT, '--key-type', 'api_key', '--value-stdin'], {
      stdin: bybitPair().key,
    })
    expect(documentOf(half)).toMatchObject({ missing: ['api_secret'] })
    await new Promise((settle) => setTimeout(settle, 1000))
    process.kill(running.pid, 'SIGTERM')
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
  })

  test('stops the program when its key is frozen, with 6', async () => {
    const home = makeHome()
    const log = logOf(home)
    const file = join(home.path, 'bot.json')
    await saved(home)
    const options = ['--json', '--mount', file, '--format', 'json', '--on-rotate', 'hup']
    const running = watched(home, options, FROM_FILE, log.path, file)
    await until('the program', () => log.lines().length > 0)
    const family = descendants(running.pid)
    const secrets = await secretsOf(home)
    await secrets.freeze(credentialRef({ env: 'dev', exchange: 'bybit' }))
    expect(errorOf(await running.ended, 6)).toMatchObject({ code: 'REVOKED' })
    await gone(family)
    expect(existsSync(file)).toBe(false)
  })

  test('a store that is away for a while is one line, and the program goes on', async () => {
    const home = makeHome()
    const log = logOf(home)
    await saved(home)
    const running = watched(home, [], FROM_ENVIRONMENT, log.path)
    await until('the program', () => log.lines().length > 0)
    let said = ''
    running.child.stderr?.on('data', (text: string) => (said += text))
    const vault = join(home.data, 'dev')
    renameSync(vault, `${vault}.away`)
    await until('the warning', () => said.includes('the watch goes on'))
    await new Promise((settle) => setTimeout(settle, 1000))
    renameSync(`${vault}.away`, vault)
    await until('the end of it', () => said.includes('The watch is well again.'))
    expect(said.match(/the watch goes on/g)).toHaveLength(1)
    const hash = hashOf(await rotated(home))
    await until('the new pair', () => log.lines().includes(hash))
    process.kill(running.pid, 'SIGTERM')
    expect(await running.ended).toMatchObject({ code: 0 })
  })

  test('looking leaves no audit record, and reading after a rotation leaves one', async () => {
    const home = makeHome()
    const log = logOf(home)
    await saved(home)
    const running = watched(home, [], FROM_ENVIRONMENT, log.path)
    await until('the program', () => log.lines().length > 0)
    const hash = hashOf(await rotated(home))
    await until('the new pair', () => log.lines().includes(hash))
    await new Promise((settle) => setTimeout(settle, 500))
    process.kill(running.pid, 'SIGTERM')
    await running.ended
    const { records } = documentOf<{
      readonly records: readonly { readonly action: string; readonly reason: string | null }[]
    }>(await home.run(['audit', 'show', '--env', 'dev', '--last', '100']))
    const reads = records.filter(({ action }) => action === 'read')
    expect(reads.map(({ reason }) => reason)).toEqual(['run: node', 'run: node, rotated'])
  })
})
