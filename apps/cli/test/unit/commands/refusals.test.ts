import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const DAY_MS = 86_400_000

test.each([
  [['ftch'], 'Unknown command ftch. Did you mean "fetch"?'],
  [['horse'], 'Unknown command.'],
  [['list', 'horse'], 'Unexpected argument.'],
  [['list', '--horse-battery'], 'Unknown option.'],
  [['audit', 'shw'], 'Unknown command shw. Did you mean "show"?'],
  [['--json', 'list'], 'There is an option before the command.'],
  [['fetch', '--evn', 'dev', '--exchange', 'bybit'], 'Unknown option --evn. Did you mean --env?'],
  [['fetch', '--env', 'prd', '--exchange', 'bybit'], 'Unknown environment. Did you mean "prod"?'],
  [['fetch', '--exchange', 'bibit'], 'Unknown exchange. Did you mean "bybit"?'],
  [['fetch', '--env', 'dev'], 'Give --exchange a value.'],
  [['fetch', '--exchange', 'bybit', '--env'], 'Give --env a value.'],
  [['fetch', '--exchange', 'bybit', '--env='], '--env is given without a value.'],
  [['fetch', '--exchange', 'bybit', '--env', ''], 'Unknown environment.'],
  [['list', '--env', 'dev', '--env', 'prod'], '--env is given twice.'],
  [['list', '--json=maybe'], '--json does not take such a value.'],
  [['list', '-x'], 'Unknown option -x.'],
  [['list', 'prod'], 'Unexpected argument prod.'],
  [['save', ...DEV], 'No values were given, and there is nobody to ask.'],
  [
    ['save', ...DEV, '--value-stdin', '--value-file', 'x'],
    'Give --value-file or --value-stdin, not both.',
  ],
  [
    ['save', ...DEV, '--key-type', 'api_kye', '--value-stdin'],
    'Unknown key type. Did you mean "api_key"?',
  ],
  [['save', ...DEV, '--value', 'x'], '--value needs --key-type, which says what it is.'],
  [
    ['save', ...DEV, '--value-file', '/nonexistent'],
    '--value-file: /nonexistent cannot be used: there is no such file.',
  ],
  [['save', ...DEV, '--value-file', '/'], '--value-file: / cannot be used: it is a folder.'],
  [['save', ...DEV, '--layout', 'yaml', '--value-stdin'], '--layout is neither pair nor json.'],
  [['rotate', ...DEV, '--rollback', '--resume'], 'Give --rollback or --resume, not both.'],
  [['rotate', ...DEV, '--resume', '--dry-run'], '--dry-run has no plan to show for --resume.'],
  [
    ['delete', ...DEV, '--recovery-days', '6'],
    '--recovery-days is not a whole number from 7 to 30.',
  ],
  [['status', '--within', 'soon'], '--within is not a span of time.'],
  [['audit', 'note', '-m', ' '], 'The note is empty.'],
])('%j: %s', async (argv, message) => {
  const { run } = fakeCli()
  const { code, stderr, stdout } = await run(argv)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.split('\n')[0]).toContain(message.slice(0, 40))
  expect(stderr).toContain(message)
})

test('with --json a refusal is one line of JSON, also from the parser', async () => {
  const { run } = fakeCli()
  const { stderr } = await run(['fetch', '--evn', 'dev', '--json'])
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE' } })
})

test('what stands in the wrong place is not repeated, for it may be a value', async () => {
  const { run } = fakeCli()
  const canary = `cAnArY${someKey()}`
  for (const argv of [
    [canary],
    ['fetch', canary, ...DEV],
    ['fetch', `--${canary}`, ...DEV],
    ['fetch', `--api-key${canary}`, ...DEV],
    ['fetch', '--env', canary, '--exchange', 'bybit'],
    ['save', ...DEV, '--key-type', canary],
    ['save', ...DEV, '--api-key', canary, '--api-secret', canary],
    ['save', ...DEV, '--api-key', canary, '--api-key', canary],
    ['save', ...DEV, `--api-kye=${canary}`],
    ['status', '--within', canary],
    ['rotate', ...DEV, '--resume', '--version-id', `${canary} x`],
  ]) {
    const { code, stderr, stdout } = await run(argv)
    expect(code, argv.join(' ')).toBe(2)
    expect(stderr + stdout).not.toContain(canary)
  }
})

test('the memory backend takes a save only when it is told that nothing persists', async () => {
  const { run } = fakeCli()
  const env = { SECRETS_BACKEND: 'memory' }
  const stdin = `${someKey()}\n${someSecret()}`
  const refused = await run(['save', ...DEV, '--value-stdin'], { env, stdin })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('keeps nothing')
  const taken = await run(['save', ...DEV, '--value-stdin', '--ephemeral'], { env, stdin })
  expect(taken.code).toBe(0)
})

test('a value that serves another environment is refused, unless that is meant', async () => {
  const { run } = fakeCli()
  const stdin = `${someKey()}\n${someSecret()}`
  await run(['save', ...DEV, '--value-stdin'], { stdin })
  const prod = ['save', '--env', 'prod', '--exchange', 'bybit', '--value-stdin'] as const
  expect((await run(prod, { stdin })).code).toBe(6)
  expect((await run([...prod, '--allow-reuse'], { stdin })).code).toBe(0)
})

test('a note that holds a stored value, plain or encoded, is refused and recorded nowhere', async () => {
  const { events, run } = fakeCli()
  const secret = someSecret()
  await run(['save', ...DEV, '--value-stdin'], { stdin: `${someKey()}\n${secret}` })
  for (const text of [secret, Buffer.from(secret).toString('base64')]) {
    const { code, stderr } = await run(['audit', 'note', ...DEV, '-m', `old secret was ${text}`])
    expect(code).toBe(2)
    expect(stderr).not.toContain(text)
  }
  expect(events.filter(({ action }) => action === 'note')).toEqual([])
  expect((await run(['audit', 'note', ...DEV, '-m', 'revoked in the UI'])).code).toBe(0)
  expect(events.at(-1)).toMatchObject({ action: 'note', reason: 'revoked in the UI' })
})

test('a note holds no value of another environment, and no passphrase of its own', async () => {
  const { events, run } = fakeCli()
  const key = someKey()
  await run(['save', '--env', 'prod', '--exchange', 'bybit', '--value-stdin'], {
    stdin: `${key}\n${someSecret()}`,
  })
  const kucoin = { api_key: someKey(), api_secret: someSecret(), api_passphrase: 'staple horse' }
  await run(['save', '--env', 'dev', '--exchange', 'kucoin', '--value-stdin'], {
    stdin: JSON.stringify(kucoin),
  })
  for (const text of [`was ${key}`, 'the passphrase is staple horse, I think']) {
    expect((await run(['audit', 'note', '--env', 'dev', '-m', text])).code).toBe(2)
  }
  expect(events.filter(({ action }) => action === 'note')).toEqual([])
})

test('no plan shows a part of a passphrase', async () => {
  const { run } = fakeCli()
  const kucoin = ['--env', 'dev', '--exchange', 'kucoin', '--value-stdin'] as const
  const values = (passphrase: string): string =>
    JSON.stringify({
      api_key: someKey(),
      api_secret: someSecret(),
      api_passphrase: passphrase,
    })
  const passphrase = 'correct horse battery'
  expect((await run(['save', ...kucoin], { stdin: values('another long phrase') })).code).toBe(0)
  const plan = await run(['rotate', ...kucoin, '--dry-run'], { stdin: values(passphrase) })
  expect(plan.code).toBe(0)
  expect(plan.stdout + plan.stderr).not.toContain(passphrase.slice(0, 3))
})

test('status --check turns red when a rotation is overdue, --within some time before', async () => {
  const cli = fakeCli()
  const stdin = `${someKey()}\n${someSecret()}`
  await cli.run(['save', '--env', 'prod', '--exchange', 'bybit', '--value-stdin'], { stdin })
  const code = async (...more: string[]) => (await cli.run(['status', ...more])).code
  cli.pass(25 * DAY_MS)
  expect(await code('--check')).toBe(0)
  expect(await code('--check', '--within', '7d')).toBe(11)
  cli.pass(5 * DAY_MS)
  expect(await code('--check')).toBe(11)
  expect(await code()).toBe(0)
})

test('a log that does not hold exits with 9 and says for which environment', async () => {
  const { run } = fakeCli()
  const folder = await mkdtemp(join(tmpdir(), 'mm-secrets-cli-'))
  try {
    const file = join(folder, 'heads.json')
    const head = { env: 'dev', mac: 'a'.repeat(64), sequence: 9 }
    await writeFile(file, JSON.stringify({ heads: [head] }))
    const { code, stderr, stdout } = await run(['audit', 'verify', '--heads', file])
    expect(code).toBe(9)
    expect(stderr).toContain('The audit log of dev does not verify.')
    expect(stdout).toContain('"broken":"record 9 is missing"')
    await writeFile(file, '{"heads":[{}]}')
    expect((await run(['audit', 'verify', '--heads', file])).code).toBe(2)
  } finally {
    await rm(folder, { recursive: true })
  }
})
