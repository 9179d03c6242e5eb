import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccessTrail } from '@mm-secrets/core'
import { secretName } from '@mm-secrets/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FakeCli, Outcome } from '../fake-cli.ts'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'
import { schemaErrors, schemaNames } from '../schemas.ts'
import { RECIPIENT, vaultsIn } from '../vaults.ts'

const NAMED = ['--env', 'dev', '--exchange', 'bybit'] as const
const COPY = [...NAMED, '--suffix', '-new'] as const

/** What a store that keeps a log of its own would have in it. */
const ONE_READ: AccessTrail = {
  accesses: (ref, since) =>
    Promise.resolve({
      since,
      events: [
        {
          id: 'one',
          at: since,
          action: 'GetSecretValue',
          secret: secretName(ref, 'api_key'),
          principal: 'arn:aws:iam::123456789012:role/trading-bot',
          user: null,
          federatedBy: null,
          sourceIp: '192.0.2.7',
          errorCode: null,
        },
      ],
    }),
}

let cli: FakeCli
let folder: string
const checked = new Set<string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mm-secrets-cli-'))
  cli = fakeCli({ keeper: await vaultsIn(folder), trail: ONE_READ })
})
afterAll(() => rm(folder, { recursive: true }))

function pair(): string {
  return `${someKey()}\n${someSecret()}\n`
}

/** One line with sorted keys that is what its schema says. */
function expectDocument(outcome: Outcome, schema: string): Record<string, unknown> {
  checked.add(schema)
  const text = schema === 'error' ? outcome.stderr : outcome.stdout
  expect(text).toMatch(/^[^\n]+\n$/)
  const document = JSON.parse(text) as Record<string, unknown>
  expect(schemaErrors(schema, document)).toEqual([])
  expect(Object.keys(document)).toEqual(Object.keys(document).sort())
  return document
}

test('in a script every command prints one line of JSON that its schema describes', async () => {
  const { run } = cli
  const half = await run(['save', ...NAMED, '--key-type', 'api_key', '--value-stdin'], {
    stdin: someKey(),
  })
  expect(expectDocument(half, 'save')).toMatchObject({ missing: ['api_secret'], versionId: null })
  const whole = await run(['save', ...NAMED, '--key-type', 'api_secret', '--value-stdin'], {
    stdin: someSecret(),
  })
  expect(expectDocument(whole, 'save')).toMatchObject({ missing: [], pending: null })

  const again = await run(['save', ...NAMED, '--value-stdin'], { stdin: pair() })
  expect(expectDocument(again, 'save')).toMatchObject({ action: 'rotate' })
  expectDocument(await run(['fetch', ...NAMED]), 'fetch')
  const plan = await run(['rotate', ...NAMED, '--value-stdin', '--dry-run'], { stdin: pair() })
  expect(expectDocument(plan, 'rotate')).toMatchObject({ dryRun: true })
  const rotated = await run(['rotate', ...NAMED, '--value-stdin'], { stdin: pair() })
  expect(expectDocument(rotated, 'rotate')).toMatchObject({ action: 'rotate' })
  await run(['save', ...COPY, '--value-stdin'], { stdin: pair() })
  const promoted = await run(['rotate', ...NAMED, '--from-suffix', '-new'])
  expect(expectDocument(promoted, 'rotate')).toMatchObject({ action: 'promote' })
  const back = await run(['rotate', ...NAMED, '--rollback'])
  expect(expectDocument(back, 'rotate')).toMatchObject({ action: 'rollback' })
  const revoked = await run(['rotate', ...NAMED, '--old-revoked'])
  expect(expectDocument(revoked, 'rotate')).toMatchObject({ notRevoked: null })
  const resumed = await run(['rotate', ...NAMED, '--resume'])
  expect(expectDocument(resumed, 'rotate')).toMatchObject({ action: 'resume' })

  expectDocument(await run(['list']), 'list')
  expectDocument(await run(['status']), 'status')
  expectDocument(await run(['history', ...NAMED]), 'history')
  const there = await run(['migrate', ...NAMED, '--layout', 'json', '--yes'])
  expect(expectDocument(there, 'migrate')).toMatchObject({ from: 'pair', layout: 'json' })
  expectDocument(await run(['delete', ...NAMED, '--yes']), 'delete')
  expectDocument(await run(['restore', ...NAMED]), 'restore')
  expectDocument(await run(['audit', 'note', ...NAMED, '-m', 'rotated, see OPS-1']), 'audit-note')
  expectDocument(await run(['audit', 'show']), 'audit-show')
  expectDocument(await run(['audit', 'export', '--records']), 'audit-export')
  expectDocument(await run(['audit', 'access', ...NAMED]), 'audit-access')
  expectDocument(await run(['audit', 'cloudtrail', ...NAMED]), 'audit-cloudtrail')
  const keys = join(folder, 'keys.env')
  await writeFile(keys, `KUCOIN_API_KEY=${someKey()}\nBYBIT_HEDGE_SECRET=${someSecret()}\n`)
  expectDocument(await run(['import', '--from', 'dotenv', keys]), 'import')
  expectDocument(await run(['import', '--from', 'dotenv', keys, '--apply']), 'import')
  const output = join(folder, 'out.env')
  const exported = ['export', ...NAMED, '--format', 'dotenv', '--output', output]
  expectDocument(await run(exported), 'export')
  expectDocument(await run(['diff', '--env', 'dev', '--env', 'prod']), 'diff')
  expectDocument(await run(['keygen', '--exchange', 'binance', '--json']), 'keygen')
  expectDocument(await run(['vault', 'recipients', 'list']), 'vault-recipients-list')
  const added = await run(['vault', 'recipients', 'add', RECIPIENT, '--label', 'paper'])
  const { sha256 } = expectDocument(added, 'vault-recipients-add')
  expectDocument(await run(['vault', 'trust', '--sha256', String(sha256)]), 'vault-trust')
  const backup = join(folder, 'dev.age')
  expectDocument(await run(['vault', 'backup', '--output', backup]), 'vault-backup')
  expectDocument(await run(['vault', 'recipients', 'rm', 'paper']), 'vault-recipients-rm')
  const restore = await run(['vault', 'restore', backup, '--json'], { answers: ['dev'] })
  expectDocument(restore, 'vault-restore')
  const heads = await run(['audit', 'export'])
  expectDocument(heads, 'audit-export')
  const file = join(folder, 'heads.json')
  await writeFile(file, heads.stdout)
  expectDocument(await run(['audit', 'verify', '--heads', file]), 'audit-verify')
  expectDocument(await run(['doctor']), 'doctor')
  expectDocument(await run(['fetch', '--exchange', 'binance', '--json']), 'error')
})

test('every schema that is published was met', () => {
  expect([...checked].sort()).toEqual([...schemaNames()].sort())
})
