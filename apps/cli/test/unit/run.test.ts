import { expect, test } from 'vitest'
import type { Terminal } from '../../src/context.ts'
import { prepareArguments } from '../../src/input/argv.ts'
import { runCli } from '../../src/run.ts'

const CANARY = 'cAnArY0123456789'

/** Runs `list` where opening the store fails in a way that nobody foresaw. */
async function runWithBug(argv: readonly string[], env: Terminal['env']) {
  const err: string[] = []
  const silent = { isTty: false, columns: 80 }
  const terminal = {
    stdin: { isTty: false },
    stdout: { ...silent, write: () => undefined },
    stderr: { ...silent, write: (text: string) => void err.push(text) },
    env,
    openSession: () => Promise.reject(new TypeError(`cannot read ${CANARY}`)),
  } as unknown as Terminal
  const code = await runCli(prepareArguments(argv), '1.2.3', terminal)
  return { code, stderr: err.join('') }
}

test('a bug exits with 1 and tells its class, never its message, which may hold a value', async () => {
  const { code, stderr } = await runWithBug(['list'], {})
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^mm-secrets: This is a bug in mm-secrets \(TypeError\)\.\nhint: [^\n]+\n$/,
  )
})

test('with MM_SECRETS_DEBUG=1 it tells where, still without the message', async () => {
  const { stderr } = await runWithBug(['list'], { MM_SECRETS_DEBUG: '1' })
  expect(stderr).toMatch(/^\s+at .*run\.test/m)
  expect(stderr).not.toContain(CANARY)
})

test('with --json it is told as JSON', async () => {
  const { stderr } = await runWithBug(['list', '--json'], {})
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'BUG' } })
})
