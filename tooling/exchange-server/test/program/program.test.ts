import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { cleanEnv } from '@mm-secrets/vitest-config'
import { afterAll, afterEach, expect, it } from 'vitest'

import { bybitClient } from '../client/bybit-client.ts'
import { madeUp } from '../client/key-material.ts'
import { outcome, send } from '../client/reply.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'exchange-server-'))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

interface Program {
  readonly child: ChildProcess
  /** What it has printed so far. */
  stdout(): string
  stderr(): string
  readonly ended: Promise<number | null>
}

function program(...args: string[]): Program {
  const env = cleanEnv({ HOME: folder, INIT_CWD: folder })
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: 'pipe' })
  children.push(child)
  const [out, err]: [string[], string[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()))
  return {
    child,
    stdout: () => out.join(''),
    stderr: () => err.join(''),
    ended: once(child, 'close').then(([code]) => code as number | null),
  }
}

/** @returns the addresses that it prints, by site */
async function listening({ child, stdout }: Program): Promise<Readonly<Record<string, string>>> {
  while (!stdout().includes('Ctrl-C ends it.') && child.exitCode === null) {
    await once(child.stdout ?? child, 'data')
  }
  const lines = stdout().matchAll(/^ {2}(\w+) +(http:\S+)$/gm)
  return Object.fromEntries([...lines].map(([, site, url]) => [site ?? '', url ?? '']))
}

it('prints where it is and the keys that it made up, and ends with Ctrl-C', async () => {
  const started = program('--port', '0')
  const { mainnet = '', testnet = '' } = await listening(started)
  const printed = /Bybit, bot.*\n +key +(\w+)\n +secret +(\w+)/.exec(started.stdout())
  const [, apiKey = '', secret = ''] = printed ?? []
  const query = (url: string) =>
    outcome(bybitClient(url, { apiKey, secret }).get('/v5/user/query-api'))
  expect([await query(mainnet), await query(testnet)]).toEqual(['ok', '10003'])
  started.child.kill('SIGINT')
  expect(await started.ended).toBe(0)
  expect(started.stderr()).toBe('')
})

it('takes keys from a file, named from where it was called, and does not print them', async () => {
  const { apiKey, secret } = madeUp('bybit')
  const file = { bybit: [{ apiKey, secret, uid: 1, site: 'eu' }] }
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(file))
  const started = program('--port', '0', '--sites', 'mainnet,eu', '--keys', 'keys.json')
  const { eu = '' } = await listening(started)
  const { get } = bybitClient(eu, { apiKey, secret })
  expect(await outcome(get('/v5/user/query-api'))).toBe('ok')
  expect(started.stdout()).not.toContain(apiKey)
  expect(started.stdout()).not.toContain(secret)
})

it('takes knobs', async () => {
  const { mainnet = '' } = await listening(program('--port', '0', '--knobs', '{"errorRate": 1}'))
  expect(await outcome(send(mainnet, { target: '/api/v3/time' }))).toBe('-1000')
})

it('says which port is taken', async () => {
  const first = program('--port', '0', '--sites', 'one')
  const { port } = new URL((await listening(first))['one'] ?? '')
  const second = program('--port', port)
  expect(await second.ended).toBe(1)
  expect(second.stderr()).toBe(
    `exchange-server: Port ${port}, or one of those that follow, is taken. ` +
      'Choose another with --port, or --port 0 for any free ones.\n',
  )
})

it.each([
  [['--keys', 'missing.json'], 1, 'missing.json'],
  [['--sites', 'a b'], 2, '--sites'],
])('%j ends it with %i', async (args, code, why) => {
  const started = program('--port', '0', ...args)
  expect(await started.ended).toBe(code)
  expect(started.stderr()).toContain(why)
})

it('of keys for a site that there is not says so, and ends', async () => {
  const file = { bybit: [{ ...madeUp('bybit'), uid: 1, site: 'moon' }] }
  writeFileSync(join(folder, 'moon.json'), JSON.stringify(file))
  const started = program('--port', '0', '--keys', 'moon.json')
  expect(await started.ended).toBe(1)
  expect(started.stderr()).toContain("There is no site 'moon'.")
})

it('explains itself', async () => {
  const started = program('--help')
  expect(await started.ended).toBe(0)
  for (const option of ['--port', '--sites', '--keys', '--knobs', '--seed']) {
    expect(started.stdout()).toContain(option)
  }
})
