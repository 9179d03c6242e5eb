import { describe, expect, test } from 'vitest'
import type { CredentialState } from '../../src/backend/port.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { credentialRef } from '../../src/credential/name.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import type { Secrets } from '../../src/session/secrets.ts'
import { valuesFor } from '../contract/values.ts'
import { refusal } from '../refusal.ts'
import type { Desk } from './fixture.ts'
import { newDesk, secretsAt } from './fixture.ts'

const bybit = (env: string): CredentialRef => credentialRef({ env, exchange: 'bybit' })
const PROD = bybit('prod')
const SHADOW = bybit('shadow')
const values = (label: string) => valuesFor('bybit', label)
const half = (label: string, keyType: 'api_key' | 'api_secret') => ({
  [keyType]: values(label)[keyType],
})

const listed = async (pages: AsyncIterable<readonly CredentialState[]>): Promise<string[]> => {
  const found: string[] = []
  for await (const page of pages) found.push(...page.map((state) => state.ref.env))
  return found
}

/** Every verb, against prod. */
const verbs = (secrets: Secrets): Readonly<Record<string, () => Promise<unknown>>> => ({
  describe: () => secrets.describe(PROD),
  list: () => listed(secrets.list({ env: 'prod' })),
  read: () => secrets.read(PROD),
  reveal: () => secrets.read(PROD, { reveal: true }),
  save: () => secrets.save(PROD, values('new')),
  rotate: () => secrets.rotate(PROD, { from: 'values', values: values('new') }),
  resume: () => secrets.resume(PROD),
  discard: () => secrets.discard(PROD),
  freeze: () => secrets.freeze(PROD),
  restore: () => secrets.restore(PROD),
  record: () =>
    secrets.record({ action: 'note', env: 'prod', credential: null, reason: 'x', incident: null }),
  identify: () => secrets.identify('prod'),
  examine: () => secrets.examine('prod'),
  accesses: () => secrets.accesses(PROD, 0),
  head: () => secrets.audit.head('prod'),
  records: () => secrets.audit.records('prod')[Symbol.asyncIterator]().next(),
  verify: () => secrets.audit.verify('prod', []),
})
const VERBS = Object.keys(verbs(secretsAt(newDesk())))

/** The same desk, whose versions look as if another tool had written them. */
const writtenByOthers = (desk: Desk): Desk => ({
  ...desk,
  backend: {
    ...desk.backend,
    describe: async (ref, call) => {
      const state = await desk.backend.describe(ref, call)
      if (state === null || state.current === null) return state
      const { current } = state
      const versions = state.versions.map((version) => ({
        ...version,
        ours: false,
        metadata: { ...version.metadata, fingerprints: {} },
      }))
      const asWritten = { api_key: current, api_secret: current }
      return { ...state, condition: 'unpaired', versions, asWritten }
    },
  },
})

const outcomes = (desk: Desk): string[] =>
  desk.events.map(({ action, outcome }) => `${action} ${outcome}`)

describe('pinning', () => {
  test.each(VERBS)('refuses %s of another environment before anything is opened', async (verb) => {
    const desk = newDesk()
    const secrets = secretsAt(desk, { MM_ENV: 'shadow' })
    await expect(verbs(secrets)[verb]?.()).rejects.toThrow(refusal('ENVIRONMENT_MISMATCH'))
    expect(desk).toMatchObject({ opened: 0, events: [] })
  })

  test.each(VERBS)('refuses %s of prod in CI before anything is opened', async (verb) => {
    const desk = newDesk()
    const secrets = secretsAt(desk, { CI: 'true', MM_ENV: 'prod' })
    await expect(verbs(secrets)[verb]?.()).rejects.toThrow(refusal('PROD_FORBIDDEN_IN_CI'))
    expect(desk).toMatchObject({ opened: 0, events: [] })
  })

  test('keeps a list inside it', async () => {
    const desk = newDesk()
    const free = secretsAt(desk)
    await free.save(SHADOW, values('a'))
    await free.save(PROD, values('b'))
    expect(await listed(free.list({}))).toEqual(['shadow', 'prod'])
    expect(await listed(secretsAt(desk, { MM_ENV: 'prod' }).list({}))).toEqual(['prod'])
    expect(await listed(secretsAt(desk, { CI: 'true' }).list({}))).toEqual(['shadow'])
  })
})

describe('a list over several environments', () => {
  /** A desk that may not look into these environments. */
  const closed = (desk: Desk, envs: readonly string[]): Desk => ({
    ...desk,
    backend: {
      ...desk.backend,
      list: (filter, call) => {
        if (filter.envs.some((env) => envs.includes(env))) throw new SecretsError('DENIED', 'No.')
        return desk.backend.list(filter, call)
      },
    },
  })

  test('leaves out those that it may not look into, and says so once', async () => {
    const desk = newDesk()
    await secretsAt(desk).save(PROD, values('a'))
    const secrets = secretsAt(closed(desk, ['dev', 'shadow', 'soak']))
    expect(await listed(secrets.list({}))).toEqual(['prod'])
    expect(desk.warnings).toEqual([
      'Left out, for nothing is there or it is forbidden to look: dev, shadow, soak.',
    ])
  })

  test('is denied where none may be looked into, and where the one that was named may not', async () => {
    const desk = newDesk()
    const nowhere = secretsAt(closed(desk, ['dev', 'shadow', 'soak', 'prod']))
    await expect(listed(nowhere.list({}))).rejects.toThrow(refusal('DENIED'))
    const notHere = secretsAt(closed(desk, ['prod']))
    await expect(listed(notHere.list({ env: 'prod' }))).rejects.toThrow(refusal('DENIED'))
    expect(desk.warnings).toEqual([])
  })
})

describe('the record of a read', () => {
  test('stands before the value leaves', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk)
    const { state } = await secrets.save(PROD, values('a'))
    desk.events.length = 0
    const credential = await secrets.read(PROD, { reason: 'start of the bot' })
    expect(credential?.versionId).toBe(state.current)
    expect(desk.events).toEqual([
      expect.objectContaining({
        action: 'read',
        outcome: 'done',
        credential: 'prod/bybit',
        versionId: state.current,
        fingerprint: state.versions[0]?.metadata.fingerprints.api_key,
        reason: 'start of the bot',
        actor: { face: 'cli', user: 'trader', host: 'desk' },
      }),
    ])
  })

  test('is what a read of prod fails without, naming the way out', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk)
    await secrets.save(PROD, values('a'))
    await secrets.save(SHADOW, values('b'))
    desk.auditWorks = false
    await expect(secrets.read(PROD)).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      hint: expect.stringContaining('MM_AUDIT_SINKS') as unknown,
    })
    const shadow = await secrets.read(SHADOW)
    expect(shadow?.members.api_key.reveal()).toBe(values('b').api_key.reveal())
    expect(desk.warnings).toEqual([expect.stringMatching(/audit log of shadow.*disk is full/)])
  })

  test('is kept of what is not there and of what is refused, but of no metadata', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk)
    expect(await secrets.read(PROD)).toBeNull()
    await secrets.save(PROD, values('a'))
    await secrets.freeze(PROD)
    await expect(secrets.read(PROD)).rejects.toThrow(refusal('REVOKED'))
    const before = desk.events.length
    await secrets.describe(PROD)
    await listed(secrets.list({}))
    expect(desk.events).toHaveLength(before)
    expect(outcomes(desk)).toEqual([
      'read failed',
      'save started',
      'save done',
      'freeze started',
      'freeze done',
      'read refused',
    ])
  })
})

describe('break-glass', () => {
  const EMERGENCY = { SECRETS_BACKEND: 'memory' }

  test('warns loudly, is recorded as such and does not stop for the log', async () => {
    const desk = newDesk()
    await secretsAt(desk).save(PROD, values('a'))
    desk.events.length = 0
    const secrets = secretsAt(desk, EMERGENCY)
    expect(await secrets.read(PROD)).not.toBeNull()
    expect(outcomes(desk)).toEqual(['read break-glass'])
    expect(desk.warnings).toEqual([expect.stringContaining('BREAK-GLASS')])
    desk.auditWorks = false
    expect(await secrets.read(PROD)).not.toBeNull()
    expect(desk.warnings.at(-1)).toMatch(/^audit: \{.*"outcome":"break-glass"/)
  })

  test('is refused in CI', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk, { ...EMERGENCY, CI: 'true' })
    await expect(secrets.read(PROD)).rejects.toThrow(refusal('PROD_FORBIDDEN_IN_CI'))
    expect(desk.warnings).toEqual([])
  })
})

describe('a write', () => {
  test('leaves two records, the first with the id that the second confirms', async () => {
    const desk = newDesk()
    const { state } = await secretsAt(desk).save(PROD, values('a'))
    expect(desk.events).toMatchObject([
      { action: 'save', outcome: 'started', versionId: state.current },
      { action: 'save', outcome: 'done', versionId: state.current, credential: 'prod/bybit' },
    ])
  })

  test('never stops for the log: the record goes to stderr', async () => {
    const desk = newDesk()
    desk.auditWorks = false
    await secretsAt(desk).save(PROD, values('a'))
    const records = desk.warnings.filter((line) => line.startsWith('audit: '))
    expect(records).toHaveLength(2)
    const secret = values('a').api_secret.reveal()
    expect(desk.warnings.join('\n')).not.toContain(secret.slice(0, 6))
  })

  test('that fails says how it ended', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk)
    await expect(secrets.rotate(PROD, { from: 'values', values: values('a') })).rejects.toThrow(
      refusal('NOT_FOUND'),
    )
    expect(desk.events.at(-1)).toMatchObject({ outcome: 'failed', code: 'NOT_FOUND' })
  })

  test('of values that cannot belong together is refused before it is begun', async () => {
    const desk = newDesk()
    const same = new Redacted('k'.repeat(18))
    await expect(secretsAt(desk).save(PROD, { api_key: same, api_secret: same })).rejects.toThrow(
      refusal('INVALID_VALUE'),
    )
    expect(desk).toMatchObject({ opened: 0, events: [] })
  })
})

describe('a value that is known under another environment', () => {
  test('is refused by name, for save and rotate, unless that is allowed', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk)
    await secrets.save(SHADOW, values('a'))
    await expect(secrets.save(PROD, values('a'))).rejects.toThrow(
      refusal('REUSED_CREDENTIAL', /shadow\/bybit/),
    )
    expect(desk.events.at(-1)).toMatchObject({ outcome: 'refused', code: 'REUSED_CREDENTIAL' })
    expect(await secrets.describe(PROD)).toBeNull()
    await secrets.save(PROD, values('b'))
    const rotation = { from: 'values', values: values('a') } as const
    await expect(secrets.rotate(PROD, rotation)).rejects.toThrow(refusal('REUSED_CREDENTIAL'))
    await secrets.rotate(PROD, rotation, { allowReuse: true })
    const live = await secrets.read(PROD)
    expect(live?.members.api_key.reveal()).toBe(values('a').api_key.reveal())
  })

  test('is refused as well where another tool wrote it and it is to be adopted', async () => {
    const desk = newDesk()
    await secretsAt(desk).save(SHADOW, values('a'))
    await secretsAt(desk).save(PROD, values('a'), { allowReuse: true })
    const secrets = secretsAt(writtenByOthers(desk))
    const seen = await secrets.describe(PROD)
    if (seen === null) return expect.unreachable()
    const adoption = { from: 'foreign', seen } as const
    await expect(secrets.rotate(PROD, adoption)).rejects.toThrow(
      refusal('REUSED_CREDENTIAL', /shadow\/bybit/),
    )
    expect(await secrets.describe(PROD)).toEqual(seen)
    const { state } = await secrets.rotate(PROD, adoption, { allowReuse: true })
    expect(state).toMatchObject({ previous: seen.current })
  })

  test('is not looked for where this process may not read', async () => {
    const desk = newDesk()
    await secretsAt(desk).save(SHADOW, values('a'))
    const pinned = secretsAt(desk, { MM_ENV: 'prod' })
    await expect(pinned.save(PROD, values('a'))).resolves.toMatchObject({ pending: null })
  })

  test('does not stop a save when the other environment cannot be listed', async () => {
    const desk = newDesk()
    const broken = {
      ...desk,
      backend: {
        ...desk.backend,
        list: () => {
          throw new SecretsError('DENIED', 'No.')
        },
      },
    }
    await expect(secretsAt(broken).save(PROD, values('a'))).resolves.toMatchObject({
      pending: null,
    })
  })
})

describe('half saves', () => {
  test('join by the ticket that this machine keeps', async () => {
    const desk = newDesk()
    await secretsAt(desk).save(PROD, values('a'))
    const first = await secretsAt(desk).save(PROD, half('b', 'api_key'))
    expect(first.pending?.missing).toEqual(['api_secret'])
    const second = await secretsAt(desk).save(PROD, half('b', 'api_secret'))
    expect(second).toMatchObject({
      pending: null,
      state: { current: first.pending?.versionId },
    })
  })

  test('join from another machine only by the ticket’s number', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk)
    await secrets.save(PROD, values('a'))
    const { pending } = await secrets.save(PROD, half('b', 'api_key'))
    const elsewhere = secretsAt({ ...desk, tickets: newDesk().tickets })
    await expect(elsewhere.save(PROD, half('b', 'api_secret'))).rejects.toThrow(refusal('CONFLICT'))
    if (pending === null) return expect.unreachable()
    const { state } = await elsewhere.save(PROD, half('b', 'api_secret'), {
      versionId: pending.versionId,
    })
    expect(state.current).toBe(pending.versionId)
  })

  test('are told with their ticket where the home cannot keep it', async () => {
    const desk = newDesk()
    const keep = () => Promise.reject(new SecretsError('DENIED', 'The home is read-only.'))
    const secrets = secretsAt({ ...desk, tickets: { ...desk.tickets, keep } })
    await secrets.save(PROD, values('a'))
    const { pending } = await secrets.save(PROD, half('b', 'api_key'))
    expect(pending?.missing).toEqual(['api_secret'])
    expect(desk.warnings.join()).toMatch(/ticket .* is not kept: The home is read-only/)
  })

  test('do not join what was discarded meanwhile, by either way', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk)
    await secrets.save(PROD, values('a'))
    const { pending } = await secrets.save(PROD, half('b', 'api_key'))
    if (pending === null) return expect.unreachable()
    await desk.backend.discard(PROD, pending, { deadline: desk.clock.now() + 1_000 })
    await expect(
      secrets.save(PROD, half('b', 'api_secret'), { versionId: pending.versionId }),
    ).rejects.toThrow(refusal('CONFLICT', /ticket/))
    const fresh = await secrets.save(PROD, half('b', 'api_secret'))
    expect(fresh.pending?.versionId).not.toBe(pending.versionId)
    expect(fresh.pending?.missing).toEqual(['api_key'])
  })
})

describe('the account guard', () => {
  const config = { environments: { prod: { account_id: '123456789012' } } }
  const AWS = { SECRETS_BACKEND: 'aws' }

  test('refuses a caller from another account before the store is touched', async () => {
    const desk = newDesk()
    const stranger = secretsAt(desk, AWS, config, { accountId: '999999999999' })
    await expect(stranger.read(PROD)).rejects.toThrow(refusal('ACCOUNT_MISMATCH', /123456789012/))
    await expect(stranger.save(PROD, values('a'))).rejects.toThrow(refusal('ACCOUNT_MISMATCH'))
    expect(await desk.backend.describe(PROD, { deadline: desk.clock.now() + 1_000 })).toBeNull()
  })

  test('lets the owner in, whose identity is recorded', async () => {
    const desk = newDesk()
    const arn = 'arn:aws:sts::123456789012:assumed-role/bot/session'
    const owner = secretsAt(desk, AWS, config, { accountId: '123456789012', arn })
    await owner.save(PROD, values('a'))
    expect(desk.events).toMatchObject([
      { outcome: 'started', caller: arn },
      { outcome: 'done', caller: arn },
    ])
  })

  test('leaves both records of a write that it refuses, which say whose it was', async () => {
    const desk = newDesk()
    const arn = 'arn:aws:iam::999999999999:user/stranger'
    const stranger = secretsAt(desk, AWS, config, { accountId: '999999999999', arn })
    await expect(stranger.freeze(PROD)).rejects.toThrow(refusal('ACCOUNT_MISMATCH'))
    expect(desk.events).toMatchObject([
      { outcome: 'started', caller: arn },
      { outcome: 'refused', caller: arn, code: 'ACCOUNT_MISMATCH' },
    ])
  })

  test('asks once, however many verbs follow', async () => {
    const desk = newDesk()
    const owner = secretsAt(desk, AWS, config, { accountId: '123456789012' })
    await owner.save(PROD, values('a'))
    await owner.read(PROD)
    await owner.describe(PROD)
    expect(desk.identified).toBe(1)
  })

  test('asks nobody where no account is configured', async () => {
    const desk = newDesk()
    await expect(secretsAt(desk, AWS).save(PROD, values('a'))).resolves.toBeDefined()
    expect(desk.identified).toBe(0)
  })

  test('records the caller where somebody asked who it is', async () => {
    const desk = newDesk()
    const arn = 'arn:aws:iam::123456789012:user/ada'
    const secrets = secretsAt(desk, AWS, {}, { accountId: '123456789012', arn })
    await secrets.identify('prod')
    await secrets.save(PROD, values('a'))
    expect(desk.events.at(-1)).toMatchObject({ caller: arn })
  })
})

describe('the log of the store itself', () => {
  test('is null where the store keeps none', async () => {
    expect(await secretsAt(newDesk()).accesses(PROD, 0)).toBeNull()
  })

  test('is asked for the credential and the time, without a record of ours', async () => {
    const desk = newDesk()
    const asked: unknown[] = []
    desk.trail = {
      accesses: (ref, since, call) => {
        asked.push([ref, since, call.deadline - desk.clock.now() > 60_000])
        return Promise.resolve({ events: [], since: 0 })
      },
    }
    expect(await secretsAt(desk).accesses(PROD, 42)).toEqual({ events: [], since: 0 })
    expect(asked).toEqual([[PROD, 42, true]])
    expect(desk.events).toEqual([])
  })

  test('is closed to a caller from another account', async () => {
    const desk = newDesk()
    desk.trail = { accesses: () => Promise.resolve({ events: [], since: 0 }) }
    const config = { environments: { prod: { account_id: '123456789012' } } }
    const stranger = secretsAt(desk, { SECRETS_BACKEND: 'aws' }, config, { accountId: '9' })
    await expect(stranger.accesses(PROD, 0)).rejects.toThrow(refusal('ACCOUNT_MISMATCH'))
  })
})

describe('opening the backend', () => {
  test('happens once, at the first verb, however many come at once', async () => {
    const desk = newDesk()
    const secrets = secretsAt(desk)
    expect(desk.opened).toBe(0)
    await Promise.all([secrets.read(PROD), secrets.describe(SHADOW), secrets.describe(PROD)])
    expect(desk.opened).toBe(1)
  })
})
