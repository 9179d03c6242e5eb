import { beforeEach, expect, test } from 'vitest'
import type { FakeCli } from '../fake-cli.ts'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

let cli: FakeCli

beforeEach(() => {
  cli = fakeCli()
})

const some = () => `${someKey()}\n${someSecret()}\n`

async function save(env: string, stdin = some(), ...rest: readonly string[]): Promise<void> {
  const args = ['save', '--env', env, '--exchange', 'bybit', '--value-stdin', '--allow-reuse']
  expect((await cli.run([...args, ...rest], { stdin })).code).toBe(0)
}

const diff = (...args: readonly string[]) =>
  cli.run(['diff', '--env', 'shadow', '--env', 'prod', ...args])

test('it passes where both have the same credentials, each with a key of its own', async () => {
  await save('shadow')
  await save('prod')
  const outcome = await diff()
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(outcome.stdout)).toEqual({
    credentials: [
      {
        account: null,
        credential: 'bybit',
        exchange: 'bybit',
        relation: 'different',
        suffix: null,
      },
    ],
    environments: ['shadow', 'prod'],
    passed: true,
    shared: [],
  })
})

test('a shared value does not pass, with --isolation neither', async () => {
  const pair = some()
  await save('shadow', pair)
  await save('prod', pair)
  const outcome = await diff()
  expect(outcome.code).toBe(13)
  expect(outcome.stderr).toContain('shadow/bybit and prod/bybit know the same api_key')
  expect((await diff('--isolation')).code).toBe(13)
})

test('a credential that one lacks does not pass, but with --isolation it does', async () => {
  await save('shadow')
  const outcome = await diff()
  expect(outcome.code).toBe(13)
  expect(outcome.stderr).toContain('prod has no bybit.')
  expect((await diff('--isolation')).code).toBe(0)
})

test('a copy under a suffix may be on one side only', async () => {
  await save('shadow')
  await save('prod')
  await save('prod', some(), '--suffix', '-new')
  expect((await diff()).code).toBe(0)
})

test('what has no fingerprint does not pass, since nobody can tell', async () => {
  await save('shadow', 'abc\ndef\n')
  await save('prod')
  const outcome = await diff('--isolation')
  expect(outcome.code).toBe(13)
  expect(outcome.stderr).toContain('bybit cannot be told apart')
})

test('nothing is read: no record, no value', async () => {
  await save('shadow')
  await save('prod')
  const before = cli.events.length
  await diff()
  expect(cli.events).toHaveLength(before)
})

test('where nothing is stored that is said, since the home may be the wrong one', async () => {
  expect(await diff()).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Nothing') as string,
  })
})

test.each([
  ['one environment', ['diff', '--env', 'dev']],
  ['three', ['diff', '--env', 'dev', '--env', 'soak', '--env', 'prod']],
  ['the same twice', ['diff', '--env', 'dev', '--env', 'dev']],
])('%s is wrong usage', async (_, args) => {
  const outcome = await cli.run(args)
  expect(outcome).toMatchObject({ code: 2, stdout: '' })
  expect(outcome.stderr).toContain('given twice, for two environments')
})

test('a process that is pinned to one of them may not compare', async () => {
  const args = ['diff', '--env', 'shadow', '--env', 'prod']
  expect((await cli.run(args, { env: { MM_ENV: 'shadow' } })).code).toBe(6)
})

test('at a terminal it is a table of who has what', async () => {
  await save('shadow')
  await save('prod', some(), '--account', 'hedge')
  const args = ['diff', '--env', 'shadow', '--env', 'prod']
  const { stdout } = await cli.run(args, { answers: [] })
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
  ).toEqual([
    ['CREDENTIAL', 'SHADOW', 'PROD'],
    ['bybit', 'there', 'missing'],
    ['bybit@hedge', 'missing', 'there'],
  ])
})
