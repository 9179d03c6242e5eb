import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { schemaErrors, schemaNames } from '../unit/schemas.ts'
import type { RunOptions } from './bundle.ts'
import { makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import { bybitPair, kucoinTriple, valuesJson } from './keys.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const PROD = ['--env', 'prod', '--exchange', 'kucoin'] as const
const HEDGE = ['--env', 'dev', '--exchange', 'bybit', '--account', 'hedge'] as const

const home = makeHome()
const seen = new Set<string>()

/** Runs a command; what it prints is one line with sorted keys, and what its schema says. */
async function check<T = unknown>(
  schema: string,
  args: readonly string[],
  options: RunOptions & { readonly exit?: number } = {},
): Promise<T> {
  const { exit = 0, ...rest } = options
  const document = documentOf(await home.run(args, rest), exit)
  seen.add(schema)
  expect(schemaErrors(schema, document), `${schema} of ${args.join(' ')}`).toEqual([])
  return document as T
}

const pair = () => ({ stdin: valuesJson(bybitPair()) })

test('every document of every state is one sorted line that its published schema describes', async () => {
  const empty = ['list', 'status', 'audit-show', 'audit-export', 'audit-verify']
  for (const schema of empty) await check(schema, schema.split('-'))

  const half = { stdin: bybitPair().key }
  await check('save', ['save', ...DEV, '--key-type', 'api_key', '--value-stdin'], half)
  for (const schema of ['list', 'status']) await check(schema, [schema])
  await check('history', ['history', ...DEV])
  await check('rotate', ['rotate', ...DEV, '--discard'])
  await check('list', ['list'])

  await check('save', ['save', ...DEV, '--value-stdin', '--site', 'testnet'], pair())
  await check('save', ['save', ...DEV, '--value-stdin'], pair())
  await check('save', ['save', ...DEV, '--value-stdin', '--suffix', '-new'], pair())
  await check('save', ['save', ...HEDGE, '--value-stdin', '--layout', 'json'], pair())
  await check('save', ['save', ...PROD, '--value-stdin'], { stdin: valuesJson(kucoinTriple()) })
  await check('save', ['save', ...DEV, '--value-stdin', '--admin'], pair())
  await check('fetch', ['fetch', ...DEV])
  await check('fetch', ['fetch', ...HEDGE])
  await check('fetch', ['fetch', ...PROD])
  await check('fetch', ['fetch', ...DEV, '--reveal'])

  await check('rotate', ['rotate', ...DEV, '--value-stdin', '--dry-run'], pair())
  await check('rotate', ['rotate', ...DEV, '--value-stdin'], pair())
  await check('rotate', ['rotate', ...DEV, '--from-suffix', '-new', '--dry-run'])
  await check('rotate', ['rotate', ...DEV, '--from-suffix', '-new'])
  await check('rotate', ['rotate', ...DEV, '--rollback', '--dry-run'])
  await check('rotate', ['rotate', ...DEV, '--rollback'])
  await check('rotate', ['rotate', ...DEV, '--resume'])
  const next = { stdin: bybitPair().key }
  await check('rotate', ['rotate', ...DEV, '--key-type', 'api_key', '--value-stdin'], next)
  await check('status', ['status'])
  await check('history', ['history', ...DEV])
  await check('rotate', ['rotate', ...DEV, '--discard'])
  await check('rotate', ['rotate', ...DEV, '--old-revoked'])

  const values = ['--new-api-key', bybitPair().key, '--new-api-secret', bybitPair().secret]
  await check('rotate', ['rotate', ...DEV, ...values])
  await check('status', ['status', '--check', '--within', '1w'], { exit: 11 })
  for (const layout of ['json', 'pair']) {
    await check('migrate', ['migrate', ...HEDGE, '--layout', layout, '--dry-run'])
    await check('migrate', ['migrate', ...HEDGE, '--layout', layout, '--yes'])
  }
  await check('delete', ['delete', ...HEDGE, '--yes'])
  for (const schema of ['list', 'status']) await check(schema, [schema])
  await check('history', ['history', ...HEDGE])
  await check('restore', ['restore', ...HEDGE])

  await check('audit-note', ['audit', 'note', ...DEV, '-m', 'ticket OPS-1234'])
  await check('audit-note', ['audit', 'note', '--env', 'dev', '-m', 'ticket OPS-1234'])
  await check('audit-show', ['audit', 'show', '--last', '500'])
  await check('audit-access', ['audit', 'access', ...DEV])
  const keys = join(home.path, 'keys.env')
  const [one, two] = [bybitPair(), bybitPair()]
  const lines = [
    `BYBIT_DESK_API_KEY=${one.key}`,
    `BYBIT_DESK_API_SECRET=${one.secret}`,
    `BINANCE_API_KEY=${two.key}`,
    'BYBIT_KEY_2=$OTHER',
  ]
  writeFileSync(keys, lines.join('\n'))
  await check('import', ['import', '--from', 'dotenv', keys])
  await check('import', ['import', '--from', 'dotenv', keys, '--apply'], { exit: 12 })
  await check('import', ['import', '--from', 'dotenv', keys])
  const output = join(home.path, 'out.json')
  await check('export', ['export', ...DEV, '--format', 'json', '--output', output])
  await check('diff', ['diff', '--env', 'dev', '--env', 'prod'], { exit: 13 })
  await check('keygen', ['keygen', '--env', 'dev', '--exchange', 'binance', '--json'])
  await check('keygen', ['keygen', '--env', 'shadow', '--exchange', 'bybit', '--json'])
  await check('diff', ['diff', '--env', 'soak', '--env', 'shadow'])
  await check('vault-recipients-list', ['vault', 'recipients', 'list'])
  const paper = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'
  const added = ['vault', 'recipients', 'add', paper, '--label', 'paper']
  const { sha256 } = await check<{ sha256: string }>('vault-recipients-add', added)
  await check('vault-trust', ['vault', 'trust', '--sha256', sha256])
  const backup = join(home.path, 'dev.age')
  await check('vault-backup', ['vault', 'backup', '--output', backup])
  await check('vault-recipients-list', ['vault', 'recipients', 'list'])
  await check('vault-recipients-rm', ['vault', 'recipients', 'rm', 'paper'])
  const heads = await check('audit-export', ['audit', 'export'])
  await check('audit-export', ['audit', 'export', '--records'])
  const file = join(home.path, 'heads.json')
  writeFileSync(file, JSON.stringify(heads))
  await check('audit-verify', ['audit', 'verify', '--heads', file])
  const forged = { heads: [{ env: 'dev', mac: '0'.repeat(64), sequence: 3 }] }
  writeFileSync(file, JSON.stringify(forged))
  await check('audit-verify', ['audit', 'verify', '--heads', file], { exit: 9 })
  // Half of a key is saved, and one was given on the command line.
  await check('doctor', ['doctor'], { exit: 13 })
})

test('every error is the last line of stderr and what the schema of errors describes', async () => {
  for (const [args, exit] of [
    [['fetch', '--env', 'prd', '--exchange', 'bybit'], 2],
    [['fetsch'], 2],
    [['fetch', '--env', 'soak', '--exchange', 'bybit'], 4],
    [['delete', ...DEV], 2],
    [['fetch', ...PROD, '--reveal'], 6],
  ] as const) {
    const error = errorOf(await home.run([...args, '--json']), exit)
    seen.add('error')
    expect(schemaErrors('error', { error })).toEqual([])
  }
})

afterAll(() => {
  // It is answered at a terminal alone, as are its tests.
  seen.add('vault-restore')
  // AWS alone keeps such a log.
  seen.add('audit-cloudtrail')
  expect(schemaNames().filter((name) => !seen.has(name))).toEqual([])
})
