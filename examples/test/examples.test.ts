import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnv } from '@mm-secrets/vitest-config'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('..', import.meta.url))
/** What an example generates, and whatever else could be a value. */
const LONG_HEX = /(?<![0-9a-f-])[0-9a-f]{18,}(?![0-9a-f-])/

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mm-secrets-examples-'))
})
afterEach(() => {
  rmSync(home, { recursive: true })
})

interface Ran {
  readonly lines: readonly string[]
  readonly stderr: string
}

/** Runs an example as a person would: it ends well, prints no value and leaves nothing behind. */
function run(example: string, variables: Readonly<Record<string, string>> = {}): Ran {
  const temporary = { TMPDIR: home, TEMP: home, TMP: home }
  const env = cleanEnv({
    HOME: home,
    MM_SECRETS_HOME: join(home, 'mm'),
    ...temporary,
    ...variables,
  })
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['-C', '@mm-secrets/source', example],
    { cwd: FOLDER, encoding: 'utf8', env },
  )
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout + stderr).not.toMatch(LONG_HEX)
  // Its own vault, with which it worked, is gone.
  expect(readdirSync(home).filter((name) => name !== 'mm')).toEqual([])
  return { lines: stdout.trimEnd().split('\n'), stderr }
}

test('01 prints a credential from variables masked, and reads it again from the cache', () => {
  const key = randomBytes(9).toString('hex')
  const secret = randomBytes(18).toString('hex')
  const { lines, stderr } = run('01-read-a-credential.ts', {
    BYBIT_API_KEY: key,
    BYBIT_API_SECRET: secret,
  })
  const text = lines.join('\n')
  const shown = `${key.slice(0, 3)}...***`
  expect(lines[0]).toContain(`api_key: ${shown}`)
  expect(lines).toContain(`key ${shown}`)
  expect(text).toContain(`"signingWith":"${shown}"`)
  expect(lines.slice(-2)).toEqual(['length of the secret: 36', 'the same version: true'])
  expect(text + stderr).not.toContain(key)
  expect(text + stderr).not.toContain(secret)
})

test('02 keeps the old pair when the check refuses, and goes through the steps when it accepts', () => {
  expect(run('02-rotate-with-a-check.ts').lines).toEqual([
    'refused: CHECK_FAILED',
    'the old pair stays: true',
    '  described',
    '  written',
    '  checked',
    '  committing',
    '  live',
    'the new pair is live: true',
  ])
})

test('03 trades on with values from variables, says so loudly, and leaves a record', () => {
  const { lines, stderr } = run('03-break-glass.ts')
  expect(lines[0]).toMatch(/^trading on with [0-9a-f]{3}\.\.\.\*\*\*$/)
  expect(lines[1]).toBe('audit: read prod/bybit break-glass')
  expect(stderr).toMatch(/^BREAK-GLASS: a credential of prod /)
})

describe('04', () => {
  test('is refused another environment than the one it is pinned to', () => {
    const { lines } = run('04-pinning.ts')
    expect(lines).toEqual(['refused: this process is pinned to shadow'])
  })

  test('is refused prod in CI before anything else', () => {
    const { lines } = run('04-pinning.ts', { CI: 'true' })
    expect(lines).toEqual(['refused: prod is out of reach in CI'])
  })
})

test('05 reads anew once after a refusal, and gives up when the stored key itself is refused', () => {
  expect(run('05-refused-by-the-exchange.ts').lines).toEqual([
    'answered',
    'refused: reading the credential anew',
    'answered',
    'refused for good',
  ])
})

test('06 leaves readers the old pair until both halves of the new one are there', () => {
  expect(run('06-half-saves.ts').lines).toEqual([
    'one half saved, missing: api_secret',
    '  readers have the old pair',
    'the other half saved',
    '  readers have the new pair',
  ])
})

const examples = readdirSync(FOLDER).filter((name) => /^\d\d-.*\.ts$/.test(name))

test.each(examples)('%s stands in the list of examples', (name) => {
  const list = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  expect(list).toContain(`[${name}](${name})`)
})
