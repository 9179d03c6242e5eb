import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FakeCli } from '../fake-cli.ts'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

let cli: FakeCli
let folder: string
let output: string
const [key, secret] = [someKey(), someSecret()]

beforeEach(async () => {
  cli = fakeCli()
  folder = await mkdtemp(join(tmpdir(), 'mm-export-'))
  output = join(folder, 'out')
  const stdin = `${key}\n${secret}\n`
  for (const env of ['dev', 'prod']) {
    const args = ['save', '--env', env, '--exchange', 'bybit', '--value-stdin', '--allow-reuse']
    await cli.run(args, { stdin })
  }
})
afterEach(() => rm(folder, { recursive: true }))

const exporting = (env: string, format = 'dotenv') => [
  ...['export', '--env', env, '--exchange', 'bybit', '--format', format, '--output', output],
]

test.each([
  ['dotenv', () => `BYBIT_API_KEY=${key}\nBYBIT_API_SECRET=${secret}\n`],
  ['shell', () => `export BYBIT_API_KEY='${key}'\nexport BYBIT_API_SECRET='${secret}'\n`],
])('%s has a line for each member', async (format, text) => {
  const outcome = await cli.run(exporting('dev', format))
  expect(outcome.code).toBe(0)
  expect(readFileSync(output, 'utf8')).toBe(text())
  expect(outcome.stdout + outcome.stderr).not.toContain(secret)
  expect(JSON.parse(outcome.stdout)).toMatchObject({ file: output, format })
})

test('json has each credential by its name', async () => {
  await cli.run(exporting('dev', 'json'))
  expect(JSON.parse(readFileSync(output, 'utf8'))).toEqual({
    bybit: { api_key: key, api_secret: secret, env: 'dev', exchange: 'bybit' },
  })
})

test('the read is recorded as revealed', async () => {
  await cli.run(exporting('dev'))
  expect(cli.events.at(-1)).toMatchObject({ action: 'reveal', outcome: 'done' })
})

test('prod is exported only by a person who types its name', async () => {
  expect(await cli.run(exporting('prod'))).toMatchObject({ code: 6, stdout: '' })
  expect(await cli.run([...exporting('prod'), '--no-input'], { answers: [] })).toMatchObject({
    code: 6,
  })
  expect(await cli.run(exporting('prod'), { answers: ['prod'] })).toMatchObject({ code: 3 })
  expect(existsSync(output)).toBe(false)
  const confirmed = await cli.run(exporting('prod'), { answers: ['prod/bybit'] })
  expect(confirmed).toMatchObject({ code: 0 })
  expect(confirmed.questions[0]).toContain('Type prod/bybit to confirm.')
  expect(existsSync(output)).toBe(true)
})

test('nothing is exported in CI', async () => {
  const outcome = await cli.run(exporting('dev'), { env: { CI: 'true' } })
  expect(outcome).toMatchObject({ code: 6 })
  expect(outcome.stderr).toContain('not revealed in CI')
  expect(existsSync(output)).toBe(false)
})

test('a path that git would add is refused before anybody is asked or anything is read', async () => {
  const outcome = await cli.run(exporting('prod'), { git: 'untracked', answers: [] })
  expect(outcome).toMatchObject({ code: 2, questions: [] })
  expect(outcome.stderr).toContain('git would add it')
  expect(cli.events.filter(({ action }) => action === 'reveal')).toEqual([])
})

test('a credential that is not there leaves no file behind', async () => {
  const args = exporting('dev').map((word) => (word === 'bybit' ? 'kucoin' : word))
  expect(await cli.run(args)).toMatchObject({ code: 4 })
  expect(existsSync(output)).toBe(false)
})

test('standard output is no file', async () => {
  const args = exporting('dev').map((word) => (word === output ? '-' : word))
  const outcome = await cli.run(args)
  expect(outcome).toMatchObject({ code: 2, stdout: '' })
  expect(outcome.stderr).toContain('mm-secrets run')
})

test('an unknown format is answered with the nearest', async () => {
  const outcome = await cli.run(exporting('dev', 'shel'))
  expect(outcome).toMatchObject({ code: 2 })
  expect(outcome.stderr).toContain('Did you mean "shell"?')
})
