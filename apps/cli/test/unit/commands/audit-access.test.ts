import type { AccessEvent, AccessTrail, CredentialRef, SecretName } from '@mm-secrets/core'
import { formatRef, SecretsError } from '@mm-secrets/core'
import { describe, expect, test } from 'vitest'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'
import { schemaErrors } from '../schemas.ts'

const NOW = Date.UTC(2026, 10, 25)
const HOUR = 3_600_000
const PROD = ['--env', 'prod', '--exchange', 'bybit']
const BOT = 'arn:aws:iam::123456789012:role/trading-bot'

function event(hoursAgo: number, more: Partial<AccessEvent> = {}): AccessEvent {
  return {
    id: `event ${hoursAgo}`,
    at: NOW - hoursAgo * HOUR,
    action: 'GetSecretValue',
    secret: 'mm-bot/prod/bybit/api_key' as SecretName,
    principal: BOT,
    user: 'i-0123456789',
    federatedBy: null,
    sourceIp: '192.0.2.7',
    errorCode: null,
    ...more,
  }
}

interface FakeTrail extends AccessTrail {
  readonly asked: (readonly [string, number])[]
}

/** What AWS would have on every credential. */
function trailOf(events: readonly AccessEvent[], wholeSince = 0): FakeTrail {
  const asked: (readonly [string, number])[] = []
  return {
    asked,
    accesses: (ref: CredentialRef, since: number) => {
      asked.push([formatRef(ref), NOW - since])
      return Promise.resolve({ events, since: Math.max(since, wholeSince) })
    },
  }
}

const cliWith = (trail?: AccessTrail) =>
  fakeCli({ auditKey: 'home', ...(trail === undefined ? {} : { trail }) })

describe('audit cloudtrail', () => {
  const ARGV = ['audit', 'cloudtrail', ...PROD]

  test('shows who did what to which secret, from where', async () => {
    const trail = trailOf([
      event(3),
      event(2, { action: 'PutSecretValue', errorCode: 'AccessDenied', principal: null }),
      event(1, {
        principal: 'arn:aws:iam::123456789012:user/ada',
        user: 'ada',
        secret: 'mm-bot/prod/bybit' as SecretName,
      }),
    ])
    const { code, stdout } = await cliWith(trail).run(ARGV, { answers: [], columns: 200 })
    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['WHEN', 'WHO', 'AS', 'ACTION', 'MEMBER', 'FROM', 'ERROR'],
      [
        '2026-11-24 21:00:00',
        'role/trading-bot (123456789012)',
        'i-0123456789',
        'GetSecretValue',
        'api_key',
        '192.0.2.7',
      ],
      [
        '2026-11-24 22:00:00',
        'unknown',
        'i-0123456789',
        'PutSecretValue',
        'api_key',
        '192.0.2.7',
        'AccessDenied',
      ],
      ['2026-11-24 23:00:00', 'user/ada (123456789012)', 'GetSecretValue', 'json', '192.0.2.7'],
      [''],
    ])
  })

  test('asks for a day, or for what --since says, of the credential that is named', async () => {
    const trail = trailOf([])
    const cli = cliWith(trail)
    await cli.run(ARGV)
    await cli.run([...ARGV, '--account', 'hedge', '--since', '90d'])
    expect(trail.asked).toEqual([
      ['prod/bybit', 24 * HOUR],
      ['prod/bybit@hedge', 90 * 24 * HOUR],
    ])
  })

  test('prints what its schema says for programs', async () => {
    const { stdout } = await cliWith(trailOf([event(1)])).run([...ARGV, '--json'])
    const document: unknown = JSON.parse(stdout)
    expect(schemaErrors('audit-cloudtrail', document)).toEqual([])
    expect(document).toMatchObject({
      credential: 'prod/bybit',
      events: [{ action: 'GetSecretValue', at: '2026-11-24T23:00:00.000Z', principal: BOT }],
      since: '2026-11-24T00:00:00.000Z',
    })
  })

  test('shows whatever callers called themselves without letting it move the cursor', async () => {
    const forged = event(1, { user: 'ada\u001b[2K\u202e', errorCode: 'No\nFound', principal: null })
    const { stdout } = await cliWith(trailOf([forged])).run(ARGV, { answers: [], columns: 200 })
    expect(stdout).toContain('ada\\u001b[2K\\u202e')
    expect(stdout).toContain('No\\u000aFound')
  })

  test('says from when on it is whole where AWS has more than can be asked for', async () => {
    const trail = trailOf([event(1)], NOW - 2 * HOUR)
    const { stderr } = await cliWith(trail).run(ARGV)
    expect(stderr).toContain('what is shown begins at 2026-11-24 22:00:00 UTC')
  })

  test('says that there is nothing', async () => {
    const { code, stderr } = await cliWith(trailOf([])).run(ARGV, { answers: [] })
    expect(code).toBe(0)
    expect(stderr).toContain('CloudTrail has no event on prod/bybit since 2026-11-24 00:00:00 UTC.')
  })

  test('is wrong configuration where the store keeps no log of its own', async () => {
    const { code, stderr } = await cliWith().run(ARGV)
    expect(code).toBe(2)
    expect(stderr).toContain('mm-secrets audit show --credential prod/bybit')
  })

  test.each(['91d', '14w', 'yesterday'])(
    'refuses --since %s before anybody is asked',
    async (since) => {
      const trail = trailOf([])
      const { code, stderr } = await cliWith(trail).run([...ARGV, '--since', since])
      expect(code).toBe(2)
      expect(stderr).toContain('--since')
      expect(trail.asked).toEqual([])
    },
  )

  test('passes on that it may not ask', async () => {
    const denied = new SecretsError('DENIED', 'CloudTrail refused.', {
      hint: 'Allow cloudtrail:LookupEvents.',
    })
    const trail = { accesses: () => Promise.reject(denied) }
    for (const command of ['cloudtrail', 'access']) {
      const { code, stderr } = await cliWith(trail).run(['audit', command, ...PROD])
      expect(code).toBe(5)
      expect(stderr).toContain('Allow cloudtrail:LookupEvents.')
    }
  })
})

describe('audit access', () => {
  const ARGV = ['audit', 'access', ...PROD]
  const VALUES = { stdin: JSON.stringify({ api_key: someKey(), api_secret: someSecret() }) }

  test('groups what the log of this home and CloudTrail have, and points out what is unusual', async () => {
    const often = Array.from({ length: 101 }, (_, index) =>
      event(index / 200, { id: String(index) }),
    )
    const ci = { principal: 'arn:aws:iam::123456789012:role/GitHubActions-Shadow' }
    const trail = trailOf([event(5, ci), event(4, { ...ci, errorCode: 'AccessDenied' }), ...often])
    const cli = cliWith(trail)
    expect(await cli.run(['save', ...PROD, '--value-stdin'], VALUES)).toMatchObject({ code: 0 })
    await cli.run(['fetch', ...PROD])
    await cli.run(['fetch', ...PROD])
    const { code, stdout, stderr } = await cli.run(ARGV, { answers: [], columns: 200 })
    expect(code).toBe(0)
    expect(stderr).not.toContain('note')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['WHO', 'SEEN BY', 'READS', 'REFUSED', 'FIRST', 'LAST', 'UNUSUAL'],
      ['ada@desk', 'this home', '2', '2026-11-25 00:00:00', '2026-11-25 00:00:00'],
      [
        'role/GitHubActions-Shadow (123456789012)',
        'CloudTrail',
        '1',
        '1',
        '2026-11-24 19:00:00',
        '2026-11-24 20:00:00',
        'a build server',
      ],
      [
        'role/trading-bot (123456789012)',
        'CloudTrail',
        '101',
        '2026-11-24 23:30:00',
        '2026-11-25 00:00:00',
        'over 100 an hour',
      ],
      [''],
    ])
  })

  test('prints what its schema says for programs, with and without a log of the store', async () => {
    for (const trail of [undefined, trailOf([event(1)])]) {
      const cli = cliWith(trail)
      await cli.run(['save', ...PROD, '--value-stdin'], VALUES)
      await cli.run(['fetch', ...PROD])
      const { stdout } = await cli.run([...ARGV, '--json'])
      const document: unknown = JSON.parse(stdout)
      expect(schemaErrors('audit-access', document)).toEqual([])
      const home = { seenBy: 'home', reads: 1, who: 'ada@desk' }
      const store = { seenBy: 'store', reads: 1, who: BOT }
      expect(document).toMatchObject(
        trail === undefined
          ? { readers: [home], storeSince: null }
          : { readers: [home, store], storeSince: '2026-11-24T00:00:00.000Z' },
      )
    }
  })

  test('says that it knows this home alone where the store keeps no log', async () => {
    const { code, stderr } = await cliWith().run(ARGV, { answers: [] })
    expect(code).toBe(0)
    expect(stderr).toContain('Reads of this home alone')
    expect(stderr).toContain('Nobody read prod/bybit since 2026-11-24 00:00:00 UTC.')
  })

  test('of a pinned process stays inside its environment', async () => {
    const trail = trailOf([])
    const { code } = await cliWith(trail).run(ARGV, { env: { MM_ENV: 'shadow' } })
    expect(code).toBe(6)
    expect(trail.asked).toEqual([])
  })
})
