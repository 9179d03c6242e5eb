import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'mm-run-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const MOUNT = ['--mount', join(folder, 'bot.env')] as const
const BYBIT = ['--exchange', 'bybit'] as const
const BOTH = ['--credential', 'bybit', '--credential', 'kucoin'] as const

test.each([
  [[...BYBIT], null, 'No program was named.'],
  [[...BYBIT], [], 'No program was named.'],
  [[...BYBIT], [''], 'No program was named.'],
  [[], ['true'], 'No credential was named.'],
  [['--credential', 'bybit', ...BYBIT], ['true'], 'Give --credential or --exchange, not both.'],
  [['--credential', 'bybit', '--account', 'x'], ['true'], 'Give --credential or --exchange, not'],
  [['--credential', 'bybit', '--credential', 'bybit'], ['true'], 'bybit is named twice.'],
  [['--credential', 'bibit'], ['true'], 'Unknown exchange. Did you mean "bybit"?'],
  [['--credential', 'bybit@'], ['true'], 'The account is not a valid label.'],
  [[...BYBIT, '--as', 'ccxtt'], ['true'], 'Did you mean "ccxt"?'],
  [[...BYBIT, '--as', 'mm', '--map', 'K=api_key'], ['true'], 'Give --as or --map, not both.'],
  [[...BYBIT, '--map', 'K=api_passphrase'], ['true'], 'A bybit credential has no api_passphrase.'],
  [[...BOTH, '--map', 'K=api_key'], ['true'], '--map K does not say which credential it takes.'],
  [[...BOTH, '--as', 'freqtrade'], ['true'], 'would both be FREQTRADE__EXCHANGE__KEY.'],
  [[...BYBIT, '--format', 'json'], ['true'], '--format is that of a file.'],
  [[...BYBIT, ...MOUNT, '--format', 'jsn'], ['true'], 'Did you mean "json"?'],
  [[...BYBIT, ...MOUNT, '--format', 'json', '--as', 'mm'], ['true'], '--format json has its own'],
  [[...BOTH, ...MOUNT, '--format', 'freqtrade'], ['true'], '--format freqtrade holds one'],
  [[...BYBIT, '--on-rotate', 'exit'], ['true'], '--on-rotate and --grace need --watch.'],
  [[...BYBIT, '--grace', '1s'], ['true'], '--on-rotate and --grace need --watch.'],
  [[...BYBIT, '--watch', '--on-rotate', 'restrat'], ['true'], 'Did you mean "restart"?'],
  [[...BYBIT, '--watch=1s', '--on-rotate', 'hup'], ['true'], '--on-rotate hup needs --mount.'],
  [[...BYBIT, '--watch=soon'], ['true'], '--watch is not a short span of time.'],
  [[...BYBIT, '--watch=0s'], ['true'], '--watch cannot look all the time.'],
  [[...BYBIT, '--watch', '--grace', 'x'], ['true'], '--grace is not a short span of time.'],
  [[...BYBIT, '--keep', '--overwrite'], ['true'], 'Give --overwrite or --keep, not both.'],
  [[...BYBIT, 'true'], null, 'Unexpected argument.'],
  [[...BYBIT, '--admin'], ['true'], 'Unknown option --admin.'],
] as const)('run %j -- %j: %s', async (options, program, message) => {
  const { events, run } = fakeCli()
  const behind = program === null ? [] : ['--', ...program]
  const { code, stderr, stdout } = await run(['run', ...options, ...behind])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(events).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})

test('a variable that is set already is refused before anything is read, its value untold', async () => {
  const { events, run } = fakeCli()
  const key = someKey()
  const { code, stderr } = await run(['run', ...BYBIT, '--', 'true'], {
    env: { BYBIT_API_KEY: key },
  })
  expect(code).toBe(2)
  expect(stderr).toContain('BYBIT_API_KEY is set already.')
  expect(stderr).not.toContain(key)
  expect(events).toEqual([])
})

test('no other command takes a program, and what stands behind -- is never read as ours', async () => {
  const { run } = fakeCli()
  for (const words of [['list'], ['save', ...BYBIT], ['audit', 'show']]) {
    const { code, stderr } = await run([...words, '--', '--json', '--value', someSecret()])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^mm-secrets: This command takes nothing behind --\./)
  }
})
