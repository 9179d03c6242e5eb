import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnv } from '@mm-secrets/vitest-config'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('../run/', import.meta.url))
const PROGRAM = fileURLToPath(new URL('../../apps/cli/dist/mm-secrets.cjs', import.meta.url))
const STAND_IN = fileURLToPath(new URL('freqtrade-stand-in.ts', import.meta.url))

const key = `k${randomBytes(9).toString('hex').slice(1)}`
const secret = `s${randomBytes(18).toString('hex').slice(1)}`

let home: string
let env: Record<string, string>

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mm-secrets-examples-'))
  const bin = join(home, 'bin')
  mkdirSync(bin)
  symlinkSync(process.execPath, join(bin, 'node'))
  command(bin, 'mm-secrets', PROGRAM)
  command(bin, 'freqtrade', STAND_IN)
  const PATH = `${bin}:${process.env['PATH'] ?? ''}`
  env = cleanEnv({ HOME: home, PATH, MM_SECRETS_HOME: join(home, 'mm') })
  const values = JSON.stringify({ api_key: key, api_secret: secret })
  const args = ['save', '--env', 'dev', '--exchange', 'bybit', '--value-stdin']
  const saved = spawnSync('mm-secrets', args, { encoding: 'utf8', env, input: values })
  expect(saved.status, saved.stderr).toBe(0)
})
afterEach(() => {
  rmSync(home, { recursive: true })
})

function command(bin: string, name: string, script: string): void {
  const path = join(bin, name)
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`)
  chmodSync(path, 0o755)
}

interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Ends well, and prints no value. */
function run(program: string, args: readonly string[]): Ran {
  const { status, stderr, stdout } = spawnSync(program, args, { encoding: 'utf8', env })
  expect(stdout + stderr).not.toContain(key)
  expect(stdout + stderr).not.toContain(secret)
  return { status, stderr, stdout }
}

const shown = (value: string): string => `${value.slice(0, 3)}...***`

test('freqtrade gets the key and secret that its configuration does not have', () => {
  const text = readFileSync(join(FOLDER, 'freqtrade.json'), 'utf8')
  expect(text).not.toMatch(/"(?:key|secret|password)"/)
  const { status, stderr, stdout } = run(join(FOLDER, 'freqtrade.sh'), ['--dry-run'])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe(`bybit: key ${shown(key)}, secret ${shown(secret)}, arguments --dry-run\n`)
})

describe('the bot on ccxt', () => {
  const bot = ['node', join(FOLDER, 'ccxt-bot.ts')] as const

  test('gets both values under the names that ccxt uses', () => {
    const args = ['run', '--env', 'dev', '--exchange', 'bybit', '--as', 'ccxt', '--', ...bot]
    expect(run('mm-secrets', args)).toEqual({
      status: 0,
      stderr: '',
      stdout: `apiKey: ${shown(key)}\nsecret: ${shown(secret)}\n`,
    })
  })

  test('says how to start it where it was started without', () => {
    const { status, stderr } = run('node', bot.slice(1))
    expect(status).toBe(1)
    expect(stderr).toContain('mm-secrets run')
  })
})

describe('mm-bot.service', () => {
  const unit = readFileSync(join(FOLDER, 'mm-bot.service'), 'utf8')
  const settings = [...unit.matchAll(/^(?<name>[A-Z]\w+)=(?<value>.*)$/gm)].map(
    ({ groups }) => [groups?.['name'] ?? '', groups?.['value'] ?? ''] as const,
  )
  const all = (name: string) => settings.filter(([each]) => each === name).map(([, value]) => value)

  test('every line is a section, a setting or a comment, and nothing but Environment is set twice', () => {
    expect(unit).toMatch(/^(?:(?:#.*|\[[A-Z]\w+\]|[A-Z]\w+=.*|)\n)+$/)
    const names = settings.map(([name]) => name).filter((name) => name !== 'Environment')
    expect(names).toHaveLength(new Set(names).size)
  })

  test('its command line is one that mm-secrets takes, and the bot gets the credential', () => {
    const [line = ''] = all('ExecStart')
    const [program = '', ...rest] = line.split(' ')
    expect(program).toMatch(/\/mm-secrets$/)
    const args = rest.slice(0, rest.indexOf('--') + 1)
    const show = 'process.stdout.write(process.env.BYBIT_API_KEY.slice(0, 3))'
    const pinned = all('Environment').includes('MM_ENV=prod')
    expect(pinned).toBe(true)
    const { status, stderr, stdout } = run('mm-secrets', [...args, 'node', '-e', show])
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: key.slice(0, 3) })
  })

  const analyze = spawnSync('systemd-analyze', ['--version']).status === 0
  test.skipIf(!analyze)(
    `systemd takes it${analyze ? '' : ' (skipped: systemd-analyze is not installed)'}`,
    () => {
      // The programs need not be installed for this.
      const path = join(home, 'mm-bot.service')
      writeFileSync(path, unit.replaceAll('/usr/local/bin/', `${join(home, 'bin')}/`))
      command(join(home, 'bin'), 'mm-bot', STAND_IN)
      const { status, stderr } = run('systemd-analyze', ['verify', '--man=no', path])
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    },
  )
})

test.each(readdirSync(FOLDER))('run/%s stands in the list of examples', (name) => {
  const list = readFileSync(join(FOLDER, '..', 'README.md'), 'utf8')
  expect(list).toContain(`[run/${name}](run/${name})`)
})
