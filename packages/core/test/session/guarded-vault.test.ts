import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../src/audit/event.ts'
import type { VaultKeeper } from '../../src/backend/vault-keeper.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { guardedVault } from '../../src/session/guarded-vault.ts'
import { recorder } from '../../src/session/recorder.ts'
import { parseSettings } from '../../src/settings/parse-settings.ts'
import { movableClock } from '../contract/movable-clock.ts'
import { refusal } from '../refusal.ts'

const clock = movableClock()
const version = { number: 7, sha256: 'ab'.repeat(32), writtenAt: 0 }
const bob = { recipient: 'age1bob', label: 'bob', addedAt: 0, own: false }

const keeper: VaultKeeper = {
  recipients: () => Promise.resolve({ ...version, recipients: [bob] }),
  addRecipient: () => Promise.resolve({ ...version, added: bob }),
  removeRecipient: () => Promise.reject(new SecretsError('NOT_FOUND', 'nobody')),
  untrusted: () => Promise.resolve({ ...version, seen: 0 }),
  trust: () => Promise.resolve(version),
  backup: () => Promise.resolve({ ...version, file: randomBytes(3) }),
  inspectBackup: () => Promise.resolve({ ...version, names: [], proven: true, broken: null }),
  restoreBackup: () => Promise.resolve(version),
}

function vaultWith(options: {
  readonly env?: Readonly<Record<string, string>>
  readonly keeper?: VaultKeeper | undefined
  readonly append?: (event: AuditEvent) => Promise<void>
}) {
  const events: AuditEvent[] = []
  const warnings: string[] = []
  const settings = parseSettings({ HOME: '/home/trader', ...options.env }, {}, 'linux')
  const sink = {
    append: async (event: AuditEvent) => {
      await options.append?.(event)
      events.push(event)
    },
  }
  const actor = { face: 'cli', user: 'ada', host: 'desk' } as const
  const { recordWrite } = recorder(sink, { actor, clock, warn: (line) => warnings.push(line) })
  const given = 'keeper' in options ? options.keeper : keeper
  const vault = guardedVault(() => Promise.resolve(given), settings, recordWrite, clock)
  return { vault, events, warnings }
}

const verbs = ({ vault }: ReturnType<typeof vaultWith>) => [
  () => vault.recipients('prod'),
  () => vault.addRecipient('prod', 'age1', 'bob'),
  () => vault.removeRecipient('prod', 'bob'),
  () => vault.untrusted('prod'),
  () => vault.trust('prod', version.sha256),
  () => vault.backup('prod'),
  () => vault.inspectBackup('prod', randomBytes(3)),
  () => vault.restoreBackup('prod', randomBytes(3)),
]

test('every verb is behind pinning and CI rules, and leaves no record where it is refused', async () => {
  const pinned = vaultWith({ env: { MM_ENV: 'dev' } })
  const inCi = vaultWith({ env: { CI: 'true' } })
  for (const verb of verbs(pinned)) {
    await expect(verb()).rejects.toEqual(refusal('ENVIRONMENT_MISMATCH'))
  }
  for (const verb of verbs(inCi)) {
    await expect(verb()).rejects.toEqual(refusal('PROD_FORBIDDEN_IN_CI'))
  }
  expect([...pinned.events, ...inCi.events]).toEqual([])
})

test('no verb works on a backend without vaults', async () => {
  for (const verb of verbs(vaultWith({ keeper: undefined }))) {
    await expect(verb()).rejects.toEqual(refusal('CONFIG', /Only the file backend/))
  }
})

describe('what is recorded', () => {
  test('a change leaves its start and its outcome, looking leaves nothing', async () => {
    const { events, vault } = vaultWith({})
    await vault.recipients('dev')
    await vault.untrusted('dev')
    await vault.inspectBackup('dev', randomBytes(3))
    expect(events).toEqual([])
    await vault.addRecipient('dev', bob.recipient, 'bob', { reason: 'OPS-1' })
    await expect(vault.removeRecipient('dev', 'zoe')).rejects.toEqual(refusal('NOT_FOUND'))
    expect(events.map(({ code, outcome }) => [outcome, code])).toEqual([
      ['started', null],
      ['done', null],
      ['started', null],
      ['failed', 'NOT_FOUND'],
    ])
    expect(events[1]?.reason).toMatch(
      /^added bob \(recipient sha256 \w{12}\) in version 7.*: OPS-1$/,
    )
    expect(JSON.stringify(events)).not.toContain(bob.recipient)
  })

  test('what may need a vault that does not open yet is recorded once it is done', async () => {
    const { events, vault } = vaultWith({})
    await vault.trust('dev', version.sha256)
    await vault.backup('dev')
    await vault.restoreBackup('dev', randomBytes(3))
    expect(events.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done'])
    expect(events.map(({ reason }) => reason?.split(' ')[0])).toEqual([
      'trusted',
      'backed',
      'restored',
    ])
  })
})

describe('a log that cannot be written', () => {
  const wrapped = (code: 'USAGE' | 'INTERRUPTED' | 'UNAVAILABLE'): SecretsError =>
    new SecretsError('AUDIT_UNAVAILABLE', 'The log cannot be written.', {
      cause: new SecretsError(code, 'because of this'),
    })

  test.each(['USAGE', 'INTERRUPTED'] as const)(
    'because the person refused the passphrase (%s) stops a change before it begins',
    async (code) => {
      const { vault, warnings } = vaultWith({ append: () => Promise.reject(wrapped(code)) })
      const added = vault.addRecipient('dev', bob.recipient, 'bob')
      await expect(added).rejects.toEqual(refusal(code, /because of this/))
      expect(warnings).toEqual([])
    },
  )

  test('for any other reason stops no change', async () => {
    const { vault, warnings } = vaultWith({ append: () => Promise.reject(wrapped('UNAVAILABLE')) })
    expect(await vault.addRecipient('dev', bob.recipient, 'bob')).toMatchObject({ number: 7 })
    expect(warnings.join('\n')).toContain('did not take this vault')
  })
})
